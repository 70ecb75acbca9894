"""An API over a database, a worker beside it, and people and banks who ask."""

import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from payouts.api.app import create_app
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.banks import add_bank_client
from payouts.identity.users import add_user, issue_token
from payouts.jobs.worker import work

LIST_HEADER = (
    "line_ref,citizen_id,full_name,date_of_birth,category_code,area_code,amount,period,channel,"
    "bank_code,account_no,account_name,payee_name,payee_citizen_id,note"
)
LIST = f"""{LIST_HEADER}
A0001,001145000011,Nguyễn Thị Hoa,1945-03-02,,00004,930000,2026-11,account,MB,0123456789,,,,
A0002,001150000022,Trần Văn Bình,1950-05-06,,00004,930000,2026-11,account,MB,0123456790,,,,
A0003,001155000033,Lê Thị Lan,1955-07-08,,00008,465000,2026-11,account,VCB,0991000123,,,,
""".encode()
RESULT_HEADER = (
    "bank_code,branch,bank_ref,end_to_end_id,account_no,account_name,citizen_id,amount,currency,"
    "booked_on,status,reason_code,reason_text,fee,original_ref,remittance_info"
)
MB_RESULT = f"""{RESULT_HEADER}
MB,HN01,FT1,A0001,0123456789,NGUYEN THI HOA,,930000,VND,2026-11-20,settled,,,,,
MB,HN01,FT2,A0002,0123456790,TRAN VAN BINH,,930000,VND,2026-11-20,rejected,AC04,,,,
""".encode()


@dataclass(frozen=True)
class Keys:
    """What each of those who ask sends as its bearer."""

    admin: str
    province: str
    ward4: str
    ward8: str
    auditor: str
    mb: str
    vcb: str


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database.url.render_as_string(hide_password=False),
        data_dir=tmp_path / "data",
        largest_file=1_000_000,
    )


@pytest.fixture
def keys(database: Database, quick_passwords: None) -> Keys:
    del quick_passwords
    with database.session() as session:
        tokens = {}
        for name, role, areas in [
            ("admin", "admin", []),
            ("province", "province", []),
            ("ward4", "ward", ["00004"]),
            ("ward8", "ward", ["00008"]),
            ("auditor", "auditor", []),
        ]:
            add_user(session, name, role, areas=areas, password="một mật khẩu dài", by="test")
            tokens[name] = issue_token(session, name, label="test", by="test")
        banks = {code.lower(): add_bank_client(session, code, by="test")[1] for code in ("MB", "VCB")}
    return Keys(**tokens, **banks)


@pytest.fixture
def app(database: Database, settings: Settings) -> FastAPI:
    return create_app(settings, database)


@pytest.fixture
def worker(database: Database, settings: Settings) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(database, settings, stop))
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chitra.test") as opened:
        yield opened


@pytest.fixture
async def reconciled(client: httpx.AsyncClient, keys: Keys, worker: None) -> Keys:
    """A cycle with three payout lines of two wards, MB's result file, and one run."""
    wait = {"Prefer": "wait=20"}
    query = {"cycle": "2026-11", "programme": "BTXH", "filename": "ds.csv", "deadline": "2026-11-21"}
    sent = await client.post(
        "/v1/payout-lists", params=query, content=LIST, headers=bearer(keys.province) | wait
    )
    assert sent.json()["state"] == "accepted", sent.text
    sent = await client.post(
        "/v1/settlement-files",
        params={"filename": "mb.csv"},
        content=MB_RESULT,
        headers=bearer(keys.mb) | wait,
    )
    assert sent.json()["state"] == "accepted", sent.text
    run = await client.post(
        "/v1/cycles/BTXH/2026-11/runs", json={"as_of": "2026-11-24"}, headers=bearer(keys.province) | wait
    )
    assert run.json()["state"] == "done", run.text
    del worker
    return keys
