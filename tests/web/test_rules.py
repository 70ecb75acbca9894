"""The province tries other rules on a page and over HTTP and sees what they would change; nothing is kept."""

from pathlib import Path

import httpx
import pytest
from sqlmodel import func, select

from payouts.identity.users import issue_token
from payouts.runs.models import Run
from tests.facts import Office
from tests.web.visiting import Visitor

EARLIER = """version: "2027-1"
valid_from: 2027-01-01
note: Quyết định 12
matching:
  steps: [reference]
programmes:
  BTXH: {deadline: {day: 27}}
"""


async def send(visitor: Visitor, content: str = "", **fields: str) -> httpx.Response:
    """Send the form as a browser does: a file that was not chosen has an empty name."""
    given = {"csrf_token": visitor.token(), "month": "BTXH 2026-11", "as_of": "25/11/2026", **fields}
    parts = [(f'name="{name}"', value) for name, value in given.items()]
    parts.append((f'name="file"; filename="{"new.yaml" if content else ""}"', content))
    body = "".join(f"--x\r\nContent-Disposition: form-data; {of}\r\n\r\n{said}\r\n" for of, said in parts)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await visitor.client.post("/rules", content=f"{body}--x--\r\n".encode(), headers=headers)
    visitor.last = answer.text
    return answer


@pytest.fixture
async def province(visitor: Visitor) -> Visitor:
    await visitor.sign_in("thanhpho")
    await visitor.see("/rules")
    return visitor


async def test_other_rules_are_tried_and_nothing_is_kept(province: Visitor, ward_cases: Office) -> None:
    assert "chitra-1" in province.last
    assert "fee_tolerance: 22000" in province.last
    wrong = await send(province, yaml=EARLIER.replace("[reference]", "[reference, guess]"))
    assert wrong.status_code == 422
    assert "khóa matching.steps" in wrong.text
    assert (await send(province, yaml=EARLIER, as_of="hôm qua")).status_code == 422
    assert (await send(province, yaml=EARLIER, month="BTXH 2031-01")).status_code == 422
    answer = await send(province, EARLIER, yaml="x: y")
    assert answer.status_code == 200, answer.text
    assert "matching.steps" in answer.text
    assert "Không dòng nào" not in answer.text
    with ward_cases.database.reading() as session:
        assert session.exec(select(func.count()).select_from(Run)).one() == 1
    saved = await province.client.post("/rules/yaml", data={"csrf_token": province.token(), "yaml": EARLIER})
    assert saved.text == EARLIER


async def test_what_changes_stands_line_by_line_over_http(visitor: Visitor, ward_cases: Office) -> None:
    with ward_cases.database.session() as session:
        headers = {"Authorization": f"Bearer {issue_token(session, 'thanhpho', label='t', by='t')}"}
    late = EARLIER.replace("  steps: [reference]\n", "  refs_listed: 9\n")
    asked = {"as_of": "2026-11-19", "rules": late}
    what_if = "/v1/cycles/BTXH/2026-11/runs/what-if?lang=en"
    told = (await visitor.client.post(what_if, json=asked, headers=headers)).json()
    assert (told["rules"], told["last_run"]) == ("2027-1", {"number": 1, "as_of": "2026-11-25"})
    assert [(each["before"], each["after"], each["lines"]) for each in told["moves"]] == [
        ("missing", "pending", 1)
    ]
    [line] = told["items"]
    assert (line["line_ref"], line["after"]["verdict"]) == ("A2", "pending")
    assert line["after"]["explanation"].startswith("No answer of the bank yet")
    checked = (await visitor.client.post("/v1/rules/check", json={"rules": late}, headers=headers)).json()
    assert {"key": "matching.refs_listed", "shipped": "50", "now": "9"} in checked["changed"]
    broken = await visitor.client.post("/v1/rules/check", json={"rules": "a: b"}, headers=headers)
    assert broken.json()["type"] == "urn:problem-type:chitra:rules_invalid"
    versions = (await visitor.client.get("/v1/rules", headers=headers)).json()["items"]
    assert [(each["version"], each["in_force"]) for each in versions] == [("chitra-1", True)]
    shipped = await visitor.client.get("/v1/rules/chitra-1", headers=headers)
    assert shipped.json()["changed"] == []
    assert (await visitor.client.get("/v1/rules/none", headers=headers)).status_code == 404


async def test_a_ward_and_an_auditor_try_no_rules(visitor: Visitor) -> None:
    for username in ("badinh", "kiemtra"):
        await visitor.sign_in(username)
        assert (await visitor.see("/rules")).status_code == 403
        assert (await visitor.client.get("/v1/rules")).status_code == 403


async def test_broken_rule_files_and_versions_to_come_are_named(
    province: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "2027.yaml").write_text(EARLIER, encoding="utf-8")
    monkeypatch.setenv("CHITRA_DATA_DIR", str(tmp_path))
    page = (await province.see("/rules?version=2027-1")).text
    assert "Quyết định 12" in page
    assert "steps: [reference]" in page
    (tmp_path / "rules" / "hong.yaml").write_text("version: 1", encoding="utf-8")
    assert "“hong.yaml”" in (await province.see("/rules")).text
