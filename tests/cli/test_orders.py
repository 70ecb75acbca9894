"""From the shell: orders made, written once, and a draft of the next month."""

import json
from pathlib import Path

from tests.cli.conftest import Chitra

LIST = Path(__file__).parents[2] / "fixtures" / "lists" / "office-form" / "list.csv"
CYCLE = ("--cycle", "2026-11", "--programme", "BTXH")


def test_orders_are_made_and_written_once(chitra: Chitra, tmp_path: Path) -> None:
    assert chitra("lists", "import", str(LIST), *CYCLE)[0] == 0
    assert chitra("orders", "payer", "--bank", "VBA", "--account", "111000111", "--holder", "Sở")[0] == 0
    status, out, _ = chitra("orders", "make", *CYCLE, "--json")
    [order] = [each for each in map(json.loads, out.splitlines()) if "id" in each]
    assert (status, order["message_id"], order["debtor_account"]) == (0, "BTXH-202611-VBA-01", "111000111")
    target = tmp_path / "lenh.xml"
    assert chitra("orders", "export", "1", "--out", str(target))[0] == 0
    assert b"pain.001.001.09" in target.read_bytes()
    status, _, error = chitra("orders", "export", "1", "--out", str(target), "--format", "csv")
    assert (status, "ghi lý do" in error) == (1, True)
    assert chitra("orders", "export", "1", "--out", str(target), "--reason", "hỏng", "--json")[0] == 0
    assert "BTXH-202611-VBA-01" in chitra("orders", "list", *CYCLE)[1]
    status, out, _ = chitra("orders", "draft", "--cycle", "2026-12", "--programme", "BTXH")
    assert (status, "chưa có hiệu lực" in out) == (0, True)
    told = json.loads(chitra("orders", "draft", "--cycle", "2026-12", "--programme", "BTXH", "--json")[1])
    assert (told["base_cycle"], told["notes"][0]["code"]) == ("2026-11", "not_judged")
