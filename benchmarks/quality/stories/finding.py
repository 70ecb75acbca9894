"""How a settlement line is found to belong to a payment: by reference, account, person, or not at all."""

import datetime as dt

from benchmarks.quality import people, writing
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

NAMELESS = {"end_to_end_id": "", "remittance_info": ""}
BY_PERSON = {"end_to_end_id": "", "account_no": ""}


@story()
def clean(b: Book, n: int) -> None:
    """Settled in full under its own reference."""
    p = b.owe(n)
    b.tell(p)
    b.paid(p)


@story()
def reference_in_text(b: Book, n: int) -> None:
    """The reference stands in the text, between signs that are no letters."""
    p = b.owe(n)
    before = people.pick(b.rng, ("TC T11 ", "chi tro cap/", "ND:", "+", "(", "tro_cap_"), n)
    after = people.pick(b.rng, ("", " chi tro cap", ". CK", "/2026", ", 810000", "_T11", ")"), n)
    b.tell(
        p,
        end_to_end_id="",
        remittance_info=before + writing.some(b.rng, 0.3, p["line_ref"].str.lower(), p["line_ref"]) + after,
    )
    b.paid(p)


@story()
def reference_in_text_only(b: Book, n: int) -> None:
    """As before, the account hidden, no name."""
    p = b.owe(n)
    b.tell(
        p, end_to_end_id="NOTPROVIDED", account_no="", account_name="", remittance_info="TT " + p["line_ref"]
    )
    b.paid(p)


@story()
def reference_joined(b: Book, n: int) -> None:
    """The reference runs into other letters and is no token; the account finds the payment."""
    p = b.owe(n)
    b.tell(p, end_to_end_id="", remittance_info="TROCAP" + p["line_ref"] + "T11")
    b.paid(p)


@story()
def reference_joined_without_account(b: Book, n: int) -> None:
    """The reference runs into Vietnamese letters and nothing else is told: no evidence."""
    p = b.owe(n)
    b.tell(
        p, "statement", "unrelated", [], end_to_end_id="", account_no="", account_name="",
        remittance_info="trợ" + p["line_ref"] + "đủ",
    )  # fmt: skip
    b.truth(p, "missing")


@story()
def reference_cut(b: Book, n: int) -> None:
    """The reference lost its end; the account finds the payment."""
    p = b.owe(n)
    b.tell(p, end_to_end_id=p["line_ref"].str[:-2] + "..")
    b.paid(p)


@story()
def reference_split(b: Book, n: int) -> None:
    """A line break cuts the reference in the text; the account finds the payment."""
    p = b.owe(n)
    b.tell(p, end_to_end_id="", remittance_info=p["line_ref"].str[:6] + "\n" + p["line_ref"].str[6:])
    b.paid(p)


@story()
def lost_reference(b: Book, n: int) -> None:
    """No reference: account and amount."""
    p = b.owe(n)
    b.tell(p, **NAMELESS)
    b.paid(p)


@story()
def lost_reference_account_apart_on_list(b: Book, n: int) -> None:
    """No reference, and the list writes the account with spaces or dots."""
    who = b.invent(n)
    p = b.owe(who.assign(account_no=writing.account_apart(b.rng, who["account_no"])))
    b.tell(p, **NAMELESS, account_no=who["account_no"])
    b.paid(p)


@story()
def bank_named_otherwise_on_list(b: Book, n: int) -> None:
    """The list names the bank by BIN, SWIFT, short name or CITAD, the bank itself by its code."""
    who = b.invent(n)
    p = b.owe(who.assign(bank_code=writing.bank_named(b.rng, who["bank_code"])))
    b.tell(p, **NAMELESS, bank_code=who["bank_code"])
    b.paid(p)


@story()
def zeros_lost_by_bank(b: Book, n: int) -> None:
    """A spreadsheet ate the zeros of the account at the bank's end."""
    who = b.invent(n)
    p = b.owe(who.assign(account_no="00" + who["account_no"].str.lstrip("0")))
    b.tell(p, **NAMELESS, account_no=who["account_no"].str.lstrip("0"))
    b.paid(p)


@story()
def zeros_lost_on_list(b: Book, n: int) -> None:
    """A spreadsheet ate the zeros of the account on the list."""
    who = b.invent(n)
    p = b.owe(who.assign(account_no=who["account_no"].str.lstrip("0")))
    b.tell(p, **NAMELESS, account_no="000" + p["account_no"])
    b.paid(p)


@story()
def masked_account(b: Book, n: int) -> None:
    """The account is masked, the reference is there."""
    p = b.owe(n)
    b.tell(p, account_no=people.pick(b.rng, ("****", "******", "***-***-"), n) + p["account_no"].str[-4:])
    b.paid(p)


@story()
def masked_account_citizen_id(b: Book, n: int) -> None:
    """The account is masked, no reference, but the person is named."""
    p = b.owe(n)
    b.tell(p, **NAMELESS, account_no="****" + p["account_no"].str[-4:], citizen_id=p["citizen_id"])
    b.paid(p)


@story()
def citizen_id_only(b: Book, n: int) -> None:
    """Only the citizen id, in its column."""
    p = b.owe(n)
    b.tell(p, **BY_PERSON, citizen_id=p["citizen_id"])
    b.paid(p)


@story()
def citizen_id_in_text(b: Book, n: int) -> None:
    """Only the citizen id, in the text."""
    p = b.owe(n)
    b.tell(p, **BY_PERSON, remittance_info="tro cap T11 cho CCCD:" + p["citizen_id"] + ", cam on")
    b.paid(p)


@story()
def citizen_id_zeros_lost(b: Book, n: int) -> None:
    """Only the citizen id, without the zeros that a spreadsheet ate."""
    p = b.owe(n)
    b.tell(p, **BY_PERSON, citizen_id=p["citizen_id"].str.lstrip("0"))
    b.paid(p)


@story()
def old_cmnd(b: Book, n: int) -> None:
    """Only the number of the old identity card, in its column or in the text."""
    who = b.invent(n)
    card = "3" + who["account_no"].str[-8:]
    p = b.owe(who.assign(other_ids="0" + who["account_no"].str[-8:] + ";" + card))
    half = n // 2
    first, second = (q.reset_index(drop=True) for q in (p[:half], p[half:]))
    b.tell(first, **BY_PERSON, citizen_id=card[:half].reset_index(drop=True))
    b.tell(second, **BY_PERSON, remittance_info="CMND " + card[half:].reset_index(drop=True) + " T11")
    b.paid(p)


@story()
def cmnd_on_list(b: Book, n: int) -> None:
    """The list itself still has the old card, and so has the bank."""
    who = b.invent(n)
    p = b.owe(who.assign(citizen_id="2" + who["account_no"].str[-8:]))
    b.tell(p, **BY_PERSON, citizen_id=p["citizen_id"])
    b.paid(p)


@story()
def citizen_id_other_amount(b: Book, n: int) -> None:
    """The person is named, no account, and the amount is another: a person alone is no match."""
    p = b.owe(n)
    b.tell(p, None, "unexpected", [], **BY_PERSON, citizen_id=p["citizen_id"], amount=p["amount"] - 10_000)
    b.truth(p, "missing")


@story(lines=2)
def citizen_id_twice_on_list(b: Book, n: int) -> None:
    """One person is owed the same sum twice and one credit names only the person."""
    p = b.owe(n)
    q = b.owe(b.invent(n).assign(citizen_id=p["citizen_id"], amount=p["amount"]))
    b.tell(p, None, "ambiguous", [p, q], **BY_PERSON, citizen_id=p["citizen_id"])
    b.truth(p, "review")
    b.truth(q, "review")


@story()
def name_only(b: Book, n: int) -> None:
    """Name and amount are those of the person, nothing else is told: names never match."""
    p = b.owe(n)
    b.tell(
        p,
        None,
        "unexpected",
        [],
        **BY_PERSON,
        account_name=writing.each(p["full_name"], writing.unmarked),
        remittance_info="",
    )
    b.truth(p, "missing")


@story()
def amount_only(b: Book, n: int) -> None:
    """The amount and the day are right, nothing else is told."""
    p = b.owe(n)
    b.tell(p, None, "unrelated", [], **BY_PERSON, account_name="", remittance_info="chi tro cap")
    b.truth(p, "missing")


@story()
def reference_unknown_account_right(b: Book, n: int) -> None:
    """The reference is nobody's here, account and amount are right."""
    p = b.owe(n)
    b.tell(p, end_to_end_id="ZZ2509" + p["line_ref"].str[-8:])
    b.paid(p)


@story()
def undated(b: Book, n: int) -> None:
    """Settled, no day told anywhere."""
    p = b.owe(n)
    b.tell(p, "result", booked_on=None, end_to_end_id="")
    b.paid(p)


@story()
def slip_in_the_amount(b: Book, n: int) -> None:
    """No reference; the only credit of the account is another sum, to the right name."""
    p = b.owe(n)
    told = p["amount"] + people.pick(b.rng, ("-9000", "-500000", "90000"), n).astype("int64")
    b.tell(p, **NAMELESS, amount=told)
    b.truth(p, "amount_differs", told, differences="amount")


@story()
def slip_in_the_amount_to_another_name(b: Book, n: int) -> None:
    """No reference, another sum and another name on the account: nobody can say."""
    p = b.owe(n)
    b.tell(p, None, "ambiguous", **NAMELESS, amount=p["amount"] - 40_000, account_name="CONG TY TNHH ABC")
    b.truth(p, "review")


@story()
def credit_of_last_month(b: Book, n: int) -> None:
    """October's credit on the same account with the same amount."""
    p = b.owe(n)
    b.tell(p, None, "unexpected", [], **NAMELESS, booked_on=b.days(n, 3, 24, month=10))
    b.truth(p, "missing")


@story()
def credit_on_opening_day(b: Book, n: int) -> None:
    """Booked on the very day on which the payment opened."""
    p = b.owe(n)
    b.tell(p, **NAMELESS, booked_on=dt.date(2026, 10, 25))
    b.paid(p)


@story()
def reference_before_opening(b: Book, n: int) -> None:
    """Named by its reference, booked before it opened: evidence, and the period is odd."""
    p = b.owe(n)
    b.tell(p, booked_on=b.days(n, 3, 24, month=10))
    b.truth(p, "paid", p["amount"], differences="period")


@story()
def booked_after_as_of(b: Book, n: int) -> None:
    """Booked on the day after the question: not looked at."""
    p = b.owe(n)
    b.tell(p, None, "unrelated", [], booked_on=dt.date(2026, 11, 26))
    b.truth(p, "missing")


@story()
def missing(b: Book, n: int) -> None:
    """Nothing was told, the deadline has passed."""
    b.truth(b.owe(n), "missing")


@story()
def nothing_before_the_deadline(b: Book, n: int) -> None:
    """Nothing was told, the deadline is still to come."""
    b.truth(b.owe(b.invent(n, programme="HTXH")), "pending")


@story()
def nothing_on_the_deadline(b: Book, n: int) -> None:
    """Nothing was told, today is the deadline."""
    b.truth(b.owe(b.invent(n, programme="NCC")), "pending")


@story()
def reference_twice_in_one_line(b: Book, n: int) -> None:
    """The reference stands in its column and in the text, once in small letters."""
    p = b.owe(n)
    b.tell(p, remittance_info=p["line_ref"].str.lower() + ";" + p["line_ref"])
    b.paid(p)


@story()
def account_not_on_the_list(b: Book, n: int) -> None:
    """The list has no account: an empty field is not compared."""
    who = b.invent(n)
    p = b.owe(who.assign(account_no="", bank_code=""))
    b.tell(who)
    b.paid(p)


@story()
def citizen_id_joined(b: Book, n: int) -> None:
    """The citizen id runs into other letters in the text: no token, no evidence."""
    p = b.owe(n)
    b.tell(
        p,
        None,
        "unexpected",
        [],
        **BY_PERSON,
        account_name="LE VAN A",
        remittance_info="CCCD" + p["citizen_id"],
    )
    b.truth(p, "missing")


@story()
def citizen_id_zeros_lost_on_list(b: Book, n: int) -> None:
    """The list lost the zeros of the citizen id, the bank did not."""
    who = b.invent(n)
    p = b.owe(who.assign(citizen_id=who["citizen_id"].str.lstrip("0")))
    b.tell(who, **BY_PERSON, citizen_id=who["citizen_id"], owners=[p])
    b.paid(p)


@story()
def text_in_loose_marks(b: Book, n: int) -> None:
    """Marks of the text stand apart from their letters: what is one word stays one."""
    p = b.owe(n)
    text = "chi trả" + p["line_ref"] + ", đủ"
    b.tell(
        p, "statement", "unrelated", [], end_to_end_id="", account_no="", account_name="",
        remittance_info=writing.each(text, writing.decomposed),
    )  # fmt: skip
    b.truth(p, "missing")


@story()
def last_months_credit_too(b: Book, n: int) -> None:
    """This month's credit and last month's on the account, no references."""
    p = b.owe(n)
    b.tell(p, **NAMELESS)
    b.tell(p, "statement", "unexpected", [], **NAMELESS, booked_on=b.days(n, 3, 24, month=10))
    b.paid(p)


@story()
def undated_but_in_an_old_file(b: Book, n: int) -> None:
    """No day in the line, the file was written in October: not this month's."""
    p = b.owe(n)
    b.tell(p, "statement", "unexpected", [], **NAMELESS, booked_on=None, written_on=dt.date(2026, 10, 9))
    b.truth(p, "missing")


@story()
def citizen_id_ruined(b: Book, n: int) -> None:
    """A spreadsheet made a number of the citizen id; the account is right."""
    p = b.owe(n)
    b.tell(p, **NAMELESS, citizen_id="1.09E+09")
    b.paid(p)
