"""What becomes of a payment: rejected, pending, unknown, short, to another account, twice."""

import datetime as dt

import pandas as pd

from benchmarks.quality import people, writing
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

SILENT = {"end_to_end_id": "", "remittance_info": ""}


def rejected(b: Book, p: pd.DataFrame, **more: object) -> pd.Series:
    """Tell that the bank did not pay; gives the reasons."""
    reason = b.reasons(len(p))
    b.tell(p, **{"kind": "result", "status": "rejected", "reason_code": reason, **more})
    return reason


@story()
def rejected_by_reference(b: Book, n: int) -> None:
    """The bank did not pay."""
    p = b.owe(n)
    b.truth(p, "failed", reason=rejected(b, p))


@story()
def rejected_by_account(b: Book, n: int) -> None:
    """The bank did not pay and names only the account."""
    p = b.owe(n)
    b.truth(p, "failed", reason=rejected(b, p, **SILENT))


@story()
def rejected_by_citizen_id(b: Book, n: int) -> None:
    """The bank did not pay and names only the person."""
    p = b.owe(n)
    b.truth(p, "failed", reason=rejected(b, p, **SILENT, account_no="", citizen_id=p["citizen_id"]))


@story()
def rejected_in_pain002(b: Book, n: int) -> None:
    """The status report says rejected, no amount, no account."""
    p = b.owe(n)
    b.truth(p, "failed", reason=rejected(b, p, kind="report", amount=None, account_no="", account_name=""))


@story()
def rejected_for_two(b: Book, n: int) -> None:
    """Two rejections of one account and amount, no reference, one payment: nobody can say."""
    p = b.owe(n)
    for day in (4, 6):
        b.tell(
            p,
            "result",
            "ambiguous",
            status="rejected",
            reason_code="AC04",
            booked_on=dt.date(2026, 11, day),
            **SILENT,
        )
    b.truth(p, "review")


@story()
def rejected_duplicate_order(b: Book, n: int) -> None:
    """Paid; a second order was refused afterwards."""
    p = b.owe(n)
    b.tell(p, booked_on=b.days(n, 3, 5))
    b.tell(p, "report", status="rejected", reason_code="AM05", booked_on=b.days(n, 6, 12))
    b.paid(p)


@story()
def rejected_then_paid_by_account(b: Book, n: int) -> None:
    """Refused under its reference, paid by hand afterwards without one."""
    p = b.owe(n)
    b.tell(p, "result", status="rejected", reason_code="AC01", booked_on=b.days(n, 3, 5))
    b.tell(p, "statement", booked_on=b.days(n, 6, 12), **SILENT)
    b.paid(p)


@story()
def rejected_then_pending(b: Book, n: int) -> None:
    """Refused, then on its way again: the last word counts."""
    p = b.owe(n)
    b.tell(p, "result", status="rejected", reason_code="AC04", booked_on=b.days(n, 3, 5))
    b.tell(p, "result", status="pending", booked_on=b.days(n, 6, 9))
    b.truth(p, "unconfirmed")


@story()
def two_words_on_one_day(b: Book, n: int) -> None:
    """Pending, unknown and rejected on one day: the gravest counts."""
    p = b.owe(n)
    for status in ("pending", "unknown"):
        b.tell(p, "result", status=status, booked_on=dt.date(2026, 11, 6))
    b.truth(p, "failed", reason=rejected(b, p, booked_on=dt.date(2026, 11, 6)))


@story()
def undated_word_yields(b: Book, n: int) -> None:
    """A rejection without any date yields to a dated pending."""
    p = b.owe(n)
    b.tell(p, "result", status="rejected", reason_code="AC04", booked_on=None)
    b.tell(p, "result", status="pending", booked_on=dt.date(2026, 11, 5))
    b.truth(p, "unconfirmed")


@story()
def word_dated_by_its_file(b: Book, n: int) -> None:
    """A rejection without a date, in a file written after the pending."""
    p = b.owe(n)
    b.tell(p, "result", status="pending", booked_on=dt.date(2026, 11, 5))
    b.truth(
        p, "failed", reason=rejected(b, p, kind="report", booked_on=None, written_on=dt.date(2026, 11, 8))
    )


@story()
def pending_after_the_deadline(b: Book, n: int) -> None:
    """Still on its way, the deadline has passed."""
    p = b.owe(n)
    b.tell(p, "report", status="pending")
    b.truth(p, "unconfirmed")


@story()
def pending_before_the_deadline(b: Book, n: int) -> None:
    """On its way, the deadline is still to come."""
    p = b.owe(b.invent(n, programme="HTXH"))
    b.tell(p, "report", status="pending")
    b.truth(p, "pending")


@story()
def unknown(b: Book, n: int) -> None:
    """A time-out: the bank does not know, deadline or not."""
    p = b.owe(b.invent(n, programme="HTXH"))
    b.tell(p, "result", status="unknown", reason_code="TM01")
    b.truth(p, "unconfirmed", reason="TM01")


@story()
def unknown_then_settled(b: Book, n: int) -> None:
    """A time-out that turned out well."""
    p = b.owe(n)
    b.tell(p, "result", status="unknown", booked_on=b.days(n, 3, 4))
    b.tell(p, "statement", booked_on=b.days(n, 5, 9))
    b.paid(p)


@story()
def settled_then_unknown(b: Book, n: int) -> None:
    """What stands counts, a later time-out of a second order does not."""
    p = b.owe(n)
    b.tell(p, "statement", booked_on=b.days(n, 3, 4))
    b.tell(p, "result", status="unknown", booked_on=b.days(n, 5, 9))
    b.paid(p)


@story()
def fee_taken_off(b: Book, n: int) -> None:
    """A fee was taken off what arrived."""
    p = b.owe(n)
    told = p["amount"] - 3_300
    b.tell(p, amount=told, fee=3_300)
    b.truth(p, "amount_differs", told, differences="amount")


@story()
def fee_beside(b: Book, n: int) -> None:
    """A fee stands beside a full amount and changes nothing."""
    p = b.owe(n)
    b.tell(p, fee=5_500)
    b.paid(p)


@story()
def too_much(b: Book, n: int) -> None:
    """More arrived than was owed, in one movement."""
    p = b.owe(n)
    b.tell(p, amount=p["amount"] * 10)
    b.truth(p, "amount_differs", p["amount"] * 10, differences="amount")


@story()
def wrong_account(b: Book, n: int) -> None:
    """Settled under its reference to an account of somebody else."""
    p = b.owe(n)
    b.tell(p, account_no="9" + p["account_no"].str[1:], account_name="")
    b.truth(p, "account_differs", p["amount"], differences="account")


@story()
def same_number_at_another_bank(b: Book, n: int) -> None:
    """The number is right, the bank is another."""
    p = b.owe(n)
    b.tell(p, bank_code=writing.bank_named(b.rng, writing.another_bank(p["bank_code"])))
    b.truth(p, "account_differs", p["amount"], differences="bank")


@story()
def same_number_at_another_bank_without_reference(b: Book, n: int) -> None:
    """The number is right, the bank another, and no reference: not this account."""
    p = b.owe(n)
    b.tell(p, None, "unexpected", [], bank_code=writing.another_bank(p["bank_code"]), **SILENT)
    b.truth(p, "missing")


@story()
def all_wrong(b: Book, n: int) -> None:
    """Another account, a fee off, another name: the account is named first, all are shown."""
    p = b.owe(n)
    b.tell(
        p,
        account_no="9" + p["account_no"].str[1:],
        amount=p["amount"] - 1_100,
        account_name="CTY CO PHAN XYZ",
    )
    b.truth(p, "account_differs", p["amount"] - 1_100, differences="amount;account;name")


@story()
def short_to_another_name(b: Book, n: int) -> None:
    """Less than owed to the right number of another name: the amount is named first."""
    p = b.owe(n)
    b.tell(p, amount=p["amount"] - 100_000, account_name="CTY CO PHAN XYZ")
    b.truth(p, "amount_differs", p["amount"] - 100_000, differences="amount;name")


@story()
def paid_twice(b: Book, n: int) -> None:
    """Two movements under its reference."""
    p = b.owe(n)
    b.tell(p)
    b.tell(p)
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount")


@story()
def paid_twice_once_without_reference(b: Book, n: int) -> None:
    """One movement under its reference, one more on the account."""
    p = b.owe(n)
    b.tell(p)
    b.tell(p, **SILENT)
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount")


@story()
def paid_twice_once_elsewhere(b: Book, n: int) -> None:
    """Paid to the right account and to another one: twice is named first."""
    p = b.owe(n)
    b.tell(p)
    b.tell(p, account_no="9" + p["account_no"].str[1:], account_name="")
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount;account")


@story()
def paid_twice_with_a_fee_off(b: Book, n: int) -> None:
    """The second movement is short by a fee and still too much."""
    p = b.owe(n)
    b.tell(p, "statement")
    b.tell(p, "statement", amount=p["amount"] - 30_000)
    b.truth(p, "paid_twice", p["amount"] * 2 - 30_000, differences="amount")


@story()
def instalments_by_reference(b: Book, n: int) -> None:
    """Two halves under its reference are not twice."""
    p = b.owe(n)
    for part in (200_000, p["amount"] - 200_000):
        b.tell(p, amount=part)
    b.paid(p)


@story()
def instalments_missing_one(b: Book, n: int) -> None:
    """Two of three parts came, under its reference."""
    p = b.owe(n)
    for part in (200_000, 150_000):
        b.tell(p, amount=part)
    b.truth(p, "amount_differs", 350_000, differences="amount")


@story()
def settled_then_rejected_same_transaction(b: Book, n: int) -> None:
    """The same transaction was told settled, then rejected: the latest telling is the evidence."""
    p = b.owe(n)
    first = b.tell(p, "advice", "repeated", booked_on=b.days(n, 3, 4))
    reason = b.reasons(n)
    b.tell(
        p, "advice", status="rejected", bank_ref=first["bank_ref"], reason_code=reason, booked_on=b.days(n,
        5, 9),
        account_no=p["account_no"],
    )  # fmt: skip
    b.truth(p, "failed", reason=reason)


@story(lines=2)
def reference_of_another_line(b: Book, n: int) -> None:
    """A credit on one's account under the reference of another's: the reference decides for both."""
    p = b.owe(n)
    q = b.owe(b.invent(n).assign(amount=p["amount"]))
    b.tell(
        p,
        end_to_end_id=q["line_ref"],
        account_name="",
        owners=[q],
        bank_code=p["bank_code"],
        account_no=p["account_no"],
    )
    b.truth(p, "missing")
    same_bank = p["bank_code"] == q["bank_code"]
    b.truth(
        q,
        "account_differs",
        q["amount"],
        differences=people.pd.Series("account;bank", index=q.index).mask(same_bank, "account"),
    )


@story()
def another_sum_on_top(b: Book, n: int) -> None:
    """The sum owed and another sum on the account, no references."""
    p = b.owe(n)
    b.tell(p, **SILENT)
    b.tell(p, **SILENT, amount=300_100)
    b.truth(p, "paid_twice", p["amount"] + 300_100, differences="amount")


@story()
def informational_entry(b: Book, n: int) -> None:
    """An entry that moves nothing names the line."""
    p = b.owe(n)
    b.tell(p, "statement", "unrelated", [], status="informational")
    b.truth(p, "missing")


@story()
def twice_in_reports_without_bank_reference(b: Book, n: int) -> None:
    """The bank says twice that it paid, without a bank reference: by the letter two payments."""
    p = b.owe(n)
    for _ in range(2):
        b.tell(p, "result", bank_ref="", end_to_end_id=p["line_ref"])
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount")


@story()
def rejected_to_a_wrong_account(b: Book, n: int) -> None:
    """Rejected because the order carried another account: failed, and the difference is shown."""
    p = b.owe(n)
    reason = rejected(b, p, account_no="9" + p["account_no"].str[1:])
    b.truth(p, "failed", differences="account", reason=reason)


@story()
def word_in_small_print(b: Book, n: int) -> None:
    """Rejected and then, later, a time-out of the same order: the latest counts."""
    p = b.owe(n)
    b.tell(p, "result", status="rejected", reason_code="AC04", booked_on=b.days(n, 3, 5))
    b.tell(p, "result", status="unknown", reason_code="TM01", booked_on=b.days(n, 6, 9))
    b.truth(p, "unconfirmed", reason="TM01")
