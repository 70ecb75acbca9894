"""Several payments and several movements: on one account, of one person, of one household, of two months."""

import datetime as dt

import numpy as np
import pandas as pd

from benchmarks.quality import people
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

SILENT = {"end_to_end_id": "", "remittance_info": ""}


def months(b: Book, n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Owe October and November to the same people, the same sum on the same account."""
    october = b.owe(b.invent(n, cycle="2026-10"))
    new = b.invent(n)[["line_ref", "cycle", "opens_on", "deadline"]]
    return october, b.owe(october.assign(**{name: new[name] for name in new}))


@story(lines=2)
def two_lawful_lines(b: Book, n: int) -> None:
    """Allowance and arrears of one person, two sums, no references."""
    p = b.owe(n)
    q = b.again(p, amount=p["amount"] + 135_000)
    b.tell(p, **SILENT)
    b.tell(q, **SILENT)
    b.paid(p, q)


@story(lines=2)
def two_lawful_lines_of_one_sum(b: Book, n: int) -> None:
    """Two lines of one person with the same sum, two credits without references: each gets one."""
    p = b.owe(n)
    q = b.again(p)
    for _ in range(2):
        b.tell(p, owners=[p, q], **SILENT)
    b.paid(p, q)


@story(lines=2)
def two_lawful_lines_with_references(b: Book, n: int) -> None:
    """The same, under their references."""
    p = b.owe(n)
    q = b.again(p)
    b.tell(p)
    b.tell(q)
    b.paid(p, q)


@story(lines=2)
def one_of_two_with_a_reference(b: Book, n: int) -> None:
    """Two lines of one sum; one credit names its line, the other is left for the other."""
    p = b.owe(n)
    q = b.again(p)
    b.tell(p)
    b.tell(q, **SILENT)
    b.paid(p, q)


@story(lines=3)
def three_and_three(b: Book, n: int) -> None:
    """Three people of a household share an account and a sum; three credits."""
    holder = people.name(b.rng, n)
    p = b.owe(b.invent(n).assign(account_name=holder))
    q, r = (
        b.owe(
            b.invent(n).assign(
                **{k: p[k] for k in ("account_no", "bank_code", "account_name", "amount", "payer")}
            )
        )
        for _ in "qr"
    )
    for _ in range(3):
        b.tell(p, owners=[p, q, r], **SILENT)
    b.paid(p, q, r)


@story(lines=2)
def two_lines_one_credit(b: Book, n: int) -> None:
    """Two lines of one sum, one credit: nobody can say for which."""
    p = b.owe(n)
    q = b.again(p)
    b.tell(p, None, "ambiguous", [p, q], **SILENT)
    b.truth(p, "review")
    b.truth(q, "review")


@story()
def one_line_two_credits(b: Book, n: int) -> None:
    """One line, two credits of its sum without references: which is its own nobody can say."""
    p = b.owe(n)
    for _ in range(2):
        b.tell(p, None, "ambiguous", **SILENT)
    b.truth(p, "review")


@story(lines=3)
def three_lines_two_credits(b: Book, n: int) -> None:
    """Three lines of one sum, two credits."""
    p = b.owe(n)
    lines = [p, b.again(p), b.again(p)]
    for _ in range(2):
        b.tell(p, None, "ambiguous", lines, **SILENT)
    for line in lines:
        b.truth(line, "review")


@story(lines=2)
def two_lines_two_credits_and_a_rejection(b: Book, n: int) -> None:
    """Two lines of one sum, two credits and a rejection: for which was the rejection?"""
    p = b.owe(n)
    q = b.again(p)
    for _ in range(2):
        b.tell(p, None, "ambiguous", [p, q], **SILENT)
    b.tell(p, "result", "ambiguous", [p, q], status="rejected", reason_code="AC04", **SILENT)
    b.truth(p, "review")
    b.truth(q, "review")


@story()
def one_line_one_credit_and_a_rejection(b: Book, n: int) -> None:
    """One line, one credit and one rejection, by account: the rejection follows."""
    p = b.owe(n)
    b.tell(p, "statement", **SILENT)
    b.tell(p, "result", status="rejected", reason_code="AC04", **SILENT)
    b.paid(p)


@story(lines=2)
def two_lines_two_rejections(b: Book, n: int) -> None:
    """Two lines of one sum, both rejected for one reason, by account."""
    p = b.owe(n)
    q = b.again(p)
    for _ in range(2):
        b.tell(p, "result", status="rejected", reason_code="AC06", owners=[p, q], **SILENT)
    b.truth(p, "failed", reason="AC06")
    b.truth(q, "failed", reason="AC06")


@story(lines=2)
def twins_at_two_banks(b: Book, n: int) -> None:
    """Two people with the same number at two banks and the same sum; the credits name the banks."""
    p = b.owe(n, bank_code="VBA")
    q = b.owe(b.invent(n).assign(bank_code="MB", account_no=p["account_no"], amount=p["amount"]))
    b.tell(p, bank_code="970405", **SILENT)
    b.tell(q, bank_code="MSCBVNVX", **SILENT)
    b.paid(p, q)


@story(lines=2)
def twins_at_two_banks_one_credit(b: Book, n: int) -> None:
    """The same, only one was paid, and its bank is named."""
    p = b.owe(n, bank_code="VBA")
    q = b.owe(b.invent(n).assign(bank_code="MB", account_no=p["account_no"], amount=p["amount"]))
    b.tell(p, bank_code="VBA", **SILENT)
    b.paid(p)
    b.truth(q, "missing")


@story(lines=2)
def twins_at_two_banks_unnamed(b: Book, n: int) -> None:
    """The same, the credits name no bank."""
    p = b.owe(n, bank_code="VBA")
    q = b.owe(b.invent(n).assign(bank_code="MB", account_no=p["account_no"], amount=p["amount"]))
    for line in (p, q):
        b.tell(line, None, "ambiguous", [p, q], bank_code="", **SILENT)
        b.truth(line, "review")


@story()
def instalments(b: Book, n: int) -> None:
    """Two to eight parts on the account, no references, of which only one sum fits."""
    for size, some in zip(range(2, 9), np.array_split(np.arange(n), 7), strict=True):
        p = b.owe(len(some), amount=30_000 * (2**size - 1))
        for part in range(size):
            b.tell(p, amount=30_000 * 2**part, **SILENT)
        b.paid(p)


@story()
def nine_instalments(b: Book, n: int) -> None:
    """One part more than is tried."""
    p = b.owe(n, amount=30_000 * (2**9 - 1))
    for part in range(9):
        b.tell(p, None, "ambiguous", amount=30_000 * 2**part, **SILENT)
    b.truth(p, "review")


@story()
def instalments_that_fit_twice(b: Book, n: int) -> None:
    """Parts of which two combinations fit."""
    p = b.owe(n, amount=1_000_000)
    for part in (400_000, 600_000, 600_000):
        b.tell(p, None, "ambiguous", amount=part, **SILENT)
    b.truth(p, "review")


@story()
def instalments_that_do_not_fit(b: Book, n: int) -> None:
    """Parts that add up to less, no references."""
    p = b.owe(n, amount=1_000_000)
    for part in (400_000, 500_000):
        b.tell(p, None, "ambiguous", amount=part, **SILENT)
    b.truth(p, "review")


@story(lines=2)
def one_credit_for_a_couple(b: Book, n: int) -> None:
    """Husband and wife on her account: one credit, no reference."""
    p = b.owe(n)
    q = b.owe(b.invent(n).assign(
        bank_code=p["bank_code"], account_no=p["account_no"], account_name=p["full_name"],
        amount=p["amount"] + 270_000,
    ))  # fmt: skip
    b.tell(p, amount=p["amount"] + q["amount"], owners=[p, q], **SILENT)
    b.paid(p, q)


@story(lines=4)
def one_credit_for_a_household(b: Book, n: int) -> None:
    """Four people on one account: one credit under the reference of one of them."""
    p = b.owe(n)
    shared = {name: p[name] for name in ("bank_code", "account_no", "payer")} | {
        "account_name": p["full_name"]
    }
    others = [b.owe(b.invent(n).assign(**shared, amount=amount)) for amount in (111_000, 222_500, 345_000)]
    b.tell(p, amount=p["amount"] + 678_500, owners=[p, *others])
    b.paid(p, *others)


@story(lines=2)
def one_credit_that_names_both(b: Book, n: int) -> None:
    """Two people, two accounts, one credit to a third that names both and carries the sum."""
    p = b.owe(n)
    q = b.owe(n)
    text = p["line_ref"] + ", " + q["line_ref"]
    b.tell(
        p,
        end_to_end_id="",
        account_no="",
        account_name="",
        bank_code="",
        amount=p["amount"] + q["amount"],
        remittance_info=text,
        owners=[p, q],
    )
    b.paid(p, q)


@story(lines=2)
def one_credit_that_names_both_and_disagrees(b: Book, n: int) -> None:
    """The same, the sum is another."""
    p = b.owe(n)
    q = b.owe(n)
    b.tell(
        p, None, "ambiguous", [p, q], end_to_end_id="", account_no="", account_name="", bank_code="",
        amount=p["amount"] + q["amount"] - 5_000, remittance_info=p["line_ref"] + " " + q["line_ref"],
    )  # fmt: skip
    b.truth(p, "review")
    b.truth(q, "review")


@story(lines=2)
def reference_and_another_in_text(b: Book, n: int) -> None:
    """The reference of one in its column with its amount, of another in the text: the column wins."""
    p = b.owe(n)
    q = b.owe(n)
    b.tell(p, remittance_info="thay cho " + q["line_ref"])
    b.paid(p)
    b.truth(q, "missing")


@story(lines=3)
def one_credit_that_fits_twice(b: Book, n: int) -> None:
    """Three lines of one account, one credit that two pairs of them add up to."""
    p = b.owe(n, amount=500_000)
    lines = [p, b.again(p, amount=300_000), b.again(p, amount=200_000 + 100_000)]
    b.tell(p, None, "ambiguous", lines, amount=800_000, **SILENT)
    for line in lines:
        b.truth(line, "review")


@story(lines=12)
def more_lines_than_are_tried(b: Book, n: int) -> None:
    """Twelve lines of one account, nine credits of other sums."""
    p = b.owe(n, amount=100_001)
    lines = [p, *(b.again(p, amount=100_001 + 10 * i) for i in range(1, 12))]
    for i in range(9):
        b.tell(p, None, "ambiguous", lines, amount=90_000 + 7 * i, **SILENT)
    for line in lines:
        b.truth(line, "review")


@story(lines=2)
def one_credit_october_open(b: Book, n: int) -> None:
    """October is still open, November too; one credit in November: the older first."""
    october, november = months(b, n)
    b.tell(october, **SILENT)
    b.paid(october)
    b.truth(november, "missing")


@story(lines=2)
def two_credits_october_open(b: Book, n: int) -> None:
    """Both open, two credits in November."""
    october, november = months(b, n)
    b.tell(october, booked_on=b.days(n, 3, 4), **SILENT)
    b.tell(november, booked_on=b.days(n, 5, 9), **SILENT)
    b.paid(october, november)


@story(lines=2)
def each_month_its_credit(b: Book, n: int) -> None:
    """October's credit in October, November's in November, no references."""
    october, november = months(b, n)
    b.tell(october, booked_on=b.days(n, 3, 9, month=10), **SILENT)
    b.tell(november, **SILENT)
    b.paid(october, november)


@story(lines=2)
def only_october_was_paid(b: Book, n: int) -> None:
    """October's credit in October, none in November: it never serves November."""
    october, november = months(b, n)
    b.tell(october, booked_on=b.days(n, 3, 9, month=10), **SILENT)
    b.paid(october)
    b.truth(november, "missing")


@story(lines=2)
def october_paid_late_by_reference(b: Book, n: int) -> None:
    """A credit of November names October's line; November got nothing."""
    october, november = months(b, n)
    b.tell(october)
    b.paid(october)
    b.truth(november, "missing")


@story(lines=2)
def october_paid_twice_november_not(b: Book, n: int) -> None:
    """October was paid in October and again in November under its reference."""
    october, november = months(b, n)
    b.tell(october, booked_on=b.days(n, 3, 9, month=10))
    b.tell(october)
    b.truth(october, "paid_twice", october["amount"] * 2, differences="amount")
    b.truth(november, "missing")


@story(lines=2)
def credit_between_the_months(b: Book, n: int) -> None:
    """A credit of 26 October, when both months were open, and one of November."""
    october, november = months(b, n)
    b.tell(october, booked_on=dt.date(2026, 10, 26), **SILENT)
    b.tell(november, **SILENT)
    b.paid(october, november)


@story(lines=2)
def reference_of_one_text_of_another_sum_of_both(b: Book, n: int) -> None:
    """The column names one, the text another, the amount is the sum: evidence for both."""
    p = b.owe(n)
    q = b.owe(n)
    b.tell(p, account_no="", account_name="", bank_code="", amount=p["amount"] + q["amount"],
           remittance_info="va " + q["line_ref"], owners=[p, q])  # fmt: skip
    b.paid(p, q)


@story(lines=2)
def reference_of_one_text_of_another_other_sum(b: Book, n: int) -> None:
    """The same, and the amount fits neither: nobody can say."""
    p = b.owe(n)
    q = b.owe(n)
    b.tell(p, None, "ambiguous", [p, q], amount=p["amount"] + q["amount"] + 1_000,
           remittance_info="va " + q["line_ref"])  # fmt: skip
    b.truth(p, "review")
    b.truth(q, "review")


@story(lines=2)
def two_paid_lines_and_a_strange_credit(b: Book, n: int) -> None:
    """Two lines of an account are paid; a further credit is neither's."""
    p = b.owe(n)
    q = b.again(p)
    b.tell(p)
    b.tell(q)
    b.tell(p, None, "unexpected", [], **SILENT, amount=77_000)
    b.paid(p, q)


@story(lines=2)
def one_rejected_by_reference_one_credit(b: Book, n: int) -> None:
    """Two lines of one sum, one rejected under its reference, one credit: by the letter for either."""
    p = b.owe(n)
    q = b.again(p)
    b.tell(p, "result", status="rejected", reason_code="AC04")
    b.tell(p, None, "ambiguous", [p, q], **SILENT)
    b.truth(p, "review")
    b.truth(q, "review")


@story(lines=2)
def rejected_october_open(b: Book, n: int) -> None:
    """October and November open, one rejection of November by account: the older first."""
    october, november = months(b, n)
    reason = b.reasons(n)
    b.tell(october, "result", status="rejected", reason_code=reason, **SILENT)
    b.truth(october, "failed", reason=reason)
    b.truth(november, "missing")


@story(lines=2)
def two_people_of_one_account_at_unequal_sums(b: Book, n: int) -> None:
    """A household's two lines, one credit of the sum of one of them: that one is paid."""
    p = b.owe(n, amount=540_000)
    shared = {name: p[name] for name in ("bank_code", "account_no", "payer")} | {
        "account_name": p["full_name"]
    }
    q = b.owe(b.invent(n).assign(**shared, amount=820_000))
    b.tell(p, **SILENT)
    b.paid(p)
    b.truth(q, "missing")


@story(lines=2)
def instalments_beside_a_paid_line(b: Book, n: int) -> None:
    """One line is paid under its reference, the other of the account in two parts without."""
    p = b.owe(n)
    q = b.again(p, amount=1_000_000)
    b.tell(p)
    for part in (370_000, 630_000):
        b.tell(q, **SILENT, amount=part)
    b.paid(p, q)
