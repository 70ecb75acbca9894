"""From the shell: the runs of a cycle, one of them as known then, what changed, and late evidence."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Chitra
from tests.facts import OWED, SAID

CYCLE = ("--cycle", "2026-11", "--programme", "BTXH")
OCTOBER = ("--cycle", "2026-10", "--programme", "BTXH")
RETURNED = {
    "status": "returned", "original_ref": "F1", "bank_ref": "F9", "booked_on": "2026-11-22",
    "reason_code": "AC04",
}  # fmt: skip


def write(path: Path, usual: dict[str, str], *lines: dict[str, str]) -> str:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, usual)
        writer.writeheader()
        writer.writerows({**usual, **line} for line in lines)
    return str(path)


@pytest.fixture
def month(chitra: Chitra, tmp_path: Path) -> Chitra:
    """October is paid and judged; November is judged twice, the second time after its deadline."""
    old = write(tmp_path / "oct.csv", OWED, {"line_ref": "O1", "period": "2026-10"})
    new = write(tmp_path / "nov.csv", OWED, {"line_ref": "N1"}, {"line_ref": "N2", "account_no": "77"})
    paid = write(
        tmp_path / "kq-oct.csv", SAID, {"end_to_end_id": "O1", "bank_ref": "F1", "booked_on": "2026-10-05"}
    )
    assert chitra("lists", "import", old, *OCTOBER, "--deadline", "2026-10-20")[0] == 0
    assert chitra("files", "import", paid, "--bank", "VBA")[0] == 0
    assert chitra("reconcile", *OCTOBER, "--as-of", "2026-10-25")[0] == 0
    assert chitra("lists", "import", new, *CYCLE, "--deadline", "2026-11-20")[0] == 0
    assert chitra("reconcile", *CYCLE, "--as-of", "2026-11-15")[0] == 0
    assert chitra("reconcile", *CYCLE, "--as-of", "2026-11-23")[0] == 0
    return chitra


def test_a_late_return_judges_the_earlier_month_anew_at_once(month: Chitra, tmp_path: Path) -> None:
    late = write(tmp_path / "late.csv", SAID, RETURNED)
    status, out, _ = month("files", "import", late, "--bank", "VBA")
    assert (status, "Kỳ 2026-10 của BTXH cũng được đối chiếu lại (lần số 2)." in out) == (0, True)
    status, out, _ = month("runs", "diff", *OCTOBER)
    assert status == 0
    assert "O1 Nguyễn Thị Hoa: Đã chi → Chi không thành công" in out
    assert "Ngân hàng Agribank báo trả lại ngày 22/11/2026: Tài khoản đã đóng (tệp late.csv, dòng 2)." in (
        " ".join(out.split())
    )
    assert max(len(line) for line in out.splitlines()) <= 80
    said = json.loads(month("reconcile", *CYCLE, "--json")[1])
    assert said["followed"] == []


def test_reconciling_a_month_leads_to_the_earlier_one(month: Chitra, tmp_path: Path) -> None:
    """Without a reference only the judgement of November finds whose money came back."""
    lines = ({**RETURNED, "original_ref": "", "account_no": "1500205004417"},)
    month("files", "import", write(tmp_path / "late.csv", SAID, *lines), "--bank", "VBA")
    said = json.loads(month("reconcile", *CYCLE, "--json")[1])
    assert said["followed"] == []  # which movement it undoes only October's run can tell
    status, out, _ = month("runs", "list", *OCTOBER)
    assert (status, "Tính đến" in out) == (0, True)


def test_the_runs_of_a_month_are_listed_with_what_is_new(month: Chitra) -> None:
    status, out, _ = month("runs", "list", *CYCLE)
    assert status == 0
    assert "Quá hạn, chưa có kết quả +2" in " ".join(out.replace("│", " ").split())
    assert max(len(line) for line in out.splitlines()) <= 80
    told = [json.loads(line) for line in month("runs", "list", *CYCLE, "--json")[1].splitlines()]
    assert [(each["run"], each["net"]) for each in told] == [(2, {"missing": 2, "pending": -2}), (1, {})]


def test_the_clock_is_said_to_be_the_cause(month: Chitra) -> None:
    sums, *changes = map(json.loads, month("runs", "diff", *CYCLE, "1", "2", "--json")[1].splitlines())
    assert sums["totals"] == [
        {
            "before": "pending", "after": "missing", "lines": 2, "owed": 1_620_000,
            "settled_before": 0, "settled_after": 0,
        }
    ]  # fmt: skip
    assert changes[0]["line_ref"] == "N1"
    assert changes[0]["why"] == [
        {
            "code": "deadline_passed", "said": "Đã quá hạn 20/11/2026 mà chưa có kết quả.",
            "file": None, "line": None,
        }
    ]  # fmt: skip


def test_an_older_run_is_shown_and_exported_as_known_then(month: Chitra, tmp_path: Path) -> None:
    status, out, _ = month("runs", "show", "1", *CYCLE)
    assert (status, "Chờ kết quả" in out, "Quá hạn" in out) == (0, True, False)
    for run, verdict in ((("--run", "1"), "pending"), ((), "missing")):
        out_file = tmp_path / "v.csv"
        assert month("export", "verdicts", *CYCLE, "--out", str(out_file), *run)[0] == 0
        with out_file.open(encoding="utf-8", newline="") as text:
            assert {row["verdict"] for row in csv.DictReader(text)} == {verdict}
    assert month("export", "settlement-lines", *CYCLE, "--out", str(tmp_path / "l.csv"), "--run", "1")[0] == 0


def test_runs_that_are_not_there_are_refused_in_a_sentence(month: Chitra, tmp_path: Path) -> None:
    for words in (
        ("runs", "show", "9", *CYCLE),
        ("runs", "diff", *OCTOBER),
        ("runs", "diff", *CYCLE, "9"),
        ("export", "verdicts", *CYCLE, "--out", str(tmp_path / "x.csv"), "--run", "9"),
    ):
        status, _, said = month(*words)
        assert (status, "Traceback" in said, bool(said)) == (1, False, True)
