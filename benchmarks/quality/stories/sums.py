"""What adds up: instalments, one credit for several lines, and sums that fit twice or not at all."""

import numpy as np

from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

SILENT = {"end_to_end_id": "", "remittance_info": ""}


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
def instalments_beside_a_paid_line(b: Book, n: int) -> None:
    """One line is paid under its reference, the other of the account in two parts without."""
    p = b.owe(n)
    q = b.again(p, amount=1_000_000)
    b.tell(p)
    for part in (370_000, 630_000):
        b.tell(q, **SILENT, amount=part)
    b.paid(p, q)


@story(lines=18)
def instalments_among_twenty(b: Book, n: int) -> None:
    """Eighteen lines of one account and two parts of one of them: twenty open lines, and sums are tried."""
    p = b.owe(n, amount=1_000_000)
    others = [b.again(p, amount=2_000_001 + 10 * i) for i in range(17)]
    for part in (400_000, 600_000):
        b.tell(p, **SILENT, amount=part)
    b.paid(p)
    for line in others:
        b.truth(line, "missing")


@story(lines=19)
def instalments_among_twenty_one(b: Book, n: int) -> None:
    """One line more, and sums are not tried: all wait for a person."""
    p = b.owe(n, amount=1_000_000)
    lines = [p, *(b.again(p, amount=2_000_001 + 10 * i) for i in range(18))]
    for part in (400_000, 600_000):
        b.tell(p, None, "ambiguous", lines, **SILENT, amount=part)
    for line in lines:
        b.truth(line, "review")


@story(lines=8)
def one_credit_for_eight_lines(b: Book, n: int) -> None:
    """As many lines as a sum may have."""
    p = b.owe(n, amount=30_000)
    lines = [p, *(b.again(p, amount=30_000 * 2**i) for i in range(1, 8))]
    b.tell(p, **SILENT, amount=30_000 * (2**8 - 1), owners=lines)
    b.paid(*lines)


@story(lines=9)
def one_credit_for_nine_lines(b: Book, n: int) -> None:
    """One line more than is tried."""
    p = b.owe(n, amount=30_000)
    lines = [p, *(b.again(p, amount=30_000 * 2**i) for i in range(1, 9))]
    b.tell(p, None, "ambiguous", lines, **SILENT, amount=30_000 * (2**9 - 1))
    for line in lines:
        b.truth(line, "review")
