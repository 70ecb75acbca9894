"""One movement told several times, and several movements that look like one."""

import datetime as dt

from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

SILENT = {"end_to_end_id": "", "remittance_info": ""}


@story()
def result_and_statement(b: Book, n: int) -> None:
    """The result file and the statement tell of one bank reference, a day apart."""
    p = b.owe(n)
    first = b.tell(p, "result", "repeated", booked_on=b.days(n, 3, 5))
    b.tell(p, "statement", bank_ref=first["bank_ref"], booked_on=b.days(n, 6, 9), end_to_end_id="")
    b.paid(p)


@story()
def three_files(b: Book, n: int) -> None:
    """Status report, result file and statement."""
    p = b.owe(n)
    b.tell(p, "report", "repeated", booked_on=b.days(n, 3, 4), bank_ref="", end_to_end_id=p["line_ref"])
    first = b.tell(p, "result", "repeated", booked_on=b.days(n, 3, 5), end_to_end_id=p["line_ref"])
    b.tell(p, "statement", bank_ref=first["bank_ref"], booked_on=b.days(n, 6, 9))
    b.paid(p)


@story()
def report_and_statement(b: Book, n: int) -> None:
    """A status report without a bank reference and the movement."""
    p = b.owe(n)
    b.tell(p, "report", "repeated", end_to_end_id=p["line_ref"])
    b.tell(p, "statement", end_to_end_id=p["line_ref"])
    b.paid(p)


@story()
def pending_report_and_statement(b: Book, n: int) -> None:
    """The report only promised; the movement came."""
    p = b.owe(n)
    b.tell(p, "report", "repeated", status="pending", end_to_end_id=p["line_ref"])
    b.tell(p, "advice", end_to_end_id=p["line_ref"])
    b.paid(p)


@story()
def report_full_movement_short(b: Book, n: int) -> None:
    """The report says the whole sum, a fee is missing from the movement."""
    p = b.owe(n)
    b.tell(p, "report", "repeated")
    b.tell(p, "statement", amount=p["amount"] - 22_000)
    b.truth(p, "amount_differs", p["amount"] - 22_000, differences="amount")


@story()
def report_of_another_bank(b: Book, n: int) -> None:
    """Another bank's report under the same reference is another payment."""
    p = b.owe(n, payer="VBA")
    b.tell(p, "report", sender="BIDV")
    b.tell(p, "statement")
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount")


@story()
def one_report_two_movements(b: Book, n: int) -> None:
    """One report, two movements: one of them is a second payment."""
    p = b.owe(n)
    b.tell(p, "report", "repeated")
    b.tell(p, "statement")
    b.tell(p, "statement")
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount")


@story()
def two_reports_two_movements(b: Book, n: int) -> None:
    """Two reports and two movements are two payments."""
    p = b.owe(n)
    for _ in range(2):
        b.tell(p, "report", "repeated")
        b.tell(p, "statement")
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount")


@story()
def twice_in_one_result_file(b: Book, n: int) -> None:
    """The same row stands twice in a result file, and no balance counts it."""
    p = b.owe(n)
    row = {
        "kind": "result",
        "part": 1,
        "booked_on": dt.date(2026, 11, 6),
        "account_no": p["account_no"],
        "account_name": "",
    }
    row |= {"end_to_end_id": p["line_ref"], "remittance_info": "", "bank_code": p["bank_code"]}
    first = b.tell(p, disposition="matched|repeated", **row)
    b.tell(p, disposition="matched|repeated", **row, bank_ref=first["bank_ref"])
    b.paid(p)


@story()
def twice_in_one_statement(b: Book, n: int) -> None:
    """Twice in a statement whose balance counts both: two movements under one bank reference."""
    p = b.owe(n)
    row = {"kind": "statement", "part": 1, "account_no": p["account_no"]}
    first = b.tell(p, **row)
    b.tell(p, **row, bank_ref=first["bank_ref"])
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount")


@story(lines=2)
def branches_share_a_reference(b: Book, n: int) -> None:
    """Two branches gave one bank reference to two people's credits of one sum, no account told."""
    p, q = (b.owe(n, payer="VBA", amount=810_000) for _ in range(2))
    shared = b.references(n)
    for line, branch in ((p, "1500"), (q, "1501")):
        b.tell(line, "result", bank_ref=shared, branch=branch, account_no="", account_name="")
    b.paid(p, q)


@story(lines=2)
def branch_named_in_one_telling(b: Book, n: int) -> None:
    """The result file names the branch, the statement does not."""
    p, q = (b.owe(n, payer="VBA") for _ in range(2))
    q_ref = b.references(n)
    first = b.tell(p, "result", "repeated", branch="1500", booked_on=dt.date(2026, 11, 4))
    b.tell(p, "statement", bank_ref=first["bank_ref"], booked_on=dt.date(2026, 11, 5))
    b.tell(q, "result", bank_ref=q_ref, branch="1501")
    b.paid(p, q)


@story(lines=3)
def batch_shares_a_reference(b: Book, n: int) -> None:
    """A batch shares bank reference and sum; accounts tell its lines apart, no other reference."""
    lines = [b.owe(n, payer="ICB", amount=540_000) for _ in range(3)]
    shared = b.references(n)
    for line in lines:
        b.tell(line, "statement", bank_ref=shared, account_no=line["account_no"], **SILENT)
    b.paid(*lines)


@story(lines=3)
def batch_told_twice(b: Book, n: int) -> None:
    """The batch stands in the result file with references and in the statement with accounts only."""
    lines = [b.owe(n, payer="ICB", amount=540_000) for _ in range(3)]
    shared = b.references(n)
    for line in lines:
        b.tell(
            line,
            "result",
            "repeated",
            bank_ref=shared,
            account_no=line["account_no"],
            booked_on=dt.date(2026, 11, 5),
        )
        b.tell(
            line,
            "statement",
            bank_ref=shared,
            account_no=line["account_no"],
            booked_on=dt.date(2026, 11, 6),
            **SILENT,
        )
    b.paid(*lines)


@story()
def pending_settled_returned(b: Book, n: int) -> None:
    """One transaction moves on: pending, settled, returned, each in another file."""
    p = b.owe(n)
    shared, reason = b.references(n), b.reasons(n)
    b.tell(p, "result", "repeated", status="pending", bank_ref=shared, booked_on=dt.date(2026, 11, 4))
    b.tell(p, "statement", "reversed", bank_ref=shared, booked_on=dt.date(2026, 11, 6))
    b.tell(
        p, "statement", status="returned", reason_code=reason, bank_ref=shared, booked_on=b.days(n, 12, 24)
    )
    b.truth(p, "failed", reason=reason)


@story()
def pending_then_settled(b: Book, n: int) -> None:
    """One transaction moves on: pending, then settled."""
    p = b.owe(n)
    shared = b.references(n)
    b.tell(p, "result", "repeated", status="pending", bank_ref=shared, booked_on=dt.date(2026, 11, 4))
    b.tell(p, "statement", bank_ref=shared, booked_on=dt.date(2026, 11, 6), end_to_end_id="")
    b.paid(p)


@story()
def sender_unknown(b: Book, n: int) -> None:
    """Nobody knows who sent two files: each is its own sender, so equal references are two movements."""
    p = b.owe(n)
    shared = b.references(n)
    for part in (1, 2):
        b.tell(p, "advice", part=part, bank_ref=shared, unsigned=True)
    b.truth(p, "paid_twice", p["amount"] * 2, differences="amount")


@story()
def pending_report_settled_report_statement(b: Book, n: int) -> None:
    """Two reports, on its way and settled, and the movement: the settled report is told again."""
    p = b.owe(n)
    b.tell(p, "report", status="pending", booked_on=dt.date(2026, 11, 3))
    b.tell(p, "report", "repeated", booked_on=dt.date(2026, 11, 4))
    b.tell(p, "statement", booked_on=dt.date(2026, 11, 5))
    b.paid(p)


@story()
def settled_without_bank_reference_and_with(b: Book, n: int) -> None:
    """The result file gives no bank reference and no name, the advice does."""
    p = b.owe(n)
    b.tell(p, "result", "repeated", bank_ref="", account_name="", end_to_end_id=p["line_ref"])
    b.tell(p, "advice", end_to_end_id=p["line_ref"].str.lower())
    b.paid(p)


@story()
def telling_lends_the_account(b: Book, n: int) -> None:
    """The statement names no account; the result file does, and it is another: that is what was paid."""
    p = b.owe(n)
    first = b.tell(
        p, "result", "repeated", account_no="9" + p["account_no"].str[1:], account_name="",
        bank_code=p["bank_code"], booked_on=dt.date(2026, 11, 4),
    )  # fmt: skip
    b.tell(
        p,
        "statement",
        bank_ref=first["bank_ref"],
        booked_on=dt.date(2026, 11, 5),
        account_no="",
        bank_code="",
        account_name="",
    )
    b.truth(p, "account_differs", p["amount"], differences="account")


@story()
def bank_reference_in_other_letters(b: Book, n: int) -> None:
    """The same bank reference, once in small letters and with spaces around."""
    p = b.owe(n)
    first = b.tell(p, "result", "repeated", booked_on=dt.date(2026, 11, 4))
    b.tell(p, "statement", bank_ref=" " + first["bank_ref"].str.lower() + " ", booked_on=dt.date(2026, 11, 5))
    b.paid(p)


@story()
def same_reference_other_sum(b: Book, n: int) -> None:
    """One bank reference with two sums is two movements."""
    p = b.owe(n)
    first = b.tell(p, "statement")
    b.tell(p, "advice", bank_ref=first["bank_ref"], amount=p["amount"] + 1_000)
    b.truth(p, "paid_twice", p["amount"] * 2 + 1_000, differences="amount")


@story()
def report_far_above_the_movement(b: Book, n: int) -> None:
    """More than a fee is missing between report and movement: by the letter two payments."""
    p = b.owe(n)
    b.tell(p, "report")
    b.tell(p, "statement", amount=p["amount"] - 22_001)
    b.truth(p, "paid_twice", p["amount"] * 2 - 22_001, differences="amount")


@story()
def told_thrice_in_disorder(b: Book, n: int) -> None:
    """One bank reference in three files, the latest with the least in it."""
    p = b.owe(n)
    shared = b.references(n)
    told = {"bank_ref": shared, "account_no": p["account_no"]}
    b.tell(p, "result", "repeated", **told, booked_on=dt.date(2026, 11, 4))
    b.tell(p, "advice", "repeated", **told, booked_on=dt.date(2026, 11, 5), end_to_end_id="", account_name="")
    b.tell(
        p, "statement", bank_ref=shared, booked_on=dt.date(2026, 11, 6), end_to_end_id="", account_no="",
        bank_code="", account_name="", remittance_info="",
    )  # fmt: skip
    b.paid(p)
