"""What is paid in cash or at home: a voucher, a payer's report, or nothing."""

from benchmarks.quality import people
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story


def _cash(b: Book, n: int, **fields: object) -> "people.pd.DataFrame":
    who = b.invent(n)
    return b.owe(
        who.assign(channel=people.pick(b.rng, ("cash", "home"), n), account_no="", bank_code="", **fields)
    )


@story()
def cash_without_a_word(b: Book, n: int) -> None:
    """No voucher, no report."""
    b.truth(_cash(b, n), "offline")


@story()
def cash_with_a_voucher(b: Book, n: int) -> None:
    """A signed voucher is on file."""
    b.paid(_cash(b, n, voucher=True))


@story()
def cash_collected(b: Book, n: int) -> None:
    """The payer of cash reports that it was collected."""
    p = _cash(b, n)
    b.tell(p, "cash", bank_ref="", account_no="")
    b.paid(p)


@story()
def cash_collected_by_a_person(b: Book, n: int) -> None:
    """The report names the person only."""
    p = _cash(b, n)
    b.tell(p, "cash", bank_ref="", account_no="", end_to_end_id="", citizen_id=p["citizen_id"])
    b.paid(p)


@story()
def cash_collected_short(b: Book, n: int) -> None:
    """Less than owed was handed over."""
    p = _cash(b, n)
    b.tell(p, "cash", bank_ref="", account_no="", amount=p["amount"] - 50_000)
    b.truth(p, "amount_differs", p["amount"] - 50_000, differences="amount")


@story()
def cash_not_collected(b: Book, n: int) -> None:
    """The person did not come."""
    p = _cash(b, n)
    reason = people.pick(b.rng, ("NOCM", "MD07"), n)
    b.tell(p, "cash", bank_ref="", account_no="", status="rejected", reason_code=reason)
    b.truth(p, "offline", reason=reason)


@story()
def cash_line_with_bank_evidence(b: Book, n: int) -> None:
    """A bank tells of a movement for a line that is paid in cash."""
    p = _cash(b, n)
    b.tell(p, "statement", account_no="150020500999", bank_code="VBA")
    b.truth(p, "review")


@story()
def cash_line_with_voucher_and_bank_evidence(b: Book, n: int) -> None:
    """The same, and a voucher is on file."""
    p = _cash(b, n, voucher=True)
    b.tell(p, "statement", account_no="150020500999", bank_code="VBA")
    b.truth(p, "review")


@story()
def wallet(b: Book, n: int) -> None:
    """A wallet is an account."""
    p = b.owe(b.invent(n).assign(channel="wallet", bank_code="MOMO"))
    b.tell(p, end_to_end_id="", bank_code="MOMO")
    b.paid(p)
