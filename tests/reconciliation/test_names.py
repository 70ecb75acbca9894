"""Names are compatible as the rules say, and no further."""

import datetime as dt

import pyarrow as pa
import pytest

from reconciliation import reconcile

DAY = dt.date(2026, 11, 5)


def verdict_of(listed: str, told: str) -> str:
    expected = pa.table({
        "line_ref": ["L1"],
        "full_name": [listed],
        "account_no": ["0011"],
        "amount": [500_000],
        "channel": ["account"],
        "cycle": ["2026-11"],
    })  # fmt: skip
    reported = pa.table({
        "file": ["bank.csv"],
        "line": [2],
        "end_to_end_id": ["L1"],
        "account_no": ["0011"],
        "account_name": [told],
        "amount": [500_000],
        "status": ["settled"],
        "booked_on": [DAY],
    })  # fmt: skip
    [verdict] = reconcile(expected, reported, as_of=DAY).verdicts["verdict"].to_pylist()
    return verdict


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("Nguyễn Văn Đức", "NGUYEN VAN DUC"),
        ("Nguyễn Văn Đức", "NGUYENVANDUC"),
        ("Nguyễn Văn Ðức", "Nguyễn Văn Đức"),  # U+00D0 for U+0110
        ("Nguyễn Thị Hòa", "nguyễn thị hoà"),
        ("Nguye\u0302\u0303n Va\u0306n An", "Nguyễn Văn An"),  # decomposed marks
        ("Lê Thị Thu-Hà", "LE THI THU HA"),
        ("Nguyễn Văn An", "N*** V** A*"),
        ("Nguyễn Văn An", "N**** V*** A***"),
        ("Nguyễn Thị Phương Thảo Nguyên", "NGUYEN THI PHUONG TH"),  # cut off after 15 letters or more
        ("Trần Thị Bình", "TRAN THI BIN"),
        ("Trần Thị Bình", "TRAN THI BINHH"),
        ("Trần Thị Bình", "TRAN THY BINH"),
        ("", "TRAN THI BINH"),
        ("Trần Thị Bình", ""),
    ],
)
def test_names_that_may_be_one_person_are_paid(listed: str, told: str) -> None:
    assert verdict_of(listed, told) == "paid"


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("Nguyễn Văn An", "NGUYEN VAN BINH"),
        ("Lê An", "LE AM"),  # too short for a letter's difference
        ("Nguyễn Văn An", "N*** V* A*"),  # one star is one letter
        ("Nguyễn Văn An", "N*** V**"),  # another number of words
        ("Nguyễn Thị Phương", "NGUYEN THI PH"),  # cut off too early
        ("Trần Thị Bình", "TRAN THY BINHH"),  # two letters
    ],
)
def test_names_of_two_people_are_not(listed: str, told: str) -> None:
    assert verdict_of(listed, told) == "name_differs"
