"""Every folder of fixtures/ sent over HTTP, as a province and its banks would, ends as it must."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from payouts.core.database import Database
from payouts.identity.banks import add_bank_client
from tests.fixtures.test_situations import FIXTURES, SITUATIONS, Situation, check

from .conftest import Keys, bearer

WAIT = {"Prefer": "wait=20"}
CYCLE = "/v1/cycles/BTXH/2026-11"


def contents(file: Path) -> bytes:
    return file.read_bytes()


async def send(client: httpx.AsyncClient, path: str, key: str, file: Path, **query: str) -> str:
    answer = await client.post(
        path,
        params={"filename": file.name, **query},
        content=contents(file),
        headers=bearer(key) | WAIT,
    )
    assert answer.json()["state"] == "accepted", answer.text
    return str(answer.headers["Location"])


async def read_all(client: httpx.AsyncClient, path: str, key: str) -> list[dict[str, Any]]:
    page = (await client.get(path, params={"limit": "100"}, headers=bearer(key))).json()
    assert page["next"] is None
    items: list[dict[str, Any]] = page["items"]
    return items


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", SITUATIONS)
async def test_each_story_ends_as_expected_over_http(
    name: str, client: httpx.AsyncClient, keys: Keys, worker: None, database: Database
) -> None:
    folder = FIXTURES / name
    situation = Situation(folder, yaml.safe_load((folder / "cycle.yaml").read_text(encoding="utf-8")))
    cycle = situation.cycle
    await send(
        client,
        "/v1/payout-lists",
        keys.province,
        folder / "list.csv",
        cycle=cycle["cycle"],
        programme=cycle["programme"],
        deadline=str(cycle["deadline"]),
    )
    with database.session() as session:
        banks = {bank: add_bank_client(session, bank, by="test")[1] for bank in set(cycle["files"].values())}
    places = {
        file: await send(client, "/v1/settlement-files", banks[bank], folder / file)
        for file, bank in cycle["files"].items()
    }
    run = await client.post(
        f"{CYCLE}/runs", json={"as_of": str(cycle["as_of"])}, headers=bearer(keys.province) | WAIT
    )
    assert run.json()["state"] == "done", run.text

    verdicts = await read_all(client, f"{CYCLE}/verdicts", keys.province)
    lines = [
        {**row, "file": file, "line_refs": row["line_ref"]}
        for file, place in places.items()
        for row in await read_all(client, f"{place}/lines", banks[cycle["files"][file]])
    ]
    check(situation, [{**row, "differences": ";".join(row["differences"])} for row in verdicts], lines)
    del worker
