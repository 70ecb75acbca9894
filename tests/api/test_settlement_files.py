"""A bank sends its file, once, whole, and sees what became of it; nobody else's."""

import asyncio
import base64
import csv
import datetime as dt
import gzip
import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlmodel import select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.models import AuditEvent
from payouts.jobs.models import Job
from payouts.settlements.models import SettlementFile

from .conftest import MB_RESULT, Keys, bearer

FILES = "/v1/settlement-files"


async def send(
    client: httpx.AsyncClient, key: str, content: bytes = MB_RESULT, **more: str
) -> httpx.Response:
    headers = bearer(key) | {name.replace("_", "-"): value for name, value in more.items()}
    return await client.post(FILES, params={"filename": "mb.csv"}, content=content, headers=headers)


async def test_bytes_are_safe_before_the_answer(
    client: httpx.AsyncClient, keys: Keys, settings: Settings
) -> None:
    answer = await send(client, keys.mb)
    assert answer.status_code == 202
    receipt = answer.json()
    assert receipt["state"] == "received"
    assert receipt["sha256"] == hashlib.sha256(MB_RESULT).hexdigest()
    assert receipt["bank_code"] == "MB"
    assert answer.headers["location"] == f"{FILES}/{receipt['id']}"
    kept = settings.data_dir / "files" / receipt["sha256"][:2] / receipt["sha256"]
    assert kept.read_bytes() == MB_RESULT
    assert list((settings.data_dir / "files" / "arriving").iterdir()) == []


async def test_the_same_bytes_twice_are_one_file_with_the_first_receipt(
    client: httpx.AsyncClient, keys: Keys, database: Database
) -> None:
    first = await send(client, keys.mb)
    second = await send(client, keys.mb)
    assert second.status_code == 200
    assert second.json() == first.json()
    assert second.headers["location"] == first.headers["location"]
    other = await send(client, keys.vcb)
    assert other.status_code == 202
    with database.reading() as session:
        assert len(session.exec(select(SettlementFile)).all()) == 2
        assert len(session.exec(select(Job)).all()) == 2


@pytest.mark.usefixtures("worker")
async def test_a_client_may_wait_for_the_outcome(client: httpx.AsyncClient, keys: Keys) -> None:
    answer = await send(client, keys.mb, prefer="respond-async, wait=20")
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "wait=20"
    receipt = answer.json()
    assert (receipt["state"], receipt["format"], receipt["lines"]) == ("accepted", "csv", 2)
    assert receipt["totals"] == [
        {"currency": "VND", "credit_lines": 0, "credit": "0", "debit_lines": 1, "debit": "930000"}
    ]
    lines = (await client.get(f"{FILES}/{receipt['id']}/lines", headers=bearer(keys.mb))).json()
    assert [line["end_to_end_id"] for line in lines["items"]] == ["A0001", "A0002"]
    assert lines["items"][0]["disposition"] is None


@pytest.mark.usefixtures("worker")
async def test_a_bad_file_is_named_line_by_line(client: httpx.AsyncClient, keys: Keys) -> None:
    broken = MB_RESULT.replace(b"930000,VND,2026-11-20,rejected", b"930.5,VND,2026-11-20,rejected")
    receipt = (await send(client, keys.mb, broken, prefer="wait=20")).json()
    assert receipt["state"] == "quarantined"
    (problem,) = receipt["problems"]
    assert (problem["line"], problem["field"]) == (3, "amount")
    assert problem["message"]
    assert problem["mend"]
    foreign = (await send(client, keys.mb, b"%PDF-1.7 ...", prefer="wait=20")).json()
    assert foreign["state"] == "refused"


async def test_a_check_keeps_nothing(
    client: httpx.AsyncClient, keys: Keys, settings: Settings, database: Database
) -> None:
    for content, state in [(MB_RESULT, "accepted"), (b"", "refused"), (b"\x00\x01", "refused")]:
        answer = await client.post(
            f"{FILES}/check", params={"filename": "mb.csv"}, content=content, headers=bearer(keys.mb)
        )
        assert answer.status_code == 200
        assert (answer.json()["state"], answer.json()["id"]) == (state, None)
    with database.reading() as session:
        assert session.exec(select(SettlementFile)).all() == []
    assert [path for path in settings.data_dir.rglob("*") if path.is_file()] == []


async def test_content_digest_is_verified(client: httpx.AsyncClient, keys: Keys, settings: Settings) -> None:
    def digest(name: str, content: bytes) -> str:
        return f"{name}=:{base64.b64encode(hashlib.new(name.replace('-', ''), content).digest()).decode()}:"

    for header, status in [
        (digest("sha-256", b"something else"), 400),
        (digest("sha-256", MB_RESULT) + ", " + digest("sha-512", b"something else"), 400),
        ("sha-256=:***:", 400),
        ("md5=:" + base64.b64encode(b"0" * 16).decode() + ":", 400),
        ("gibberish", 400),
        (digest("sha-256", MB_RESULT), 202),
        (digest("sha-512", MB_RESULT) + ",unixsum=:AAAA:", 200),
    ]:
        answer = await send(client, keys.mb, content_digest=header)
        assert answer.status_code == status, header
        if status == 400:
            assert answer.headers["content-type"] == "application/problem+json"
    assert list((settings.data_dir / "files" / "arriving").iterdir()) == []


async def test_a_file_too_large_is_refused_before_it_is_read(
    client: httpx.AsyncClient, keys: Keys, settings: Settings
) -> None:
    async def never() -> object:
        raise AssertionError("the body was read")
        yield b""

    answer = await client.post(
        FILES,
        params={"filename": "big.csv"},
        content=never(),
        headers=bearer(keys.mb) | {"content-length": str(settings.largest_file + 1)},
    )
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:problem-type:chitra:file_too_large"
    assert answer.json()["help"] == "/problems/file_too_large"

    async def endless() -> object:
        for _ in range(20):
            yield b"x" * 100_000

    answer = await client.post(
        FILES, params={"filename": "big.csv"}, content=endless(), headers=bearer(keys.mb)
    )
    assert answer.status_code == 413
    assert list((settings.data_dir / "files" / "arriving").iterdir()) == []


async def test_other_encodings_and_multipart_bodies_are_not_taken(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    for encoding in ("br", "deflate", "gzip, gzip", "zstd", "gzip;q=1"):
        answer = await send(client, keys.mb, gzip.compress(MB_RESULT), content_encoding=encoding)
        assert answer.status_code == 415
        assert answer.headers["accept-encoding"] == "gzip, identity"
    answer = await client.post(
        FILES, params={"filename": "mb.csv"}, files={"file": MB_RESULT}, headers=bearer(keys.mb)
    )
    assert answer.status_code == 415
    assert "--data-binary" in answer.json()["detail"]


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
async def test_a_gzip_body_is_the_file_inside_and_its_digest_is_of_the_bytes_as_sent(
    client: httpx.AsyncClient, keys: Keys, encoding: str
) -> None:
    zipped = gzip.compress(MB_RESULT[:90]) + gzip.compress(MB_RESULT[90:]) + b"\0" * 7
    plain, sent = (base64.b64encode(hashlib.sha256(each).digest()).decode() for each in (MB_RESULT, zipped))
    wrong = await send(
        client, keys.mb, zipped, content_encoding=encoding, content_digest=f"sha-256=:{plain}:"
    )
    assert (wrong.status_code, wrong.json()["type"][-15:]) == (400, "digest_mismatch")
    right = await send(client, keys.mb, zipped, content_encoding=encoding, content_digest=f"sha-256=:{sent}:")
    assert right.status_code == 202
    assert right.json()["sha256"] == hashlib.sha256(MB_RESULT).hexdigest()
    assert right.json()["size"] == len(MB_RESULT)
    assert (await send(client, keys.mb)).json()["id"] == right.json()["id"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (gzip.compress(MB_RESULT)[:-9], 400, "gzip_broken"),
        (gzip.compress(MB_RESULT)[:-8] + b"\1" * 8, 400, "gzip_broken"),
        (gzip.compress(MB_RESULT) + b"more", 400, "gzip_broken"),
        (MB_RESULT, 400, "gzip_broken"),
        (b"", 400, "gzip_broken"),
        (gzip.compress(b"0" * 50_000_000), 413, "unzips_too_large"),
        (gzip.compress(bytes(range(256)) * 5000), 413, "unzips_too_large"),
    ],
)
async def test_a_gzip_body_that_is_none_or_a_trap_leaves_nothing(
    client: httpx.AsyncClient, keys: Keys, settings: Settings, *, body: bytes, status: int, code: str
) -> None:
    answer = await send(client, keys.mb, body, content_encoding="gzip")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, code)
    assert list((settings.data_dir / "files" / "arriving").iterdir()) == []


async def test_a_zip_bomb_within_the_size_is_stopped_by_its_ratio(
    client: httpx.AsyncClient, keys: Keys, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payouts.api.unzip.FREE", 1000)
    answer = await send(client, keys.mb, gzip.compress(b"0" * 900_000), content_encoding="gzip")
    assert answer.status_code == 413
    assert "200x" in answer.json()["detail"]
    assert list((settings.data_dir / "files" / "arriving").iterdir()) == []


async def test_another_file_of_the_same_name_is_new_and_names_the_earlier_one(
    client: httpx.AsyncClient, keys: Keys, worker: None
) -> None:
    del worker
    first = (await send(client, keys.mb)).json()
    other = MB_RESULT.replace(b"FT1", b"FT9")
    answer = await send(client, keys.mb, other, prefer="wait=20", accept_language="en")
    second = answer.json()
    assert (answer.status_code, first["same_name_as"], second["same_name_as"]) == (202, None, first["id"])
    (told,) = second["problems"]
    assert (told["code"], told["severity"], second["state"]) == ("same_name", "warning", "accepted")
    assert f"receipt {first['id']}" in told["message"]
    assert (await send(client, keys.vcb, other)).json()["same_name_as"] is None


@pytest.mark.usefixtures("worker")
async def test_a_receipt_is_a_csv_too_in_which_nothing_is_a_formula(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    broken = MB_RESULT.replace(b"930000,VND,2026-11-20,rejected", b"=1+1,VND,2026-11-20,rejected")
    answer = await client.post(
        FILES,
        params={"filename": "=cmd|'C calc'!A0.csv"},
        content=broken,
        headers=bearer(keys.mb) | {"Prefer": "wait=20", "Accept": "text/csv"},
    )
    assert (answer.status_code, answer.headers["content-type"]) == (202, "text/csv; charset=utf-8")
    assert answer.headers["location"].startswith(FILES)
    again = await client.get(
        answer.headers["location"], headers=bearer(keys.mb) | {"Accept": "text/csv, */*"}
    )
    assert again.text == answer.text
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [row["record"] for row in rows] == ["file", "total", "problem"]
    assert rows[0]["state"] == "quarantined"
    assert rows[0]["filename"] == "'=cmd|'C calc'!A0.csv"
    assert (rows[1]["debit_lines"], rows[1]["debit"]) == ("1", "930000")
    assert (rows[2]["line"], rows[2]["field"], rows[2]["help"]) == (
        "3",
        "amount",
        f"/problems/{rows[2]['code']}",
    )
    for row in csv.reader(answer.text.splitlines()):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/csv, */*", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, TEXT/CSV ; q=0.6", "text/csv; charset=utf-8"),
        ("text/csv;q=0.4, */*;q=0.5", "application/json"),
        ("application/json, text/csv", "application/json"),
        ("text/csv;q=0", "application/json"),
        ("text/csv;q=x", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ],
)
async def test_a_receipt_has_the_form_that_is_preferred(
    client: httpx.AsyncClient, keys: Keys, accept: str, kind: str
) -> None:
    assert (await send(client, keys.mb, accept=accept)).headers["content-type"] == kind


async def test_what_a_code_means_is_told_to_anybody(client: httpx.AsyncClient) -> None:
    told = await client.get("/v1/problem-codes/amount_missing", headers={"Accept-Language": "en"})
    assert told.json() == {
        "code": "amount_missing",
        "severity": "quarantine",
        "status": None,
        "what": "The line states no amount.",
        "mend": "The bank must state the amount of each transaction.",
    }
    refused = await client.get(FILES, headers={"Accept-Language": "en"})
    help_of_it = refused.json()["help"].removeprefix("/problems/")
    told = await client.get(f"/v1/problem-codes/{help_of_it}", headers={"Accept-Language": "vi"})
    assert (told.json()["code"], told.json()["status"]) == ("sign_in_needed", 401)
    assert told.json()["severity"] is None
    for code in ("nothing_such", "../x", "A", "a" * 100):
        assert (await client.get(f"/v1/problem-codes/{code}")).status_code == 404


async def test_a_bank_sees_its_own_files_only(client: httpx.AsyncClient, keys: Keys) -> None:
    mine = (await send(client, keys.mb)).json()["id"]
    theirs = (await send(client, keys.vcb)).json()["id"]
    listed = (await client.get(FILES, headers=bearer(keys.mb))).json()
    assert [item["id"] for item in listed["items"]] == [mine]
    for path in (f"{FILES}/{theirs}", f"{FILES}/{theirs}/lines"):
        assert (await client.get(path, headers=bearer(keys.mb))).status_code == 404
        assert (await client.get(path, headers=bearer(keys.ward4))).status_code == 403
        assert (await client.get(path, headers=bearer(keys.auditor))).status_code == 200
    for path in ("/v1/cases", "/v1/cycles", "/v1/payout-lists", "/v1/cycles/BTXH/2026-11/verdicts"):
        assert (await client.get(path, headers=bearer(keys.mb))).status_code == 403


async def test_staff_name_the_bank_whose_file_they_bring(client: httpx.AsyncClient, keys: Keys) -> None:
    query = {"filename": "mb.csv"}
    for key, bank, status in [
        (keys.province, {}, 422),
        (keys.province, {"bank": "970422"}, 202),
        (keys.auditor, {"bank": "MB"}, 403),
        (keys.ward4, {"bank": "MB"}, 403),
        (keys.mb, {"bank": "VCB"}, 403),
        (keys.mb, {"bank": "MB"}, 200),
    ]:
        answer = await client.post(FILES, params=query | bank, content=MB_RESULT, headers=bearer(key))
        assert answer.status_code == status, (bank, answer.text)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 422),
        ({"filename": ""}, 422),
        ({"filename": "a\x00b"}, 422),
        ({"filename": "x" * 10_000}, 422),
        ({"filename": "a.csv", "profile": "nobody"}, 422),
        ({"filename": "a.csv", "profile": "../../etc/passwd"}, 422),
        ({"filename": "../../../etc/passwd"}, 202),
    ],
)
async def test_odd_names_do_no_harm(
    client: httpx.AsyncClient, keys: Keys, query: dict[str, str], status: int
) -> None:
    answer = await client.post(FILES, params=query, content=MB_RESULT, headers=bearer(keys.mb))
    assert answer.status_code == status
    if status == 202:
        assert answer.json()["filename"] == "passwd"


async def test_a_wrong_key_is_refused_before_anything_is_read(
    client: httpx.AsyncClient, keys: Keys, settings: Settings
) -> None:
    for headers in ({}, bearer("wrong"), bearer(keys.mb + "x"), {"Authorization": "Basic bWI6eA=="}):
        answer = await client.post(FILES, params={"filename": "a"}, content=MB_RESULT, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
    assert [path for path in settings.data_dir.rglob("*") if path.is_file()] == []


async def test_pages_go_back_in_time(client: httpx.AsyncClient, keys: Keys) -> None:
    for number in range(5):
        await send(client, keys.mb, MB_RESULT + b"\n" * number)
    seen, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(FILES, params=query, headers=bearer(keys.mb))).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
    none = await client.get(FILES, params={"since": "2099-01-01T00:00:00Z"}, headers=bearer(keys.mb))
    assert none.json() == {"items": [], "next": None}


async def test_what_came_since_a_moment_is_listed_whole_while_more_comes_in(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    ids = []
    for number in range(6):
        moment = dt.datetime(2026, 11, 20, 3, number, tzinfo=dt.UTC)
        with clock.stopped(moment):
            ids.append((await send(client, keys.mb, MB_RESULT + b"\n" * number)).json()["id"])
    for since in ("2026-11-20T03:02:00Z", "2026-11-20T10:02:00+07:00", "2026-11-20T03:02:00"):
        query = {"since": since, "limit": "3"}
        first = (await client.get(FILES, params=query, headers=bearer(keys.mb))).json()
        assert [item["id"] for item in first["items"]] == ids[:2:-1]
    await send(client, keys.mb, MB_RESULT + b"\n" * 7)
    rest = await client.get(FILES, params=query | {"cursor": first["next"]}, headers=bearer(keys.mb))
    assert [item["id"] for item in rest.json()["items"]] == [ids[2]]
    assert rest.json()["next"] is None
    for wrong in ("yesterday", "2026-13-01T00:00:00Z"):
        answer = await client.get(FILES, params={"since": wrong}, headers=bearer(keys.mb))
        assert answer.status_code == 422


async def test_reading_lines_is_on_record(client: httpx.AsyncClient, keys: Keys, database: Database) -> None:
    number = (await send(client, keys.mb)).json()["id"]
    await client.get(f"{FILES}/{number}/lines", headers=bearer(keys.auditor))
    with database.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.what == "lines.read")).all()
    assert [(event.who, event.subject) for event in events] == [("auditor", f"settlement file {number}")]


async def test_a_silent_sender_is_cut_off(
    client: httpx.AsyncClient, keys: Keys, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payouts.core.limits.SENDER_SECONDS", 0.2)

    async def stalling() -> AsyncIterator[bytes]:
        yield MB_RESULT
        await asyncio.sleep(30)
        yield MB_RESULT

    answer = await client.post(
        FILES, params={"filename": "mb.csv"}, content=stalling(), headers=bearer(keys.mb)
    )
    assert answer.status_code == 408
    assert list((settings.data_dir / "files" / "arriving").iterdir()) == []


async def test_a_busy_database_asks_to_come_again(
    client: httpx.AsyncClient, keys: Keys, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payouts.core.sqlite.PATIENCE_SECONDS", 0.1)
    with database.session() as session:
        session.exec(select(SettlementFile)).all()  # the transaction begins, so it is this one's turn
        answer = await send(client, keys.mb)
    if not database.sqlite:  # writers of PostgreSQL do not wait for each other
        assert answer.status_code == 202
        return
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["type"] == "urn:problem-type:chitra:database_busy"
    assert (await send(client, keys.mb)).status_code == 202


@pytest.mark.usefixtures("worker")
async def test_a_receipt_tells_what_statements_began_and_ended_with(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    statement = (
        b"\r\n:20:STMT1\r\n:25:0801000111222\r\n:28C:1/1\r\n:60F:C261120VND10000000,\r\n"
        b":61:2611201120D930000,NTRFA0001//FT1\r\n:86:TRO CAP A0001\r\n:62F:C261120VND9070000,\r\n-"
    )
    receipt = (await send(client, keys.mb, statement, prefer="wait=20")).json()
    assert receipt["format"] == "mt940"
    assert receipt["balances"] == [
        {"statement": 1, "currency": "VND", "opening": "10000000", "closing": "9070000", "ties": True}
    ]
