"""Names are compatible as the rules say, and no further."""

import datetime as dt

import pyarrow as pa
import pytest

from reconciliation import reconcile
from reconciliation.tables import ACCEPTED_NAMES

DAY = dt.date(2026, 11, 5)


def verdict_of(listed: str, told: str, *accepted: dict[str, str]) -> str:
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
    names = pa.Table.from_pylist(accepted, ACCEPTED_NAMES)
    [verdict] = reconcile(expected, reported, as_of=DAY, accepted_names=names).verdicts["verdict"].to_pylist()
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


ACCEPTED = {"account_no": "11", "listed_name": "Trần Thị Bình", "told_name": "TRAN THI BINH HANH"}


@pytest.mark.parametrize(
    ("accepted", "verdict"),
    [
        ({}, "paid"),
        ({"told_name": "Trần Thị Bình Hạnh"}, "paid"),
        ({"listed_name": "TRANTHI BINH"}, "paid"),
        ({"account_no": "12"}, "name_differs"),
        ({"bank_code": "VCB"}, "name_differs"),
        ({"listed_name": "Trần Thị Binhh"}, "name_differs"),
        ({"told_name": "TRAN THI BINH HANG"}, "name_differs"),
        ({"account_no": "**77"}, "name_differs"),
    ],
)
def test_an_accepted_name_holds_for_its_account_and_both_names(
    accepted: dict[str, str], verdict: str
) -> None:
    assert verdict_of("Trần Thị Bình", "TRAN THI BINH HANH", ACCEPTED | accepted) == verdict


def test_without_an_account_no_name_is_accepted() -> None:
    expected = pa.table({
        "line_ref": ["L1"], "full_name": ["Trần Thị Bình"], "amount": [500_000], "cycle": ["2026-11"],
    })  # fmt: skip
    reported = pa.table({
        "file": ["bank.csv"], "line": [2], "end_to_end_id": ["L1"], "account_name": ["LE THI LAN"],
        "amount": [500_000], "status": ["settled"], "booked_on": [DAY],
    })  # fmt: skip
    nobody = {"account_no": "****77", "listed_name": "Trần Thị Bình", "told_name": "LE THI LAN"}
    names = pa.Table.from_pylist([nobody], ACCEPTED_NAMES)
    verdicts = reconcile(expected, reported, as_of=DAY, accepted_names=names).verdicts["verdict"].to_pylist()
    assert verdicts == ["name_differs"]
