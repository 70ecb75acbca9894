"""The desk for bank files over HTTP: rights, two people, a new file in the place of an old one."""

from typing import Any

import httpx

from tests.api.conftest import MB_RESULT, RESULT_HEADER, Keys, bearer

BAD = f"""{RESULT_HEADER}
MB,HN01,FT1,A0001,0123456789,NGUYEN THI HOA,,930000,VND,2026-11-20,settled,,,,,
MB,HN01,FT2,A0002,0123456790,TRAN VAN BINH,,930.5,VND,2026-11-20,settled,,,,,
""".encode()
FILES = "/v1/settlement-files"


async def send(client: httpx.AsyncClient, key: str, content: bytes, **query: Any) -> httpx.Response:
    return await client.post(
        FILES,
        params={"filename": "mb.csv", **query},
        content=content,
        headers=bearer(key) | {"Prefer": "wait=20"},
    )


async def decide(client: httpx.AsyncClient, key: str, file_id: int, kind: str) -> httpx.Response:
    return await client.post(
        f"{FILES}/{file_id}/decisions", json={"kind": kind, "reason": "lý do"}, headers=bearer(key)
    )


async def answer(client: httpx.AsyncClient, key: str, file_id: int, given: str) -> httpx.Response:
    return await client.post(
        f"{FILES}/{file_id}/decisions/answer",
        json={"answer": given, "note": "đã xem"},
        headers=bearer(key),
    )


async def test_a_withdrawn_file_is_gone_from_the_next_run(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    [file] = (await client.get(FILES, headers=bearer(reconciled.mb))).json()["items"]
    effects = (await client.get(f"{FILES}/{file['id']}/effects", headers=bearer(reconciled.province))).json()
    assert (effects["lines"], effects["people"], effects["settled"]) == (2, 2, 930000)
    assert effects["verdicts"] == {"failed": 1, "paid": 1}
    assert effects["cycles"] == [{"programme": "BTXH", "cycle": "2026-11", "lines": 2}]
    proposed = await decide(client, reconciled.province, file["id"], "withdraw")
    assert (proposed.status_code, proposed.json()["state"]) == (201, "waiting")
    own = await answer(client, reconciled.province, file["id"], "approve")
    assert (own.status_code, own.json()["type"]) == (403, "urn:problem-type:chitra:same_person")
    other = await answer(client, reconciled.admin, file["id"], "take_back")
    assert other.status_code == 403
    done = await answer(client, reconciled.admin, file["id"], "approve")
    assert (done.status_code, done.json()["state"]) == (200, "done")
    receipt = (await client.get(f"{FILES}/{file['id']}", headers=bearer(reconciled.mb))).json()
    assert (receipt["state"], receipt["decision"]) == ("accepted", "withdrawn")
    run = await client.post(
        "/v1/cycles/BTXH/2026-11/runs",
        json={"as_of": "2026-11-24"},
        headers=bearer(reconciled.province) | {"Prefer": "wait=20"},
    )
    assert run.json()["state"] == "done"
    seen = (await client.get("/v1/cycles/BTXH/2026-11", headers=bearer(reconciled.province))).json()
    assert set(seen["verdicts"]) == {"missing"}
    again = await send(client, reconciled.mb, MB_RESULT)
    assert (again.status_code, again.json()["id"]) == (200, file["id"])  # the same bytes are the same file


async def test_a_bank_sees_its_problems_beside_the_lines_and_decides_nothing(
    client: httpx.AsyncClient, keys: Keys, worker: None
) -> None:
    del worker
    file = (await send(client, keys.mb, BAD)).json()
    assert file["state"] == "quarantined"
    path = f"{FILES}/{file['id']}"
    [problem] = (await client.get(f"{path}/problems", headers=bearer(keys.mb))).json()["items"]
    assert (problem["line"], problem["raw"][:13]) == (3, "MB,HN01,FT2,A")
    for address in ("problems", "decisions", "effects"):
        assert (await client.get(f"{path}/{address}", headers=bearer(keys.vcb))).status_code in {403, 404}
    assert (await decide(client, keys.mb, file["id"], "release")).status_code == 403
    assert (await decide(client, keys.auditor, file["id"], "release")).status_code == 403
    assert (await decide(client, keys.ward4, file["id"], "release")).status_code == 403
    seen = (await client.get(f"{path}/decisions", headers=bearer(keys.auditor))).json()
    assert seen == {"items": [], "possible": ["release", "reject", "ask"]}


async def test_a_bank_replaces_its_own_file_only(client: httpx.AsyncClient, keys: Keys, worker: None) -> None:
    del worker
    old = (await send(client, keys.mb, BAD)).json()
    asked = await decide(client, keys.province, old["id"], "ask")
    assert asked.json()["state"] == "done"
    seen = (await client.get(f"{FILES}/{old['id']}", headers=bearer(keys.mb))).json()
    assert seen["asked_anew"] == "lý do"
    other = await send(client, keys.vcb, MB_RESULT, supersedes=old["id"])
    assert (other.status_code, other.json()["type"]) == (404, "urn:problem-type:chitra:no_such_file")
    new = (await send(client, keys.mb, MB_RESULT, supersedes=old["id"])).json()
    assert (new["state"], new["supersedes"], new["changes"]["changed"]["lines"]) == ("accepted", old["id"], 0)
    assert (new["changes"]["same"], new["changes"]["added"]["lines"]) == (1, 1)
    seen = (await client.get(f"{FILES}/{old['id']}", headers=bearer(keys.mb))).json()
    assert (seen["state"], seen["decision"]) == ("quarantined", "superseded")
    held = (await client.get(FILES, params={"state": "quarantined"}, headers=bearer(keys.mb))).json()["items"]
    assert [each["id"] for each in held] == [old["id"]]  # as the receipt says, whatever was decided since
    third = await send(client, keys.mb, MB_RESULT + b"\n", supersedes=old["id"])
    assert (third.status_code, third.json()["type"]) == (409, "urn:problem-type:chitra:superseded_already")


async def test_values_that_cannot_be_are_refused(client: httpx.AsyncClient, keys: Keys, worker: None) -> None:
    del worker
    file = (await send(client, keys.mb, BAD)).json()["id"]
    path = f"{FILES}/{file}/decisions"
    for wrong in (
        {"kind": "supersede", "reason": "x"},
        {"kind": "release"},
        {"kind": "release", "reason": ""},
    ):
        assert (await client.post(path, json=wrong, headers=bearer(keys.province))).status_code == 422
    blank = await client.post(path, json={"kind": "release", "reason": " "}, headers=bearer(keys.province))
    assert blank.json()["type"] == "urn:problem-type:chitra:why_needed"
    assert (await decide(client, keys.province, file, "withdraw")).status_code == 409
    assert (await answer(client, keys.province, file, "approve")).status_code == 409
    assert (await decide(client, keys.province, 2**62, "release")).status_code == 404
    assert (await send(client, keys.mb, MB_RESULT, supersedes=2**62)).status_code == 404
    assert (await send(client, keys.mb, MB_RESULT, supersedes=0)).status_code == 422


async def test_staff_see_what_becomes_of_files_that_fail_a_control(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    told = (await client.get("/v1/banks/970422/controls", headers=bearer(keys.auditor))).json()
    assert told["bank_code"] == "MB"
    assert {row["action"] for row in told["items"] if row["contract"]} == {"quarantine"}
    assert (await client.get("/v1/banks/MB/controls", headers=bearer(keys.mb))).status_code == 403
