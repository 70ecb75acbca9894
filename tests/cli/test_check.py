"""`chitra check`: an object a file with --json, plain words without, an exit status that a script can use."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FILES = Path(__file__).parents[1] / "settlements" / "files"
_LIST = "line_ref,citizen_id,full_name,amount,period,channel,bank_code,account_no\n"
_LIST_LINE = "CT2611000001,001155000123,Trần Thị Hoa,930000,2026-11,account,ICB,0190001112223\n"


def _check(
    folder: Path, *arguments: str | Path, **settings: str
) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]]]:
    """Run the command as a process of its own, in a folder without settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHITRA_")}
    environment |= settings | {"PYTHONUTF8": "1", "COLUMNS": "80"}
    done = subprocess.run(  # noqa: S603  # the command is our own
        [sys.executable, "-c", "from payouts.cli.main import run; run()", "check", *map(str, arguments)],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    objects = [json.loads(line) for line in done.stdout.splitlines()] if "--json" in arguments else []
    return done, objects


def test_json_says_what_the_contract_says(tmp_path: Path) -> None:
    path = FILES / "camt053.xml"
    done, (said,) = _check(tmp_path, "--json", path)
    assert done.returncode == 0
    assert said == {
        "file": str(path),
        "format": "camt.053",
        "profile": None,
        "outcome": "accepted",
        "statements": 1,
        "lines": 5,
        "totals": [
            {
                "currency": "VND",
                "credit_lines": 1,
                "credit": "680000",
                "debit_lines": 4,
                "debit": "2570000.00",
            }
        ],
        "problems": [],
    }


def test_a_refused_file_ends_in_one_and_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "trong").write_bytes(b"")
    done, said = _check(tmp_path, "--json", "trong", "khong-co", FILES / "mt940.sta")
    assert done.returncode == 1
    assert [one["outcome"] for one in said] == ["refused", "refused", "accepted"]
    assert [one["file"] for one in said[:2]] == ["trong", "khong-co"]
    assert [one["problems"][0]["code"] for one in said[:2]] == ["empty_file", "file_missing"]


def test_a_quarantined_file_is_done_and_its_problems_are_told(tmp_path: Path) -> None:
    done, (said,) = _check(tmp_path, "--json", FILES / "mt940.sta", CHITRA_CURRENCY="EUR")
    assert done.returncode == 0
    assert (said["outcome"], said["lines"], said["totals"][0]["debit"]) == ("quarantined", 5, "1615000.00")
    problem = said["problems"][0]
    assert (problem["line"], problem["field"], problem["code"]) == (1, "61", "currency_other")
    assert "VND" in problem["message"]


def test_a_status_report_moves_nothing(tmp_path: Path) -> None:
    _, (said,) = _check(tmp_path, "--json", FILES / "pain002.xml")
    assert (said["format"], said["statements"], said["lines"], said["totals"]) == ("pain.002", 0, 4, [])


def test_a_payout_list_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "danh-sach.csv").write_text(_LIST + _LIST_LINE, encoding="utf-8")
    done, (said,) = _check(tmp_path, "--json", "danh-sach.csv")
    assert done.returncode == 0
    assert (said["format"], said["outcome"], said["lines"]) == ("payout-list", "accepted", 1)
    assert (said["totals"], said["statements"]) == ([], 0)


@pytest.mark.parametrize(("language", "word"), [("vi", "BỊ GIỮ LẠI"), ("en", "QUARANTINED")])
def test_a_person_is_told_in_their_language_within_the_terminal(
    tmp_path: Path, language: str, word: str
) -> None:
    (tmp_path / "sao-ke").write_bytes((FILES / "mt940.sta").read_bytes())
    for done, _ in (
        _check(tmp_path, "sao-ke", CHITRA_CURRENCY="EUR", CHITRA_LANGUAGE=language),
        _check(tmp_path, "sao-ke", "--language", language, CHITRA_CURRENCY="EUR"),
    ):
        assert word in done.stdout
        assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_what_is_the_same_on_many_lines_is_said_once(tmp_path: Path) -> None:
    done, _ = _check(tmp_path, FILES / "mt940.sta", CHITRA_CURRENCY="EUR")
    assert done.stdout.count("currency_other") == 1
    assert "(dòng 1, 2, 3, 4, 5)" in " ".join(done.stdout.split())


def test_a_name_that_would_steer_the_terminal_is_shown_harmless(tmp_path: Path) -> None:
    done, _ = _check(tmp_path, "a\x1b[31m\nb")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("arguments", [(), ("--language", "fr", "x"), ("--nothing", "x")])
def test_wrong_usage_ends_in_two(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done, _ = _check(tmp_path, *arguments)
    assert done.returncode == 2


def test_a_profile_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    done, _ = _check(tmp_path, "--profile", "nope", "a.csv")
    assert done.returncode == 1
    assert "nope" in done.stderr
