"""Several payments and several movements that look alike: of one account, one person, one household."""

from benchmarks.quality import people
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

SILENT = {"end_to_end_id": "", "remittance_info": ""}


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
def twins_at_two_banks_one_unnamed(b: Book, n: int) -> None:
    """The same number at two banks and one sum; of two credits one names its bank."""
    p = b.owe(n, bank_code="VBA")
    q = b.owe(b.invent(n).assign(bank_code="MB", account_no=p["account_no"], amount=p["amount"]))
    for line, bank in ((p, "VBA"), (q, "")):
        b.tell(line, None, "ambiguous", [p, q], bank_code=bank, **SILENT)
        b.truth(line, "review")
