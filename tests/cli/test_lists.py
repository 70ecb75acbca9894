"""From the shell: a corrected list is sent, looked at, confirmed or dropped."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Chitra

LIST = Path(__file__).parents[2] / "fixtures" / "lists" / "office-form" / "list.csv"
RESULT = LIST.with_name("ket-qua-05-11.csv")
EXPECTED = ("line_ref", "verdict", "settled", "reason_code", "differences")
CYCLE = ("--cycle", "2026-11", "--programme", "BTXH")


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """One amount more, one person less, and the sums of both wards and of the whole as they are then."""
    text = LIST.read_text(encoding="utf-8").replace("1.080.000,,,,,1.080.000", "540.000,,,,,540.000")
    text = text.replace("810.000,,120.000,-,,930.000", "820.000,,120.000,-,,940.000")
    text = text.replace("1.890.000,,120.000,20.000,,1.990.000", "1.900.000,,120.000,20.000,,2.000.000")
    text = text.replace("4 người", "3 người").replace(
        "2.970.000,,120.000,20.000,,3.070.000", "2.440.000,,120.000,20.000,,2.540.000"
    )
    lines = [line for line in text.splitlines() if "BT11F0003" not in line]
    path = tmp_path / "sua.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


@pytest.fixture
def waiting(chitra: Chitra, corrected: Path) -> Chitra:
    assert chitra("lists", "import", str(LIST), *CYCLE, "--deadline", "2026-11-20")[0] == 0
    assert chitra("files", "import", str(RESULT), "--bank", "VBA")[0] == 0
    assert chitra("reconcile", *CYCLE, "--as-of", "2026-11-25")[0] == 0
    status, out, _ = chitra("lists", "import", str(corrected), *CYCLE, "--supersedes", "1")
    assert (status, "chitra lists diff 2" in out) == (0, True)
    return chitra


def test_the_form_of_offices_is_judged_as_expected(chitra: Chitra, tmp_path: Path) -> None:
    days = ("--deadline", "2026-11-20", "--as-of", "2026-11-25")
    assert (
        chitra("match", str(LIST), str(RESULT), "--out", str(tmp_path), "--cycle", "2026-11", *days)[0] == 0
    )
    with (tmp_path / "verdicts.csv").open(encoding="utf-8", newline="") as told:
        found = [{name: row[name] for name in EXPECTED} for row in csv.DictReader(told)]
    with LIST.with_name("expected-verdicts.csv").open(encoding="utf-8", newline="") as expected:
        assert found == list(csv.DictReader(expected))


def test_the_difference_is_shown_with_what_was_paid(waiting: Chitra) -> None:
    status, out, _ = waiting("lists", "diff", "2")
    assert status == 0
    assert (
        "amount: 930000 → 940000; amount_current: 810000 → 820000 [đã chi theo ket-qua-05-11.csv:2]"
        in " ".join(out.split())
    )
    assert "BT11F0003 Trần Thị Lan" in out
    assert max(len(line) for line in out.splitlines()) <= 80
    sums, *changes = map(json.loads, waiting("lists", "diff", "2", "--json")[1].splitlines())
    assert sums == {
        "id": 2, "supersedes": 1, "added": 0, "gone": 1, "changed": 1, "before": 1_470_000, "after": 940_000,
        "settled": 1,
    }  # fmt: skip
    assert [(each["line_ref"], each["kind"], each["settled"]) for each in changes] == [
        ("BT11F0001", "changed", 930_000), ("BT11F0003", "gone", None),
    ]  # fmt: skip


def test_a_confirmed_list_is_judged_at_once(waiting: Chitra) -> None:
    status, out, _ = waiting("lists", "confirm", "2", "--note", "đã xem")
    assert (status, "Kỳ chi trả đã được đối chiếu lại." in out) == (0, True)
    standings = [
        (each["id"], each["counts"])
        for each in map(json.loads, waiting("lists", "list", "--json")[1].splitlines())
    ]
    assert standings == [(2, True), (1, False)]
    assert waiting("lists", "confirm", "2")[0] == 1
    status, out, _ = waiting("lists", "list")
    assert ("đã được thay" in out, max(len(line) for line in out.splitlines()) <= 80) == (True, True)


def test_a_dropped_list_changes_nothing(waiting: Chitra) -> None:
    assert waiting("lists", "cancel", "2")[0] == 0
    told = json.loads(waiting("lists", "show", "1", "--json")[1])
    assert (told["counts"], told["parts"]["amount_arrears"], told["problems"][0]["code"]) == (
        True, 120_000, "area_from_heading",
    )  # fmt: skip


def test_what_cannot_be_is_said_in_a_sentence(waiting: Chitra, corrected: Path) -> None:
    for words in (
        ("lists", "diff", "1"),
        ("lists", "show", "9"),
        ("lists", "confirm", "1"),
        ("lists", "import", str(corrected), *CYCLE, "--supersedes", "2"),
    ):
        status, _, said = waiting(*words)
        assert (status, "Traceback" in said, bool(said)) == (1, False, True)


def test_a_registry_file_is_taken_in_and_what_it_says_otherwise_waits(chitra: Chitra, tmp_path: Path) -> None:
    assert chitra("lists", "import", str(LIST), *CYCLE, "--deadline", "2026-11-20")[0] == 0
    assert chitra("registry", "waiting")[1].strip() == "Không có thay đổi hồ sơ nào chờ duyệt."
    with LIST.open(encoding="utf-8-sig", newline="") as lines:
        person = next(cell for row in csv.reader(lines) for cell in row if cell.isdigit() and len(cell) == 12)
    path = tmp_path / "ho-so.csv"
    path.write_text(f"Số định danh,Họ và tên,Mức định danh\n{person},Tên Khác,2\n", encoding="utf-8")
    status, out, _ = chitra("registry", "import", str(path), "--json")
    assert (status, json.loads(out)) == (
        0,
        {"id": 1, "state": "accepted", "lines": 1, "people": 1, "new": 0, "proposals": 1},
    )
    assert json.loads(chitra("registry", "waiting", "--json")[1]) == {"changed": 1}
    path.write_text("Số định danh,Mức định danh\n001160009999,5\n", encoding="utf-8")
    status, _, said = chitra("registry", "import", str(path))
    assert (status, "2:vneid_level vneid_level_wrong" in said) == (1, True)
    assert chitra("lists", "take", "1", "--reason", "x")[0] == 1
