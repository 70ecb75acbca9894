"""At the shell: what a run would say by other rules, and an old run once more."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Chitra

LATE_RETURN = Path(__file__).parents[2] / "fixtures" / "late-return"
FILES = [str(LATE_RETURN / name) for name in ("ket-qua-05-11.csv", "tra-lai-22-11.csv")]
CYCLE = ("--cycle", "2026-11", "--programme", "BTXH")
DAY = ("--as-of", "2026-11-25")
OTHER = 'version: "x"\nvalid_from: 2026-01-01\nnote: thử\n'


@pytest.fixture
def reconciled(chitra: Chitra) -> Chitra:
    assert (
        chitra("lists", "import", str(LATE_RETURN / "list.csv"), *CYCLE, "--deadline", "2026-11-20")[0] == 0
    )
    assert chitra("files", "import", FILES[0], "--bank", "VBA")[0] == 0
    assert chitra("reconcile", *CYCLE, "--as-of", "2026-11-10")[0] == 0
    return chitra


def test_what_a_run_would_change_is_shown_and_nothing_kept(reconciled: Chitra) -> None:
    assert reconciled("files", "import", FILES[1], "--bank", "VBA")[0] == 0
    status, out, _ = reconciled("reconcile", *CYCLE, *DAY, "--dry-run")
    assert status == 0
    assert "Đã chi → Chi không thành công: 1 dòng" in out
    assert "Chỉ xem thử, không lưu gì." in out
    assert [
        json.loads(line)["run"] for line in reconciled("runs", "list", *CYCLE, "--json")[1].splitlines()
    ] == [1]

    status, out, _ = reconciled("reconcile", *CYCLE, *DAY, "--dry-run", "--json")
    told, *lines = (json.loads(line) for line in out.splitlines())
    assert (told["dry_run"], told["last_run"]["run"], told["lines_changed"]) == (True, 1, 1)
    assert told["rules"]["version"] == "chitra-1"
    assert (lines[0]["before"]["verdict"], lines[0]["after"]["verdict"]) == ("paid", "failed")
    assert "verdict" in lines[0]["fields"]


def test_other_rules_are_tried_and_all_lines_written(reconciled: Chitra, tmp_path: Path) -> None:
    rules, out = tmp_path / "x.yaml", tmp_path / "lines.csv"
    rules.write_text(
        OTHER + "dates: {opens_on: {day: 28}}\nmatching: {steps: [reference]}\n", encoding="utf-8"
    )
    status, said, _ = reconciled(
        "reconcile", *CYCLE, "--as-of", "2026-11-10", "--dry-run", "--rules", str(rules), "--out", str(out)
    )
    assert status == 0
    assert "theo quy tắc x" in said
    with out.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert {"line_ref", "fields", "verdict_before", "verdict_after"} <= rows[0].keys()
    rules.write_text(OTHER + "matching: {cut_after: 0}", encoding="utf-8")
    status, _, err = reconciled("reconcile", *CYCLE, "--dry-run", "--rules", str(rules))
    assert (status, "dòng 4, khóa matching.cut_after" in err) == (1, True)
    assert reconciled("reconcile", *CYCLE, "--rules", str(rules))[0] == 2


def test_an_old_run_is_judged_again(reconciled: Chitra, tmp_path: Path) -> None:
    assert reconciled("files", "import", FILES[1], "--bank", "VBA")[0] == 0
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "x.yaml").write_text(OTHER + "matching: {steps: [reference]}", encoding="utf-8")
    assert reconciled("reconcile", *CYCLE, *DAY)[0] == 0
    for number, version in ((1, "chitra-1"), (2, "x")):
        status, out, _ = reconciled("runs", "rerun", str(number), *CYCLE)
        assert (status, f"y như cũ (quy tắc {version}" in out) == (0, True)
        told = json.loads(reconciled("runs", "rerun", str(number), *CYCLE, "--json")[1])
        assert (told["same"], told["lines_changed"], told["rules"]["version"]) == (True, 0, version)
    assert reconciled("runs", "rerun", "3", *CYCLE)[0] == 1
    listed = reconciled("runs", "list", *CYCLE, "--json")[1].splitlines()
    assert [json.loads(line)["rules"] for line in listed] == ["x", "chitra-1"]


def test_match_goes_by_the_rules_in_force_or_by_those_given(chitra: Chitra, tmp_path: Path) -> None:
    words = ("match", str(LATE_RETURN / "list.csv"), FILES[1], "--cycle", "2026-11", *DAY)
    out = tmp_path / "out"

    def verdicts() -> set[str]:
        with (out / "verdicts.csv").open(encoding="utf-8", newline="") as text:
            return {row["verdict"] for row in csv.DictReader(text)}

    assert chitra(*words, "--out", str(out))[0] == 0
    assert verdicts() == {"missing"}
    rules = tmp_path / "x.yaml"
    rules.write_text(OTHER + "dates: {deadline: {day: 20, month: after}}\n", encoding="utf-8")
    assert chitra(*words, "--out", str(out), "--rules", str(rules))[0] == 0
    assert verdicts() == {"pending"}
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "broken.yaml").write_text("x", encoding="utf-8")
    status, _, err = chitra(*words, "--out", str(out))
    assert (status, "broken.yaml" in err) == (1, True)
