"""Requests that come at the same moment do no more than they would one after the other."""

import asyncio

import httpx
from sqlmodel import select

from payouts.core.database import Database
from payouts.jobs.models import Job
from payouts.settlements.models import SettlementFile

from .conftest import MB_RESULT, Keys, bearer


async def test_the_same_bytes_sent_at_once_are_one_file(
    client: httpx.AsyncClient, keys: Keys, database: Database
) -> None:
    def send() -> "asyncio.Future[httpx.Response]":
        return asyncio.ensure_future(
            client.post(
                "/v1/settlement-files",
                params={"filename": "mb.csv"},
                content=MB_RESULT,
                headers=bearer(keys.mb),
            )
        )

    answers = await asyncio.gather(*(send() for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    with database.reading() as session:
        assert len(session.exec(select(SettlementFile)).all()) == 1
        assert len(session.exec(select(Job)).all()) == 1


async def test_one_of_many_changes_at_once_wins(client: httpx.AsyncClient, reconciled: Keys) -> None:
    (case, *_) = (await client.get("/v1/cases", headers=bearer(reconciled.ward4))).json()["items"]
    headers = bearer(reconciled.ward4) | {"If-Match": f'"{case["version"]}"'}

    def change(number: int) -> "asyncio.Future[httpx.Response]":
        return asyncio.ensure_future(
            client.patch(f"/v1/cases/{case['id']}", json={"assignee": f"officer{number}"}, headers=headers)
        )

    answers = await asyncio.gather(*(change(number) for number in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_runs_asked_for_at_once_have_numbers_of_their_own(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    def run() -> "asyncio.Future[httpx.Response]":
        return asyncio.ensure_future(
            client.post("/v1/cycles/BTXH/2026-11/runs", headers=bearer(reconciled.province))
        )

    answers = await asyncio.gather(*(run() for _ in range(5)))
    assert sorted(answer.json()["number"] for answer in answers) == [2, 3, 4, 5, 6]


async def test_many_readers_and_writers_do_not_lock_each_other_out(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    (case, *_) = (await client.get("/v1/cases", headers=bearer(reconciled.ward4))).json()["items"]
    path = f"/v1/cases/{case['id']}"
    calls = [
        client.get(path, headers=bearer(reconciled.ward4))
        if number % 2
        else client.post(f"{path}/notes", json={"note": str(number)}, headers=bearer(reconciled.ward4))
        for number in range(120)
    ]
    answers = await asyncio.wait_for(asyncio.gather(*calls), timeout=60)
    assert {answer.status_code for answer in answers} == {200, 201}
