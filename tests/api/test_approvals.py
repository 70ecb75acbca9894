"""Approvals and debts to be paid again over HTTP."""

import httpx
from sqlmodel import select

from payouts.cases.models import Case
from payouts.core.database import Database
from tests.api.conftest import Keys, bearer


async def test_a_debt_is_asked_for_on_its_case_and_decided_over_http(
    client: httpx.AsyncClient, reconciled: Keys, database: Database
) -> None:
    with database.reading() as session:
        case = session.exec(select(Case).where(Case.subject == "A0002")).one()
    ward, province = bearer(reconciled.ward4), bearer(reconciled.province)
    asks, wanted = f"/v1/cases/{case.id}/approvals", {"kind": "reissue", "reason": "Đã sửa"}
    assert (await client.post(asks, json=wanted, headers=ward)).status_code == 428
    old = await client.post(asks, json=wanted, headers=ward | {"If-Match": '"99"'})
    assert old.status_code == 412
    now = ward | {"If-Match": "*"}
    stranger = bearer(reconciled.ward8) | {"If-Match": "*"}
    assert (await client.post(asks, json=wanted, headers=stranger)).status_code == 404
    for odd in ({"kind": "gift"}, {"kind": "stop", "why": "died"}, {"kind": "recover", "amount": -1}):
        assert (await client.post(asks, json={"reason": "x", **odd}, headers=now)).status_code == 422
    asked = await client.post(asks, json=wanted, headers=now)
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting"), asked.text
    assert (await client.post(asks, json=wanted, headers=now)).status_code == 409
    [waiting] = (await client.get("/v1/approvals", headers=ward)).json()["items"]
    assert (waiting["kind"], waiting["amount"], waiting["people"]) == ("reissue", 930000, 1)
    assert (await client.get("/v1/approvals", headers=bearer(reconciled.ward8))).json()["items"] == []
    address = f"/v1/approvals/{waiting['id']}"
    assert (await client.get(address, headers=bearer(reconciled.ward8))).status_code == 404
    yes = {"answer": "approve"}
    refused = await client.post(f"{address}/answer", json=yes, headers=ward)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "same_person")
    assert (await client.post(f"{address}/answer", json=yes, headers=province)).json()["state"] == "done"
    assert (await client.post(f"{address}/answer", json=yes, headers=province)).status_code == 200
    told = (await client.get(address, headers=ward)).json()
    assert [each["by"] for each in told["answers"]] == ["province"]
    [ready] = (await client.get("/v1/reissues", headers=province)).json()["items"]
    assert (ready["line_ref"], ready["amount"], ready["blocked"]) == ("A0002", 930000, False)
    assert (await client.get("/v1/reissues", headers=bearer(reconciled.ward8))).json()["items"] == []


async def test_what_happened_to_a_person_is_told_with_its_paper_and_waits(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    [case] = (await client.get("/v1/cases", headers=bearer(reconciled.ward8))).json()["items"]
    stop = {
        "kind": "stop", "why": "died", "happened_on": "2026-10-30", "document_no": "12/TLKT",
        "document_on": "2026-11-02", "reason": "Gia đình báo",
    }  # fmt: skip
    asked = await client.post(
        f"/v1/cases/{case['id']}/approvals",
        json=stop,
        headers=bearer(reconciled.ward8) | {"If-Match": f'"{case["version"]}"'},
    )
    assert (asked.status_code, asked.json()["details"]["last_month"]) == (201, "2026-10"), asked.text


async def test_an_act_on_many_cases_is_shown_done_and_undone(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    ward, bulk = bearer(reconciled.ward4), "/v1/cases/bulk"
    every = (await client.get("/v1/cases", headers=bearer(reconciled.province))).json()["items"]
    chosen = [{"id": case["id"], "version": case["version"]} for case in every]
    assert (await client.post(bulk, json={"cases": chosen}, headers=ward)).status_code == 422
    wanted = {"cases": chosen, "state": "in_progress", "assignee": "ward4", "due": "2026-12-01"}
    made = (await client.post(bulk, json=wanted, headers=ward)).json()
    assert made["state"] == "prepared"
    assert [(each["hindrance"], each["full_name"] is None) for each in made["items"]] == [
        ("no_such_case", True) if case["area_code"] != "00004" else (None, False) for case in every
    ]
    act = f"{bulk}/{made['id']}"
    assert (await client.get(act, headers=bearer(reconciled.ward8))).status_code == 404
    assert (await client.post(f"{act}/do", headers=bearer(reconciled.ward8))).status_code == 404
    done = (await client.post(f"{act}/do", headers=ward)).json()
    assert (done["state"], {each["state"] for each in done["items"]}) == ("done", {None, "in_progress"})
    assert (await client.post(f"{act}/do", headers=ward)).status_code == 409
    undone = (await client.post(f"{act}/undo", headers=ward)).json()
    assert (undone["state"], {each["state"] for each in undone["items"]}) == ("undone", {None, "open"})
    assert (await client.post(bulk, json=wanted, headers=bearer(reconciled.auditor))).status_code == 403


async def test_who_decides_in_whose_stead_is_written_down_seen_and_revoked(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    ward, province = bearer(reconciled.ward4), bearer(reconciled.province)
    paper = {"document": "12/UQ", "valid_from": "2026-11-01", "valid_to": "2027-01-15", "most": 5_000_000}
    refused = await client.post("/v1/delegations", json={**paper, "taker": "province"}, headers=province)
    assert refused.status_code == 422
    wanted = {**paper, "taker": "ward4", "kinds": ["reissue"], "areas": ["00004"]}
    made = await client.post("/v1/delegations", json=wanted, headers=province)
    assert (made.status_code, made.json()["kinds"]) == (201, ["reissue"]), made.text
    [seen] = (await client.get("/v1/delegations", headers=ward)).json()["items"]
    assert (seen["giver"], seen["most"], seen["revoked_at"]) == ("province", 5_000_000, None)
    assert (await client.get("/v1/delegations", headers=bearer(reconciled.ward8))).json()["items"] == []
    end = f"/v1/delegations/{seen['id']}/revoke"
    assert (await client.post(end, json={"reason": "x"}, headers=bearer(reconciled.ward8))).status_code == 403
    ended = await client.post(end, json={"reason": "Người ủy quyền đã về"}, headers=province)
    assert ended.json()["revoked_by"] == "province"
    name = {"area_code": "00004", "username": "ward4", "document": "3/QĐ"}
    assert (await client.post("/v1/approvers", json=name, headers=ward)).status_code == 403
    named = await client.post("/v1/approvers", json=name, headers=province)
    assert named.status_code == 201, named.text
    assert (await client.post("/v1/approvers", json=name, headers=province)).status_code == 409
    assert len((await client.get("/v1/approvers", headers=ward)).json()["items"]) == 1
    assert (await client.post(f"/v1/approvers/{named.json()['id']}/end", headers=province)).status_code == 200
    assert (await client.get("/v1/approvers", headers=ward)).json()["items"] == []


async def test_the_province_gives_a_case_to_a_ward(client: httpx.AsyncClient, reconciled: Keys) -> None:
    [case] = (await client.get("/v1/cases", headers=bearer(reconciled.ward8))).json()["items"]
    path, here = f"/v1/cases/{case['id']}", {"If-Match": f'"{case["version"]}"'}
    route = {"area_code": "00004", "reason": "Đã chuyển đến"}
    refused = await client.patch(path, json=route, headers=bearer(reconciled.ward8) | here)
    assert refused.status_code == 403
    given = await client.patch(path, json=route, headers=bearer(reconciled.province) | here)
    assert (given.status_code, given.json()["area_code"]) == (200, "00004"), given.text
    assert [event["kind"] for event in given.json()["events"]][-1] == "routed"
    assert (await client.get(path, headers=bearer(reconciled.ward8))).status_code == 404
    assert (await client.get(path, headers=bearer(reconciled.ward4))).status_code == 200
