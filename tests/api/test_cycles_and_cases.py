"""A cycle over the API: a list in, a file in, a verdict for every person out, a case for every exception."""

import httpx
import pytest
from sqlmodel import select

from payouts.core.database import Database
from payouts.identity.models import AuditEvent

from .conftest import LIST, Keys, bearer

CYCLE = "/v1/cycles/BTXH/2026-11"


async def first_case(client: httpx.AsyncClient, key: str, **query: str) -> httpx.Response:
    page = (await client.get("/v1/cases", params=query, headers=bearer(key))).json()
    return await client.get(f"/v1/cases/{page['items'][0]['id']}", headers=bearer(key))


async def test_every_person_has_a_verdict_and_the_sums_tie(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    page = (await client.get(f"{CYCLE}/verdicts", headers=bearer(reconciled.province))).json()
    assert [(row["line_ref"], row["verdict"]) for row in page["items"]] == [
        ("A0001", "paid"),
        ("A0002", "failed"),
        ("A0003", "missing"),
    ]
    assert page["next"] is None
    assert page["items"][1]["reason_code"] == "AC04"
    assert page["items"][1]["evidence"] == ["mb.csv:3"]
    summary = (await client.get(CYCLE, headers=bearer(reconciled.province))).json()
    assert summary["owed"] == {"lines": 3, "amount": 2_325_000}
    assert summary["verdicts"]["paid"] == {"lines": 1, "owed": 930_000, "settled": 930_000}
    identity = summary["identity"]
    assert identity["difference"] == 0
    assert identity["owed"] + identity["carried_in"] == (
        identity["paid"] + identity["carried_out"] + identity["stopped"]
    )


async def test_verdicts_come_in_pages_and_by_kind(client: httpx.AsyncClient, reconciled: Keys) -> None:
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        query = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"{CYCLE}/verdicts", params=query, headers=bearer(reconciled.admin))).json()
        seen += [row["line_ref"] for row in page["items"]]
        cursor = page["next"]
    assert seen == ["A0001", "A0002", "A0003"]
    for query, expected in [({"verdict": "missing"}, ["A0003"]), ({"area": "00004"}, ["A0001", "A0002"])]:
        page = (await client.get(f"{CYCLE}/verdicts", params=query, headers=bearer(reconciled.admin))).json()
        assert [row["line_ref"] for row in page["items"]] == expected


async def test_a_ward_sees_its_own_people_only(client: httpx.AsyncClient, reconciled: Keys) -> None:
    ward = bearer(reconciled.ward8)
    page = (await client.get(f"{CYCLE}/verdicts", headers=ward)).json()
    assert [row["line_ref"] for row in page["items"]] == ["A0003"]
    page = (await client.get(f"{CYCLE}/verdicts", params={"area": "00004"}, headers=ward)).json()
    assert page["items"] == []
    assert (await client.get(CYCLE, headers=ward)).json()["owed"] == {"lines": 1, "amount": 465_000}
    cases = (await client.get("/v1/cases", headers=ward)).json()["items"]
    assert [case["subject"] for case in cases] == ["A0003"]
    other = (await first_case(client, reconciled.ward4)).json()["id"]
    for method, path, body in [
        ("GET", f"/v1/cases/{other}", None),
        ("PATCH", f"/v1/cases/{other}", {"assignee": "ward8"}),
        ("POST", f"/v1/cases/{other}/notes", {"note": "xin chào"}),
    ]:
        answer = await client.request(method, path, json=body, headers=ward | {"If-Match": '"1"'})
        assert answer.status_code == 404, path
    runs = (await client.get(f"{CYCLE}/runs", headers=ward)).json()["items"]
    assert runs[0]["summary"] is None
    runs = (await client.get(f"{CYCLE}/runs/1", headers=bearer(reconciled.auditor))).json()
    assert runs["summary"]["payout_lines"] == 3


async def test_a_case_shows_what_was_owed_beside_what_the_bank_said(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    answer = await first_case(client, reconciled.ward4)
    case = answer.json()
    assert answer.headers["etag"] == f'"{case["version"]}"'
    assert (case["line_ref"], case["amount"], case["verdict_now"]["verdict"]) == ("A0002", 930_000, "failed")
    (said,) = case["evidence"]
    assert (said["file"], said["line"], said["status"], said["reason_code"]) == (
        "mb.csv",
        3,
        "rejected",
        "AC04",
    )
    assert [event["kind"] for event in case["events"]] == ["opened"]


async def test_two_officers_never_overwrite_each_other(client: httpx.AsyncClient, reconciled: Keys) -> None:
    read = await first_case(client, reconciled.ward4)
    path, ward = f"/v1/cases/{read.json()['id']}", bearer(reconciled.ward4)
    change = {"state": "in_progress", "assignee": "ward4", "due": "2026-11-30", "reason": "đã gọi"}
    assert (await client.patch(path, json=change, headers=ward)).status_code == 428
    first = await client.patch(path, json=change, headers=ward | {"If-Match": read.headers["etag"]})
    assert first.status_code == 200, first.text
    assert first.json()["state"] == "in_progress"
    assert first.headers["etag"] != read.headers["etag"]
    second = await client.patch(
        path, json={"state": "closed"}, headers=ward | {"If-Match": read.headers["etag"]}
    )
    assert second.status_code == 412
    assert second.json()["type"] == "urn:problem-type:chitra:case_changed"
    for tag in ("", "2", 'W/"2"', '"²"', '"99999999999999999999999"', "null"):
        answer = await client.patch(path, json={"assignee": None}, headers=ward | {"If-Match": tag.encode()})
        assert answer.status_code == 412, tag
    closed = await client.patch(
        path, json={"state": "closed", "reason": "không cần"}, headers=ward | {"If-Match": "*"}
    )
    assert closed.json()["state"] == "closed"


async def test_a_note_is_kept(client: httpx.AsyncClient, reconciled: Keys) -> None:
    path = f"/v1/cases/{(await first_case(client, reconciled.ward4)).json()['id']}"
    noted = await client.post(
        f"{path}/notes", json={"note": "Đã gọi, hẹn ngày 25/11."}, headers=bearer(reconciled.ward4)
    )
    assert noted.status_code == 201
    case = (await client.get(path, headers=bearer(reconciled.auditor))).json()
    assert case["events"][-1]["note"] == "Đã gọi, hẹn ngày 25/11."
    assert case["events"][-1]["by"] == "ward4"
    refused = await client.post(f"{path}/notes", json={"note": "x"}, headers=bearer(reconciled.auditor))
    assert refused.status_code == 403


async def test_every_reading_of_people_is_on_record(
    client: httpx.AsyncClient, reconciled: Keys, database: Database
) -> None:
    await client.get(f"{CYCLE}/verdicts", headers=bearer(reconciled.auditor))
    number = (await first_case(client, reconciled.auditor)).json()["id"]
    with database.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.who == "auditor")).all()
    assert [(event.what, event.subject) for event in events] == [
        ("verdicts.read", "cycle BTXH 2026-11"),
        ("cases.read", "cases"),
        ("case.read", f"case {number}"),
    ]


async def test_after_a_run_the_bank_sees_what_was_made_of_its_lines(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    (file,) = (await client.get("/v1/settlement-files", headers=bearer(reconciled.mb))).json()["items"]
    lines = await client.get(f"/v1/settlement-files/{file['id']}/lines", headers=bearer(reconciled.mb))
    assert [(line["disposition"], line["line_ref"]) for line in lines.json()["items"]] == [
        ("matched", "A0001"),
        ("matched", "A0002"),
    ]


@pytest.mark.usefixtures("worker")
async def test_the_same_list_twice_is_one_list(client: httpx.AsyncClient, keys: Keys) -> None:
    query = {"cycle": "2026-11", "programme": "BTXH", "filename": "ds.csv"}
    headers = bearer(keys.province) | {"Prefer": "wait=20"}
    first = await client.post("/v1/payout-lists", params=query, content=LIST, headers=headers)
    second = await client.post("/v1/payout-lists", params=query, content=LIST, headers=headers)
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json() == second.json()
    assert (await client.get(first.headers["location"], headers=headers)).json() == first.json()
    again = await client.post("/v1/payout-lists", params=query, content=LIST + b"\n\n", headers=headers)
    assert again.json()["state"] != "accepted"  # each reference is taken
    for change, status in [
        ({"cycle": "2026-13"}, 422),
        ({"programme": "btxh"}, 422),
        ({"cycle": "x" * 99}, 422),
    ]:
        answer = await client.post("/v1/payout-lists", params=query | change, content=LIST, headers=headers)
        assert answer.status_code == status
    assert (
        await client.post("/v1/payout-lists", params=query, content=LIST, headers=bearer(keys.ward4))
    ).status_code == 403


async def test_what_there_is_not_cannot_be_reconciled(client: httpx.AsyncClient, keys: Keys) -> None:
    for path in ("/v1/cycles/BTXH/2027-01", "/v1/cycles/BTXH/2026-13", "/v1/cycles/%00/2026-11"):
        assert (await client.get(path, headers=bearer(keys.admin))).status_code == 404
        assert (await client.post(f"{path}/runs", headers=bearer(keys.admin))).status_code == 404
        assert (await client.get(f"{path}/verdicts", headers=bearer(keys.admin))).status_code == 404


@pytest.mark.usefixtures("worker")
async def test_people_of_a_silent_bank_are_listed_without_asking_for_them(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    province = bearer(keys.province) | {"Prefer": "wait=20"}
    query = {"cycle": "2026-11", "programme": "BTXH", "filename": "ds.csv", "deadline": "2026-11-21"}
    await client.post("/v1/payout-lists", params=query, content=LIST, headers=province)
    await client.post(f"{CYCLE}/runs", json={"as_of": "2026-11-24"}, headers=province)
    cases = (await client.get("/v1/cases", headers=province)).json()["items"]
    assert {(case["subject"], case["verdict"], case["state"]) for case in cases} == {
        (line_ref, "missing", "parked") for line_ref in ("A0001", "A0002", "A0003")
    }
