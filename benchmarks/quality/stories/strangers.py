"""Lines of nobody on the list: other people's money, the bank's own bookings, and what looks like ours."""

import datetime as dt

from benchmarks.quality import people, writing
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

NAMELESS = {"end_to_end_id": "", "account_no": "", "account_name": "", "bank_code": ""}


@story(lines=0)
def money_of_strangers(b: Book, n: int) -> None:
    """Settled to people who are owed nothing."""
    b.tell(b.invent(n), None, "unexpected", [])


@story(lines=0)
def rejections_of_strangers(b: Book, n: int) -> None:
    """Rejected, for people who are owed nothing."""
    b.tell(b.invent(n), "result", "unrelated", [], status="rejected", reason_code="AC01")


@story(lines=0)
def returns_of_strangers(b: Book, n: int) -> None:
    """Came back from people who are owed nothing."""
    b.tell(b.invent(n), "statement", "unrelated", [], status="returned", reason_code="AC04")


@story(lines=0)
def funding(b: Book, n: int) -> None:
    """The treasury fills the payer's account."""
    b.tell(
        b.invent(n), "statement", "unrelated", [], **NAMELESS, status="informational", amount=5_000_000_000,
        remittance_info="KBNN cap kinh phi thang 11",
    )  # fmt: skip


@story(lines=0)
def money_in_that_names_nobody(b: Book, n: int) -> None:
    """Money in, told as a return, of nobody and nothing."""
    b.tell(
        b.invent(n),
        "statement",
        "unrelated",
        [],
        **NAMELESS,
        status="returned",
        remittance_info="lai tien gui",
    )


@story(lines=0)
def fees_of_the_bank(b: Book, n: int) -> None:
    """The bank's own fee for the batch."""
    b.tell(
        b.invent(n),
        "statement",
        "unrelated",
        [],
        **NAMELESS,
        amount=55_000,
        remittance_info="Phi chuyen tien theo lo",
    )


@story(lines=0)
def pending_entries_of_strangers(b: Book, n: int) -> None:
    """On its way to people who are owed nothing."""
    b.tell(b.invent(n), "result", "unrelated", [], status="pending")


@story()
def namesake_on_a_near_account(b: Book, n: int) -> None:
    """A stranger of the same name and sum, whose account is one digit off."""
    p = b.owe(n)
    near = p["account_no"].str[:-1] + ((p["account_no"].str[-1].astype("int64") + 5) % 10).astype("str")
    b.tell(
        p, None, "unexpected", [], end_to_end_id="ZZ" + p["line_ref"].str[-6:], account_no="8" + near.str[1:],
        account_name=writing.each(p["full_name"], writing.unmarked),
    )  # fmt: skip
    b.truth(p, "missing")


@story()
def account_with_trailing_zeros(b: Book, n: int) -> None:
    """Zeros at the end of an account are digits like others."""
    p = b.owe(n)
    b.tell(p, None, "unexpected", [], end_to_end_id="", remittance_info="", account_no=p["account_no"] + "00")
    b.truth(p, "missing")


@story(lines=2)
def citizen_id_of_another(b: Book, n: int) -> None:
    """The account of one, the citizen id of another of the same sum, one credit: the account is stronger."""
    p = b.owe(n)
    q = b.owe(b.invent(n).assign(amount=p["amount"]))
    b.tell(p, end_to_end_id="", remittance_info="", citizen_id=q["citizen_id"])
    b.paid(p)
    b.truth(q, "missing")


@story()
def account_of_a_paid_line_gets_more(b: Book, n: int) -> None:
    """After it was paid another sum arrived without a reference: it is evidence for that line too."""
    p = b.owe(n)
    b.tell(p)
    b.tell(p, end_to_end_id="", remittance_info="", amount=123_000)
    b.truth(p, "paid_twice", p["amount"] + 123_000, differences="amount")


@story()
def paid_line_and_last_months_credit(b: Book, n: int) -> None:
    """November was paid; October's credit on the account is none of it."""
    p = b.owe(n)
    b.tell(p)
    b.tell(
        p, "statement", "unexpected", [], end_to_end_id="", remittance_info="", booked_on=dt.date(2026, 10, 6)
    )
    b.paid(p)


@story()
def a_date_or_a_sum_in_the_text(b: Book, n: int) -> None:
    """Numbers in the text that are no reference and no citizen id."""
    p = b.owe(n)
    b.tell(
        p,
        None,
        "unexpected",
        [],
        **NAMELESS | {"account_name": people.name(b.rng, n)},
        remittance_info="20261105 810000 001",
    )
    b.truth(p, "missing")


@story()
def word_of_a_stranger_on_a_near_account(b: Book, n: int) -> None:
    """A rejection of the same sum, for an account that is one digit off."""
    p = b.owe(n)
    b.tell(
        p, "result", "unrelated", [], status="rejected", reason_code="AC01", end_to_end_id="",
        remittance_info="", account_no="8" + p["account_no"].str[1:],
    )  # fmt: skip
    b.truth(p, "missing")


@story()
def return_of_a_stranger_of_the_same_sum(b: Book, n: int) -> None:
    """The line was paid; a stranger's money of the same sum came back."""
    p = b.owe(n)
    b.tell(p)
    b.tell(
        b.invent(n).assign(amount=p["amount"]),
        "statement",
        "unrelated",
        [],
        status="returned",
        booked_on=b.days(n, 16, 24),
    )
    b.paid(p)
