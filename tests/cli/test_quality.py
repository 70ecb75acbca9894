"""The commands on the quality of data and on predictions, over a database of their own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from payouts.cli.main import app
from payouts.core.settings import get_settings

HEADER = (
    "line_ref,citizen_id,full_name,date_of_birth,category_code,area_code,amount,period,"
    "channel,bank_code,account_no"
)
LIST = f"""{HEADER}
Q1,001145003417,Nguyễn Thị Hoa,1945-03-02,BTXH_5_5C,00004,500000,2026-11,account,VBA,1500205004417
Q2,001145003418,Lê Thị Lan,,BTXH_5_5C,00004,500000,2026-11,account,VBA,12
"""


def test_scores_and_predictions_at_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHITRA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CHITRA_TODAY", "2026-11-24")
    get_settings.cache_clear()
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    runner, of_file = CliRunner(), ["--cycle", "2026-11", "--programme", "BTXH"]
    told = runner.invoke(app, ["lists", "predict", str(path), *of_file, "--json"])
    assert [json.loads(row)["sign"] for row in told.output.splitlines()] == ["account_form"]
    assert runner.invoke(app, ["lists", "predict", str(path)]).exit_code == 2
    assert runner.invoke(app, ["lists", "import", str(path), *of_file]).exit_code == 0
    assert "Dự báo 1 dòng" in runner.invoke(app, ["lists", "predict", "1"]).output
    assert "--measure" in runner.invoke(app, ["quality"]).output
    [row] = runner.invoke(app, ["quality", "--measure", "--json"]).output.splitlines()
    assert json.loads(row) == {"key": "00004", "people": 2, "right": 1, "complete": 1, "clean": 2, "live": 2}
    assert "50.0 %" in runner.invoke(app, ["quality"]).output
    get_settings.cache_clear()
