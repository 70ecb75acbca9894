"""Decisions on matches at the shell: confirm, reject, a second person's token, undo."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Chitra

HEADER = "bank_code,bank_ref,account_no,account_name,amount,currency,booked_on,status"
LINES = """VBA,F1,1500205004471,NGUYEN THI HOA,810000,VND,2026-11-05,settled
VBA,F2,9704229200001234,PHAM VAN TAM,810000,VND,2026-11-05,settled
"""
LIST = (
    "line_ref,citizen_id,full_name,area_code,amount,period,channel,bank_code,account_no\n"
    "L1,001145003417,Nguyễn Thị Hoa,00004,810000,2026-11,account,VBA,1500205004417\n"
)
MONTH = ("--cycle", "2026-11", "--programme", "BTXH")


@pytest.fixture
def judged(chitra: Chitra, tmp_path: Path) -> Chitra:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "vba.csv").write_text(f"{HEADER}\n{LINES}", encoding="utf-8")
    assert chitra("lists", "import", str(tmp_path / "list.csv"), *MONTH, "--deadline", "2026-11-20")[0] == 0
    assert chitra("files", "import", str(tmp_path / "vba.csv"), "--bank", "VBA")[0] == 0
    assert chitra("reconcile", *MONTH, "--as-of", "2026-11-25")[0] == 0
    return chitra


def verdict(chitra: Chitra, tmp_path: Path) -> str:
    out = tmp_path / "verdicts.csv"
    assert chitra("export", "verdicts", *MONTH, "--out", str(out))[0] == 0
    return out.read_text(encoding="utf-8").splitlines()[1].split(",")[1].strip('"')


def test_a_suggestion_is_confirmed_and_undone_and_the_cycle_judged_at_once(
    judged: Chitra, tmp_path: Path
) -> None:
    status, said, _ = judged("matches", "confirm", "L1", "vba.csv:2")
    assert (status, "L1 ← vba.csv:2\tđược tính" in said) == (0, True)
    assert verdict(judged, tmp_path) == "account_differs"
    told = json.loads(judged("matches", "undo", "1", "--reason", "Nhầm", "--json")[1])
    assert (told["state"], told["undone_why"]) == ("undone", "Nhầm")
    assert verdict(judged, tmp_path) == "missing"
    assert judged("matches", "reject", "L1", "vba.csv:2")[0] == 0
    status, _, error = judged("matches", "confirm", "L1", "vba.csv:2")
    assert (status, "đã có quyết định" in error) == (1, True)


def test_a_force_waits_for_a_second_persons_token(judged: Chitra, tmp_path: Path) -> None:
    judged("users", "add", "thanhpho", "--role", "province")
    token = json.loads(judged("users", "token", "thanhpho", "--json")[1])["token"]
    (tmp_path / "token").write_text(token, encoding="utf-8")
    assert judged("matches", "force", "L1", "vba.csv:3", "--reason", "Con trai nhận thay")[0] == 0
    status, _, error = judged("matches", "approve", "1")
    assert (status, "tự duyệt" in error) == (1, True)
    assert "chờ người thứ hai" in judged("matches", "list", "--state", "waiting")[1]
    done = json.loads(judged("matches", "approve", "1", "--token-file", str(tmp_path / "token"), "--json")[1])
    assert (done["state"], done["checked_by"], done["bank_line"]) == ("done", "thanhpho", "vba.csv:3")
    assert verdict(judged, tmp_path) == "account_differs"


def test_what_is_not_there_is_refused_in_a_sentence(judged: Chitra) -> None:
    assert judged("matches", "confirm", "L9", "vba.csv:2")[0] == 1
    status, _, error = judged("matches", "confirm", "L1", "vba.csv:9")
    assert (status, "Không có dòng kết quả" in error) == (1, True)
    assert judged("matches", "confirm", "L1", "vba.csv")[0] == 2
    assert judged("matches", "undo", "7", "--reason", "x")[0] == 1
