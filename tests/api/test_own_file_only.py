"""No answer to a bank holds a name, an account or an identity number that was not in its own file."""

import itertools
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import URL

from payouts.core.database import Database
from payouts.identity.banks import add_bank_client

from .conftest import LIST, RESULT_HEADER, Keys, bearer

FILES = "/v1/settlement-files"
# MB pays the wrong account of A0001 under the right reference, rejects A0002 by reference alone, and sends
# something nobody was owed: whatever the judgement finds behind these lines stays here.
OWN = f"""{RESULT_HEADER}
MB,HN01,FT1,A0001,0777000111,NGUYEN T HOA,,930000,VND,2026-11-20,settled,,,,,
MB,HN01,FT2,A0002,,,,930000,VND,2026-11-20,rejected,AC04,,,,
MB,HN01,FT3,,0123456790,,,931000,VND,2026-11-20,settled,,,,,
MB,HN01,FT4,,,,,1,VND,2026-11-20,settled,,,,,LUONG
""".encode()
BROKEN = OWN.replace(b"FT1", b"FT5").replace(
    b"930000,VND,2026-11-20,rejected", b"93x,VND,2026-11-20,rejected"
)
OTHERS = f"""{RESULT_HEADER}
VCB,HN02,VC1,A0003,0991000123,LE THI LAN,,465000,VND,2026-11-20,settled,,,,,
VCB,HN02,FT1,A0001,0888000222,NGUYEN THI HOA BIDV,,930000,VND,2026-11-20,settled,,,,,
""".encode()
SECRETS = (
    *("Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Lan"),
    *("001145000011", "001150000022", "001155000033", "1945-03-02", "1950-05-06", "1955-07-08"),
    *("0123456789", "0991000123", "0888000222", "LE THI LAN", "NGUYEN THI HOA", "TRAN VAN BINH"),
    *("VC1", "A0003", "930.000", "vcb.csv", "ds.csv"),
)
FILLED = {
    "programme": ("BTXH",),
    "cycle": ("2026-11",),
    "number": (1, 2),
    "code": ("amount_missing",),
    "bank": ("MB", "VCB"),
    "name": ("exceptions",),
}
BODIES: tuple[Any, ...] = (None, {"kind": "withdraw", "reason": "x"}, {"as_of": "2026-11-24"}, {"note": "x"})


def calls(app: FastAPI) -> list[tuple[str, str]]:
    """Give every call of the API, its address filled in with all that may stand there."""
    found = []
    for path, methods in app.openapi()["paths"].items():
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        for values in itertools.product(*(FILLED.get(name, range(1, 6)) for name in names)):
            address = path.format(**dict(zip(names, values, strict=True)))
            found += [(method.upper(), address) for method in methods]
    return found


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> URL:
    """Give a SQLite file: what is told does not hang on the database."""
    path = tmp_path / "chitra.sqlite3"
    shutil.copy(sqlite_template, path)
    return URL.create("sqlite", database=str(path))


@pytest.mark.usefixtures("worker")
async def test_no_answer_to_a_bank_holds_what_was_not_in_its_own_file(
    app: FastAPI, client: httpx.AsyncClient, keys: Keys, database: Database
) -> None:
    with database.session() as session:
        trial = add_bank_client(session, "MB", test=True, by="test")[1]
    wait = {"Prefer": "wait=20", "Accept-Language": "vi"}
    query = {"cycle": "2026-11", "programme": "BTXH", "filename": "ds.csv", "deadline": "2026-11-21"}
    await client.post("/v1/payout-lists", params=query, content=LIST, headers=bearer(keys.province) | wait)
    sent = {"filename": "vcb.csv"}
    await client.post(FILES, params=sent, content=OTHERS, headers=bearer(keys.vcb) | wait)
    answers = []
    for key, body, address in itertools.product((keys.mb, trial), (OWN, BROKEN), (FILES, f"{FILES}/check")):
        answers.append(
            await client.post(
                address, params={"filename": "mb.csv"}, content=body, headers=bearer(key) | wait
            )
        )
    run = await client.post(
        "/v1/cycles/BTXH/2026-11/runs", json={"as_of": "2026-11-24"}, headers=bearer(keys.province) | wait
    )
    assert run.json()["state"] == "done"
    for (method, address), key in itertools.product(calls(app), (keys.mb, trial)):
        for body in BODIES if method in {"POST", "PATCH", "PUT"} else BODIES[:1]:
            headers = bearer(key) | {"If-Match": '"1"', "Accept": "text/csv, application/json, */*"}
            answers.append(await client.request(method, address, json=body, headers=headers))
    own = OWN.decode() + BROKEN.decode()
    forbidden = [secret for secret in SECRETS if secret not in own]
    assert len(forbidden) > 12
    for answer in answers:
        assert answer.status_code < 500, answer.request.url
        told = answer.text + str(answer.headers)
        assert not [secret for secret in forbidden if secret in told], answer.request.url
    lines = [
        row
        for answer in answers
        if "/lines" in answer.request.url.path
        for row in answer.json().get("items", ())
    ]
    assert {row["line_ref"] for row in lines} >= {
        "A0001",
        "A0002",
    }  # the bank is told which payments it spoke of
    assert {row["disposition"] for row in lines} >= {"matched"}
