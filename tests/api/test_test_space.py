"""With a test key a bank's programmer may try everything, and nothing of it ever counts."""

import datetime as dt

import httpx
import pytest
from sqlmodel import select

from payouts.core import clock
from payouts.core.database import Database
from payouts.identity.banks import add_bank_client, rotate_bank_key
from payouts.settlements.models import SettlementFile, SettlementLine

from .conftest import MB_RESULT, Keys, bearer

FILES = "/v1/settlement-files"


@pytest.fixture
def test_key(database: Database, keys: Keys) -> str:
    del keys
    with database.session() as session:
        return add_bank_client(session, "MB", label="trial", test=True, by="test")[1]


async def send(client: httpx.AsyncClient, key: str, name: str = "mb.csv") -> httpx.Response:
    headers = bearer(key) | {"Prefer": "wait=20"}
    return await client.post(FILES, params={"filename": name}, content=MB_RESULT, headers=headers)


async def listed(client: httpx.AsyncClient, key: str) -> list[tuple[int, bool]]:
    found = (await client.get(FILES, headers=bearer(key))).json()["items"]
    return [(each["id"], each["test"]) for each in found]


@pytest.mark.usefixtures("worker")
async def test_test_files_are_read_alike_and_seen_by_test_keys_of_the_bank_and_by_staff(
    client: httpx.AsyncClient, keys: Keys, test_key: str, database: Database
) -> None:
    tried = (await send(client, test_key)).json()
    live = await send(client, keys.mb)
    assert live.status_code == 202
    again = await send(client, test_key)
    assert (again.status_code, again.json()) == (200, tried)
    assert (tried["test"], live.json()["test"]) == (True, False)
    own = {"id", "test", "received_at", "read_at"}
    assert {name: value for name, value in tried.items() if name not in own} == {
        name: value for name, value in live.json().items() if name not in own
    }
    number = live.json()["id"]
    assert await listed(client, test_key) == [(tried["id"], True)]
    assert await listed(client, keys.mb) == [(number, False)]
    assert await listed(client, keys.vcb) == []
    assert await listed(client, keys.auditor) == [(number, False), (tried["id"], True)]
    for key, file_id in ((keys.mb, tried["id"]), (test_key, number), (keys.vcb, tried["id"])):
        for path in (f"{FILES}/{file_id}", f"{FILES}/{file_id}/lines", f"{FILES}/{file_id}/problems"):
            assert (await client.get(path, headers=bearer(key))).status_code == 404
    with database.reading() as session:
        assert set(session.exec(select(SettlementLine.file_id))) == {number}
        assert len(session.exec(select(SettlementFile)).all()) == 2


@pytest.mark.usefixtures("worker")
async def test_the_lines_of_a_test_file_are_told_page_by_page(
    client: httpx.AsyncClient, keys: Keys, test_key: str
) -> None:
    tried = (await send(client, test_key)).json()["id"]
    live = (await send(client, keys.mb)).json()["id"]
    seen = []
    for key, number in ((test_key, tried), (keys.mb, live)):
        first = (await client.get(f"{FILES}/{number}/lines?limit=1", headers=bearer(key))).json()
        path = f"{FILES}/{number}/lines?limit=1&cursor={first['next']}"
        second = (await client.get(path, headers=bearer(key))).json()
        assert second["next"] is None
        seen.append(first["items"] + second["items"])
    assert seen[0] == seen[1]
    assert [line["end_to_end_id"] for line in seen[0]] == ["A0001", "A0002"]


async def test_a_test_file_is_no_evidence(client: httpx.AsyncClient, reconciled: Keys, test_key: str) -> None:
    body = MB_RESULT.replace(b"FT1,A0001", b"FT8,A0002")
    headers = bearer(test_key) | {"Prefer": "wait=20"}
    sent = await client.post(FILES, params={"filename": "t.csv"}, content=body, headers=headers)
    assert sent.json()["state"] == "accepted"
    told = []
    for _ in range(2):
        await client.post(
            "/v1/cycles/BTXH/2026-11/runs",
            json={"as_of": "2026-11-24"},
            headers=bearer(reconciled.province) | {"Prefer": "wait=20"},
        )
        answer = await client.get("/v1/cycles/BTXH/2026-11/verdicts", headers=bearer(reconciled.auditor))
        told.append({row["line_ref"]: row["verdict"] for row in answer.json()["items"]})
    assert told[0] == told[1]
    assert told[0]["A0002"] == "failed"
    refused = await client.post(
        f"{FILES}/{sent.json()['id']}/decisions",
        json={"kind": "withdraw", "reason": "x"},
        headers=bearer(reconciled.province),
    )
    assert refused.status_code in {409, 422}


async def test_a_key_that_has_a_successor_tells_its_end_and_ends(
    client: httpx.AsyncClient, keys: Keys, database: Database
) -> None:
    with database.session() as session:
        _, new, ends_at = rotate_bank_key(session, 1, overlap=dt.timedelta(days=30), by="test")
    for path, status in ((FILES, 200), (f"{FILES}/99", 404), ("/v1/cases", 403)):
        answer = await client.get(path, headers=bearer(keys.mb))
        assert answer.status_code == status
        assert answer.headers["chitra-key-ends"] == f"{ends_at:%Y-%m-%dT%H:%M:%SZ}"
        assert "chitra-key-ends" not in (await client.get(path, headers=bearer(new))).headers
    with clock.stopped(ends_at + dt.timedelta(seconds=1)):
        assert (await client.get(FILES, headers=bearer(keys.mb))).status_code == 401
        assert (await client.get(FILES, headers=bearer(new))).status_code == 200
