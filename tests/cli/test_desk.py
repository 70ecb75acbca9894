"""The desk for bank files at the shell: the same story through commands, with a second person's token."""

import json
from pathlib import Path

from tests.cli.conftest import Chitra

HEADER = "bank_code,bank_ref,end_to_end_id,account_no,amount,currency,booked_on,status"
GOOD = "VBA,F1,L1,1500205004417,810000,VND,2026-11-05,settled"
LIST = (
    "line_ref,citizen_id,full_name,area_code,amount,period,channel,bank_code,account_no\n"
    "L1,001145003417,Nguyễn Thị Hoa,00004,810000,2026-11,account,VBA,1500205004417\n"
)
MONTH = ("--cycle", "2026-11", "--programme", "BTXH")


def test_a_file_is_withdrawn_by_two_people_and_what_it_paid_is_missing(
    chitra: Chitra, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "vba.csv").write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    assert chitra("lists", "import", str(tmp_path / "list.csv"), *MONTH, "--deadline", "2026-11-20")[0] == 0
    assert chitra("files", "import", str(tmp_path / "vba.csv"), "--bank", "VBA")[0] == 0
    chitra("reconcile", *MONTH, "--as-of", "2026-11-25")
    chitra("users", "add", "ketoan", "--role", "accountant")
    token = json.loads(chitra("users", "token", "ketoan", "--json")[1])["token"]
    (tmp_path / "token").write_text(token, encoding="utf-8")
    told = json.loads(chitra("files", "withdraw", "1", "--preview", "--json")[1])
    assert (told["lines"], told["settled"], told["shown"][0]["full_name"]) == (1, 810000, "Nguyễn Thị Hoa")
    assert "1 dòng chi của 1 người, 810.000 đ" in chitra("files", "withdraw", "1", "--preview")[1]
    assert "chitra files approve 1" in chitra("files", "withdraw", "1", "--reason", "nhầm tháng")[1]
    status, _, error = chitra("files", "approve", "1")
    assert (status, "tự duyệt" in error) == (1, True)
    assert chitra("files", "list", "--waiting", "--json")[1].count("\n") == 1
    done = json.loads(chitra("files", "approve", "1", "--token-file", str(tmp_path / "token"), "--json")[1])
    assert (done["state"], done["checked_by"]) == ("done", "ketoan")
    run = json.loads(chitra("reconcile", *MONTH, "--as-of", "2026-11-25", "--json")[1])
    assert (run["verdicts"]["missing"]["lines"], run["open_cases"]) == (1, 1)


def test_a_held_file_is_shown_beside_its_lines_rejected_and_replaced(chitra: Chitra, tmp_path: Path) -> None:
    bad, good = tmp_path / "sai.csv", tmp_path / "dung.csv"
    bad.write_text(f"{HEADER}\n{GOOD.replace('810000', '930.5')}\n", encoding="utf-8")
    good.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    assert chitra("files", "import", str(bad), "--bank", "VBA")[0] == 1
    shown = chitra("files", "show", "1")[1]
    assert "✗ 2 amount_unreadable" in shown
    assert "VBA,F1,L1,1500205004417,930.5,VND,2026-11-05,settled" in shown
    assert chitra("files", "ask", "1", "--reason", "số tiền dòng 2")[0] == 0
    assert chitra("files", "reject", "1", "--reason", "chờ tệp mới")[0] == 0
    assert "đã loại" in chitra("files", "list", "--state", "rejected")[1]
    status, _, error = chitra("files", "import", str(bad), str(good), "--bank", "VBA", "--supersedes", "1")
    assert (status, "--supersedes" in error) == (2, True)
    assert chitra("files", "import", str(good), "--bank", "VBA", "--supersedes", "1")[0] == 0
    told = json.loads(chitra("files", "show", "1", "--json")[1])
    assert (told["decision"], told["decisions"][-1]["new_file_id"]) == ("superseded", 2)
    assert "So với tệp số 1: 0 dòng y nguyên, 1 thêm" in chitra("files", "show", "2")[1]
    assert chitra("files", "show", "3")[0] == 1


def test_a_policy_is_set_for_one_bank_and_goes_back(chitra: Chitra, tmp_path: Path) -> None:
    file = tmp_path / "doi.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n{GOOD}\n", encoding="utf-8")
    own = ("banks", "policy", "VBA", "--control", "duplicates", "--reason", "hay gửi trùng")
    assert chitra(*own, "--action", "quarantine")[0] == 0
    assert chitra("files", "import", str(file), "--bank", "VBA")[0] == 1
    assert chitra("files", "import", str(file), "--bank", "MB")[0] == 0
    rules = [json.loads(line) for line in chitra("banks", "policy", "VBA", "--json")[1].splitlines()]
    assert {rule["control"]: rule["action"] for rule in rules}["duplicates"] == "quarantine"
    assert chitra(*own, "--action", "shipped")[0] == 0
    for wrong in (
        ("--control", "nothing", "--action", "warning"),
        ("--control", "dates", "--action", "silence"),
    ):
        assert chitra("banks", "policy", "VBA", "--reason", "x", *wrong)[0] == 1
    assert chitra("banks", "policy", "VBA", "--control", "dates", "--action", "warning")[0] == 1
    assert chitra("banks", "policy", "VBA", "--control", "dates")[0] == 2
