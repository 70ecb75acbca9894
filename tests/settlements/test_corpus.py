"""Each folder of fixtures/formats is a file and what a careful reader makes of it, written down before."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from payouts.cli.main import app
from payouts.settlements.reading import open_settlement

CORPUS = Path(__file__).parents[2] / "fixtures" / "formats"
FOLDERS = sorted(path.parent for path in CORPUS.glob("*/expected.json"))
_VERSIONS = {"camt053-001": range(2, 14), "camt054-001": range(2, 14), "pain002-001": range(3, 15)}
_AMOUNTS = ("credit", "debit")


def _checked(path: Path) -> dict[str, Any]:
    """What `chitra check --json` prints of a file."""
    result = CliRunner().invoke(app, ["check", "--json", str(path)])
    said: dict[str, Any] = json.loads(result.output)
    assert result.exit_code == (1 if said["outcome"] == "refused" else 0)
    assert said.pop("file") == str(path)
    return said


def _totals(totals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [total | {name: Decimal(total[name]) for name in _AMOUNTS} for total in totals]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_file_is_read_as_was_written_down(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    path = folder / expected.pop("file")
    said = _checked(path)
    assert said.keys() == expected.keys()
    problems = [[problem["line"], problem["code"]] for problem in said["problems"]]
    assert problems == expected["problems"]
    assert all(problem["message"] for problem in said["problems"])
    assert _totals(said["totals"]) == _totals(expected["totals"])
    told = ("format", "profile", "outcome", "statements", "lines")
    assert [said[name] for name in told] == [expected[name] for name in told]
    if said["outcome"] == "accepted":
        assert (folder / "lines.csv").exists() == bool(said["lines"])
    if (folder / "lines.csv").exists():
        _check_lines(folder / "lines.csv", path)


def _check_lines(expected: Path, path: Path) -> None:
    """Compare the good lines in the columns that were written down."""
    with expected.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    rows = [row for batch in open_settlement(path).batches() for row in batch.to_pylist()]
    columns = lines[0].keys() if lines else ()
    found = [{name: "" if row[name] is None else str(row[name]) for name in columns} for row in rows]
    assert found == lines


@pytest.mark.parametrize("name", _VERSIONS)
def test_every_version_has_its_sample(name: str) -> None:
    folders = {folder.name for folder in FOLDERS}
    assert {f"{name}-{version:02d}" for version in _VERSIONS[name]} <= folders


def test_a_reference_that_a_line_break_cut_is_found_whole() -> None:
    path = CORPUS / "mt940-reference-cut-by-a-line" / "sao-ke.sta"
    (batch,) = open_settlement(path).batches()
    assert "CT2611000001" in batch["remittance_info"][0].as_py().split()
