"""What follows a return, and whom of several it is about: paid again, batches, households, months."""

import datetime as dt

from benchmarks.quality.book import Book
from benchmarks.quality.stories import story
from benchmarks.quality.stories.returns import NOTHING, back, paid


@story()
def returned_then_paid_again(b: Book, n: int) -> None:
    """Came back, was paid again under its reference."""
    p = b.owe(n)
    first = paid(b, p, booked_on=b.days(n, 3, 4))
    back(b, p, **NOTHING, original_ref=first["bank_ref"], booked_on=b.days(n, 6, 8))
    b.tell(p, booked_on=b.days(n, 10, 14))
    b.paid(p)


@story()
def returned_then_paid_again_by_account(b: Book, n: int) -> None:
    """Came back, was paid again without a reference."""
    p = b.owe(n)
    paid(b, p, booked_on=b.days(n, 3, 4))
    back(b, p, booked_on=b.days(n, 6, 8))
    b.tell(p, booked_on=b.days(n, 10, 14), end_to_end_id="", remittance_info="")
    b.paid(p)


@story()
def returned_paid_again_returned_again(b: Book, n: int) -> None:
    """Came back twice."""
    p = b.owe(n)
    first = paid(b, p, booked_on=b.days(n, 3, 4))
    back(b, p, **NOTHING, original_ref=first["bank_ref"], booked_on=b.days(n, 6, 8))
    second = paid(b, p, booked_on=b.days(n, 10, 14))
    b.truth(p, "failed", reason=back(b, p, **NOTHING, original_ref=second["bank_ref"]))


@story()
def paid_twice_one_returned(b: Book, n: int) -> None:
    """Paid twice by mistake, once taken back."""
    p = b.owe(n)
    b.tell(p)
    second = paid(b, p)
    back(b, p, **NOTHING, original_ref=second["bank_ref"])
    b.paid(p)


@story()
def paid_twice_both_returned(b: Book, n: int) -> None:
    """Paid twice, both taken back on one day for one reason."""
    p = b.owe(n)
    for _ in range(2):
        first = paid(b, p)
        back(
            b,
            p,
            **NOTHING,
            original_ref=first["bank_ref"],
            reason_code="AC04",
            booked_on=dt.date(2026, 11, 20),
        )
    b.truth(p, "failed", reason="AC04")


@story()
def instalment_returned(b: Book, n: int) -> None:
    """One of two parts came back."""
    p = b.owe(n)
    b.tell(p, amount=200_000)
    second = paid(b, p, amount=p["amount"] - 200_000)
    back(b, p, **NOTHING, original_ref=second["bank_ref"], amount=p["amount"] - 200_000)
    b.truth(p, "amount_differs", 200_000, differences="amount")


@story(lines=3)
def return_of_one_of_a_batch(b: Book, n: int) -> None:
    """A batch shares one bank reference; the return names it and the account."""
    p, q, r = (b.owe(n, payer="VBA", amount=810_000) for _ in range(3))
    shared = b.references(n)
    paid(b, p, kind="statement", bank_ref=shared, part=1, account_no=p["account_no"])
    for other in (q, r):
        b.tell(other, "statement", bank_ref=shared, part=1, account_no=other["account_no"])
    reason = back(
        b,
        p,
        **NOTHING | {"account_no": p["account_no"], "bank_code": p["bank_code"]},
        original_ref=shared,
        kind="statement",
    )
    b.truth(p, "failed", reason=reason)
    b.paid(q, r)


@story(lines=2)
def return_of_nobody_knows_whom(b: Book, n: int) -> None:
    """A batch shares one bank reference and one amount; the return names nothing else."""
    p, q = (b.owe(n, payer="VBA", amount=540_000) for _ in range(2))
    shared = b.references(n)
    day = b.days(n, 3, 9)
    for line in (p, q):
        b.tell(line, "statement", bank_ref=shared, booked_on=day, account_no=line["account_no"])
        b.truth(line, "review")
    back(b, p, **NOTHING, original_ref=shared, disposition="ambiguous", owners=[p, q])


@story(lines=2)
def one_bank_reference_at_two_banks(b: Book, n: int) -> None:
    """Two banks gave the same reference by chance; a return of one is none of the other's."""
    p, q = b.owe(n, payer="VBA", amount=810_000), b.owe(n, payer="BIDV", amount=810_000)
    shared = b.references(n)
    paid(b, p, bank_ref=shared)
    b.tell(q, bank_ref=shared)
    b.truth(p, "failed", reason=back(b, p, **NOTHING, original_ref=shared))
    b.paid(q)


@story(lines=2)
def return_of_one_credit_for_two(b: Book, n: int) -> None:
    """One credit paid two lines of an account and came back."""
    p = b.owe(n)
    q = b.again(p, amount=270_000)
    first = paid(b, p, amount=p["amount"] + 270_000, end_to_end_id="", remittance_info="", owners=[p, q])
    reason = back(
        b, p, **NOTHING, original_ref=first["bank_ref"], amount=p["amount"] + 270_000, owners=[p, q]
    )
    b.truth(p, "failed", reason=reason)
    b.truth(q, "failed", reason=reason)


@story()
def return_told_in_two_files(b: Book, n: int) -> None:
    """The return stands in the result file and in the statement, under one bank reference."""
    p = b.owe(n)
    first = paid(b, p)
    shared, reason = b.references(n), b.reasons(n)
    for kind, disposition, day in (("result", "repeated", 18), ("statement", "matched", 19)):
        back(
            b, p, **NOTHING, original_ref=first["bank_ref"], bank_ref=shared, kind=kind, reason_code=reason,
            disposition=disposition, booked_on=dt.date(2026, 11, day),
        )  # fmt: skip
    b.truth(p, "failed", reason=reason)


@story(lines=2)
def late_return_of_last_month(b: Book, n: int) -> None:
    """October was paid in October and came back in November; November was paid on the same account."""
    october = b.owe(b.invent(n, cycle="2026-10"))
    november = b.again(october, cycle="2026-11")
    paid(b, october, booked_on=b.days(n, 3, 9, month=10))
    reason = back(b, october, end_to_end_id="", remittance_info="", booked_on=b.days(n, 1, 2))
    b.tell(november)
    b.truth(october, "failed", reason=reason)
    b.paid(november)


@story(lines=2)
def late_return_names_last_month(b: Book, n: int) -> None:
    """The same, told after November was paid, naming October's movement."""
    october = b.owe(b.invent(n, cycle="2026-10"))
    november = b.again(october, cycle="2026-11")
    first = paid(b, october, booked_on=b.days(n, 3, 9, month=10))
    b.tell(november)
    b.truth(october, "failed", reason=back(b, october, end_to_end_id="", original_ref=first["bank_ref"]))
    b.paid(november)


@story()
def returned_twice_by_account(b: Book, n: int) -> None:
    """Paid twice without references, both came back. By the letter it is left to a person."""
    p = b.owe(n)
    for _ in range(2):
        first = paid(b, p, end_to_end_id="", remittance_info="", disposition="ambiguous|reversed")
        back(b, p, **NOTHING, original_ref=first["bank_ref"], booked_on=b.days(n, 16, 24))
    b.truth(p, "review")


@story()
def paid_again_by_account_after_a_named_return(b: Book, n: int) -> None:
    """Paid, returned, paid again; only the return names the line. By the letter it is left to a person."""
    p = b.owe(n)
    paid(b, p, end_to_end_id="", remittance_info="", disposition="ambiguous", booked_on=b.days(n, 3, 4))
    back(b, p, booked_on=b.days(n, 6, 7))
    paid(b, p, end_to_end_id="", remittance_info="", disposition="ambiguous", booked_on=b.days(n, 10, 14))
    b.truth(p, "review")


@story()
def instalments_all_returned(b: Book, n: int) -> None:
    """Two parts without references, both came back."""
    p = b.owe(n)
    for part in (200_000, p["amount"] - 200_000):
        first = paid(b, p, end_to_end_id="", remittance_info="", amount=part)
        back(
            b,
            p,
            **NOTHING,
            original_ref=first["bank_ref"],
            amount=part,
            reason_code="AC04",
            booked_on=dt.date(2026, 11, 20),
        )
    b.truth(p, "failed", reason="AC04")


@story()
def returned_by_nobody_knows_which_bank(b: Book, n: int) -> None:
    """Nobody knows who sent the file with the return; it names the bank reference."""
    p = b.owe(n)
    first = paid(b, p)
    b.truth(p, "failed", reason=back(b, p, **NOTHING, original_ref=first["bank_ref"], unsigned=True))


@story()
def instalment_returned_by_reference(b: Book, n: int) -> None:
    """One of two parts came back under the reference of the line: the one of equal amount is undone."""
    p = b.owe(n)
    b.tell(p, amount=210_000)
    paid(b, p, amount=p["amount"] - 210_000)
    back(b, p, amount=p["amount"] - 210_000)
    b.truth(p, "amount_differs", 210_000, differences="amount")


@story()
def wrong_account_returned_then_paid_right(b: Book, n: int) -> None:
    """Paid to a wrong account, came back, paid to the right one: only what stands is judged."""
    p = b.owe(n)
    wrong = "9" + p["account_no"].str[1:]
    first = paid(b, p, account_no=wrong, account_name="", booked_on=b.days(n, 3, 4))
    back(b, p, **NOTHING, original_ref=first["bank_ref"], booked_on=b.days(n, 6, 8))
    b.tell(p, booked_on=b.days(n, 10, 14))
    b.paid(p)


@story(lines=2)
def return_of_one_of_two_lines(b: Book, n: int) -> None:
    """Two lines of one account and sum, both paid under their references; the return names one."""
    p = b.owe(n)
    q = b.again(p)
    paid(b, p)
    b.tell(q)
    b.truth(p, "failed", reason=back(b, p))
    b.paid(q)


@story()
def returned_months_later_by_account(b: Book, n: int) -> None:
    """September came back in November by account and amount; nothing else is on the account."""
    p = b.owe(b.invent(n, cycle="2026-09"))
    paid(b, p, booked_on=b.days(n, 3, 9, month=9))
    b.truth(p, "failed", reason=back(b, p, end_to_end_id="", remittance_info=""))
