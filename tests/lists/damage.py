"""Payout lists to be damaged, what must hold of any list that is read, and a plain second count."""

import csv
import io
import re
from pathlib import Path

from payouts.lists.reading import ListReport, open_list
from tests.lists.making import GOOD, HEADER, OFFICE_HEADER, office_row, save

KINDS = ("csv", "xlsx")
_TOTAL = ",,Tổng cộng,,,,1620000,,,,,,,,"
_SECOND = GOOD.replace("BT11A0001", "BT11A0002").replace("3417", "3418")


def seeds(kind: str, folder: Path) -> list[bytes]:
    """Give the lists that are damaged."""
    if kind == "xlsx":
        other = office_row(2, id="001145003418", current=810_000, arrears=120_000, amount=930_000)
        total: list[object] = [None, "Tổng cộng", *[None] * 13, 2_550_000]
        rows = [["UBND PHƯỜNG BA ĐÌNH"], [*OFFICE_HEADER], office_row(1), other]
        more = [[*OFFICE_HEADER], office_row(3, id="001145003419"), total]
        return [save(folder / "seed.xlsx", rows, more=more).read_bytes()]
    text = f"{HEADER}\n{GOOD}\n{_SECOND}\n{_TOTAL}\n"
    return [text.encode(), text.replace("\n", "\r\n").encode(), text.replace(",", ";").encode()]


def read_checked(path: Path, content: bytes) -> ListReport:
    """Read a list to its end, and check what must hold of any list.

    Raises:
        AssertionError: something does not hold
    """
    path.write_bytes(content)
    reading = open_list(path, cycle="2026-11", programme="BTXH")
    good, owed = 0, 0
    for batch in reading.batches():
        batch.validate(full=True)
        good += batch.num_rows
        owed += sum(batch["amount"].to_pylist())
    report = reading.report
    assert good == report.good_lines <= report.lines
    assert owed == report.amount
    for problem in report.problems:
        assert problem.message("vi")
        assert problem.message("en")
    if report.outcome != "accepted":
        assert report.problems
    else:
        assert good == report.lines
        if report.format == "csv":
            assert _counted(content) in {None, (report.lines, report.amount)}
    return report


def _counted(content: bytes) -> tuple[int, int] | None:
    """Count the lines of an accepted CSV and what they owe again; None where there is no plain way."""
    text = content.decode("utf-8-sig")
    if not text.startswith("line_ref"):
        return None
    heading, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=text[len("line_ref")])
    if heading != HEADER.split(","):
        return None
    name, amount, person = (heading.index(each) for each in ("full_name", "amount", "citizen_id"))
    lines = [row for row in rows if len(row) > amount and row[name].strip() and row[amount].strip()]
    lines = [
        row for row in lines if row[person].strip() or not row[name].strip().casefold().startswith("tổng")
    ]
    return len(lines), sum(_digits(row[amount]) for row in lines)


def _digits(text: str) -> int:
    return int(re.sub(r"[^0-9]", "", re.sub(r"[.,]0{1,2}(?=[^0-9]*$)", "", text.strip())))
