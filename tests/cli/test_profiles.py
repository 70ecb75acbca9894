"""`chitra profiles` lists, shows, tries and proposes layouts within 80 columns."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from payouts.cli.main import app
from payouts.core.errors import RefusedError
from payouts.settlements.profiles import profile_text, read_profile
from tests.settlements.test_guessing import RESULT, workbook


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHITRA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


def run(*words: str, status: int = 0) -> Result:
    result = CliRunner().invoke(app, ["profiles", *words])
    assert result.exit_code == status, result.output
    assert max(map(len, result.output.splitlines()), default=0) <= 80, result.output
    return result


def added(data_dir: Path, name: str, text: str) -> Path:
    (data_dir / "profiles").mkdir(parents=True, exist_ok=True)
    path = data_dir / "profiles" / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_list_names_where_each_comes_from_and_what_is_broken(data_dir: Path) -> None:
    added(data_dir, "hong", "title: [")
    added(data_dir, "vcb", profile_text("chitra").replace("formats:", "bank: VCB\nformats:"))
    said = run("list").output
    assert "vcb                      VCB      csv/xlsx  thêm vào" in said
    assert "hong                     HỎNG, không dùng" in said
    told = [
        json.loads(line)
        for line in CliRunner().invoke(app, ["profiles", "list", "--json"]).output.splitlines()
    ]
    assert {each["profile"] for each in told if "broken" in each} == {"hong"}


def test_a_proposal_is_written_finished_tried_and_installed(tmp_path: Path, data_dir: Path) -> None:
    path = workbook(tmp_path, RESULT)
    said = run("guess", path.name, "--out", "vcb_chi.yaml").output
    assert "Treo" in said
    assert "chitra profiles test kq.xlsx --profile vcb_chi.yaml" in said
    proposal = Path("vcb_chi.yaml").read_text(encoding="utf-8")
    assert read_profile("x", proposal).bank == "VCB"

    tried = run("test", path.name, "--profile", "vcb_chi.yaml").output
    assert "dòng 5 · settled · 930.000 VND · 25/11/2026" in tried
    assert "Không biết trạng thái “Treo”" in " ".join(tried.split())

    added(data_dir, "vcb_chi", proposal.replace("statuses:", "statuses:\n  unknown: [Treo]", 1))
    told = json.loads(CliRunner().invoke(app, ["profiles", "test", path.name, "--json"]).output)
    assert (told["profile"], told["outcome"], told["lines"]) == ("vcb_chi", "accepted", 3)
    assert told["first"][0]["booked_on"] == "2026-11-25"


def test_a_proposal_is_printed_where_no_file_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path, RESULT)
    printed = CliRunner().invoke(app, ["profiles", "guess", path.name]).output
    assert read_profile("x", printed).bank == "VCB"
    told = json.loads(CliRunner().invoke(app, ["profiles", "guess", path.name, "--json"]).output)
    assert told["yaml"] == printed
    assert any("Treo" in doubt for doubt in told["doubts"])


def test_a_layout_is_shown_as_it_stands() -> None:
    assert CliRunner().invoke(app, ["profiles", "show", "chitra"]).output == profile_text("chitra")


def test_a_refused_file_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    assert "BỊ TỪ CHỐI" in run("test", "x.csv", status=1).output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "xyz"), "profile_unknown"),
        (("test", "none.csv"), "no_such_file"),
        (("guess", "none.csv"), "no_such_file"),
        (("guess", "empty.csv"), "nothing_to_guess"),
        (("guess", "kq.xlsx", "--out", "kq.xlsx"), "file_exists"),
        (("guess", "kq.xlsx", "--out", "none/x.yaml"), "cannot_write"),
        (("test", "kq.xlsx", "--profile", "none.yaml"), "no_such_file"),
        (("test", "kq.xlsx", "--profile", "binary.yaml"), "cannot_read"),
        (("test", "kq.xlsx", "--profile", "bad.yaml"), "profile_invalid"),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], code: str, tmp_path: Path) -> None:
    workbook(tmp_path, RESULT)
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")
    (tmp_path / "bad.yaml").write_text("title: 1")
    caught = CliRunner().invoke(app, ["profiles", *words]).exception
    assert getattr(caught, "code", None) == code
    assert isinstance(caught, RefusedError) or code == "profile_unknown"
