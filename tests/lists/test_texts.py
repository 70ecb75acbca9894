"""The text of a payout list is composed and looked at like that of a bank's file."""

import unicodedata
from pathlib import Path

from tests.lists.making import GOOD, HEADER, csv_file, problems, read


def test_marks_apart_are_put_together_and_told(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, unicodedata.normalize("NFD", GOOD)))
    assert [unicodedata.is_normalized("NFC", line["full_name"]) for line in lines] == [True]
    assert [problem.code for problem in report.problems] == ["marks_composed"]


def test_a_garbled_name_is_told_by_line_and_field(tmp_path: Path) -> None:
    name = GOOD.split(",")[HEADER.split(",").index("full_name")]
    _, report = read(csv_file(tmp_path, GOOD.replace(name, "NguyÔn V¨n B×nh")))
    assert ("text_garbled", 2, "full_name") in problems(report)
