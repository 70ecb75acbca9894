"""From the shell: a list in, bank files in, a run, and the results out; every refusal is a sentence."""

import contextlib
import csv
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Chitra

LATE_RETURN = Path(__file__).parents[2] / "fixtures" / "late-return"
CYCLE = ("--cycle", "2026-11", "--programme", "BTXH")


@pytest.fixture
def reconciled(chitra: Chitra) -> Chitra:
    """The story of the late return, taken in and run."""
    assert (
        chitra("lists", "import", str(LATE_RETURN / "list.csv"), *CYCLE, "--deadline", "2026-11-20")[0] == 0
    )
    files = (str(LATE_RETURN / name) for name in ("ket-qua-05-11.csv", "tra-lai-22-11.csv"))
    assert chitra("files", "import", *files, "--bank", "VBA")[0] == 0
    status, out, _ = chitra("reconcile", *CYCLE, "--as-of", "2026-11-25")
    assert status == 0
    assert "Lần đối chiếu số 1" in out
    assert max(len(line) for line in out.splitlines()) <= 80
    return chitra


def test_the_exports_are_those_of_match(reconciled: Chitra, tmp_path: Path) -> None:
    said, lines, out = tmp_path / "v.csv", tmp_path / "l.csv", tmp_path / "match"
    assert reconciled("export", "verdicts", *CYCLE, "--out", str(said))[0] == 0
    assert reconciled("export", "settlement-lines", *CYCLE, "--out", str(lines))[0] == 0
    files = [str(LATE_RETURN / name) for name in ("ket-qua-05-11.csv", "tra-lai-22-11.csv")]
    days = ("--deadline", "2026-11-20", "--as-of", "2026-11-25")
    assert reconciled(
        "match", str(LATE_RETURN / "list.csv"), *files, "--out", str(out), "--cycle", "2026-11", *days
    )[0] == 0  # fmt: skip

    assert without_paths(said) == without_paths(out / "verdicts.csv")
    assert without_paths(lines) == without_paths(out / "settlement-lines.csv")


def without_paths(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return [
            [";".join(Path(part).name for part in field.split(";")) for field in row]
            for row in csv.reader(text)
        ]


def test_the_exception_list_is_for_people(reconciled: Chitra, tmp_path: Path) -> None:
    out = tmp_path / "can-xu-ly.xlsx"
    assert reconciled("export", "exceptions", *CYCLE, "--out", str(out))[0] == 0

    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    heading = [cell.value for cell in sheet[4]]
    row = dict(zip(heading, sheet[5], strict=True))
    assert sheet.max_row == 5
    assert sheet.freeze_panes == "E5"
    assert (row["Số tài khoản"].value, row["Số tài khoản"].data_type) == ("1500205008826", "s")
    assert (row["Phải chi (đ)"].value, row["Phải chi (đ)"].number_format) == (1_080_000, "#,##0")
    assert row["Kết quả đối chiếu"].value == "Chi không thành công"
    assert row["Trạng thái"].value == "Mới"
    assert sheet.print_title_rows == "$4:$4"


def test_a_name_that_looks_like_a_formula_stays_a_name(chitra: Chitra, tmp_path: Path) -> None:
    owed = (LATE_RETURN / "list.csv").read_text(encoding="utf-8").replace("Đặng Văn Bình", "=HYPERLINK(1)")
    (tmp_path / "list.csv").write_text(owed, encoding="utf-8")
    out = tmp_path / "x.xlsx"
    chitra("lists", "import", str(tmp_path / "list.csv"), *CYCLE)
    chitra("reconcile", *CYCLE)
    chitra("export", "exceptions", *CYCLE, "--out", str(out))

    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    names = {cell.value: cell.data_type for cell in sheet["D"]}
    assert names["=HYPERLINK(1)"] == "s"


def test_the_same_file_twice_is_told_and_changes_nothing(reconciled: Chitra) -> None:
    status, out, _ = reconciled("files", "import", str(LATE_RETURN / "ket-qua-05-11.csv"), "--bank", "VBA")
    assert status == 0
    assert "biên nhận đầu tiên" in out


def test_a_foreign_file_among_good_ones_stops_none_of_them_and_exits_1(
    chitra: Chitra, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("a,b\n1,2\n", encoding="utf-8")
    good = str(LATE_RETURN / "ket-qua-05-11.csv")
    status, out, err = chitra("files", "import", str(foreign), good, "--bank", "VBA", "--json")
    told = [json.loads(line) for line in out.splitlines()]

    assert status == 1
    assert [each["state"] for each in told] == ["refused", "accepted"]
    assert told[0]["problems"][0]["message"]
    assert str(foreign) in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [
        ("reconcile", *CYCLE),
        ("export", "verdicts", *CYCLE, "--out", "x.csv"),
        ("lists", "import", "no-such.csv", *CYCLE),
        ("files", "import", "no-such.csv", "--bank", "VBA"),
        ("lists", "import", str(LATE_RETURN / "list.csv"), "--cycle", "11/2026", "--programme", "BTXH"),
        ("files", "import", str(LATE_RETURN / "list.csv"), "--bank", "VBA", "--profile", "no-such"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_status_1(chitra: Chitra, words: tuple[str, ...]) -> None:
    status, out, err = chitra(*words)
    assert (status, out) == (1, "")
    assert err.endswith(".\n")
    assert "Traceback" not in err


def test_a_cycle_that_was_never_run_has_no_results(chitra: Chitra, tmp_path: Path) -> None:
    chitra("lists", "import", str(LATE_RETURN / "list.csv"), *CYCLE)
    status, _, err = chitra("export", "exceptions", *CYCLE, "--out", str(tmp_path / "x.xlsx"))
    assert status == 1
    assert "chưa được đối chiếu" in err
    assert not (tmp_path / "x.xlsx").exists()


def test_a_terminal_sees_how_far_a_large_file_is(tmp_path: Path) -> None:
    head = "bank_code,bank_ref,end_to_end_id,account_no,amount,currency,booked_on,status\n"
    rows = "".join(f"VBA,F{n},L{n},{n},1,VND,2026-11-05,settled\n" for n in range(60_000))
    large = tmp_path / "large.csv"
    large.write_text(head + rows)
    said = on_terminal(tmp_path, "files", "import", str(large), "--bank", "VBA")
    assert "1/1 large.csv" in said
    assert re.search(r"Số dòng: [0-9.]+", said)
    assert "Traceback" not in said


def on_terminal(data_dir: Path, *words: str) -> str:
    """Run the command with a terminal as its standard error, and give what that showed."""
    own, theirs = pty.openpty()
    environment = {**os.environ, "CHITRA_DATA_DIR": str(data_dir), "TERM": "xterm", "COLUMNS": "100"}
    environment.pop("CHITRA_DATABASE_URL", None)
    command = [sys.executable, "-c", "from payouts.cli.main import run; run()", *words]
    said = b""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=theirs) as running:  # noqa: S603  # our own program
        os.close(theirs)
        with contextlib.suppress(OSError):  # the other end is closed
            while piece := os.read(own, 65536):
                said += piece
        assert running.wait(60) == 0
    os.close(own)
    return said.decode("utf-8", "replace")
