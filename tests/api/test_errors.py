"""Whatever goes wrong is a problem that says what, and never more than that."""

from typing import get_args

import httpx
import pytest
from fastapi import FastAPI

from payouts.api.case_shapes import CasePatch
from payouts.api.parameters import VerdictName
from payouts.cases.rules import STATES
from payouts.identity.sessions import CSRF_HEADER, SESSION_COOKIE, sign_in
from reconciliation.tables import VERDICTS

from .conftest import Keys, bearer

HERE = "203.0.113.7"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1", 404),
        ("GET", "/v1/cases/", 404),
        ("DELETE", "/v1/cases", 405),
        ("PUT", "/v1/settlement-files/1", 405),
        ("GET", "/v1/settlement-files/check", 404),
        ("GET", "/v1/cases/abc", 404),
        ("GET", "/v1/cases/0", 404),
        ("GET", f"/v1/cases/{2**70}", 404),
        ("GET", f"/v1/cases/{'9' * 5000}", 404),
        ("GET", "/v1/cases/%00", 404),
        ("GET", "/v1/cases/%ED%A0%80", 404),
        ("GET", "/v1/cases?limit=0", 422),
        ("GET", "/v1/cases?limit=1e9", 422),
        ("GET", "/v1/cases?verdict=stolen", 422),
        ("GET", "/v1/cases?cursor=nonsense", 404),
        ("GET", f"/v1/cases?cursor={'9' * 30}", 404),
        ("GET", "/v1/cases?assignee=%00", 422),
        ("GET", "/v1/settlement-files?cursor=-1", 404),
        ("GET", "/v1/settlement-files?since=yesterday", 422),
        ("GET", "/elsewhere", 404),
    ],
)
async def test_odd_addresses_are_answered_with_a_problem(
    client: httpx.AsyncClient, keys: Keys, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path, headers=bearer(keys.admin))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].startswith("urn:problem-type:chitra:")
    assert answer.json()["detail"]
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"note": "\\ud800"}',
        b'{"note": "a\\u0000b"}',
        b'{"note": NaN}',
        b'{"note": 1e400}',
        b'{"note": "x", "more": 1}',
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"note": "' + b"x" * 5_000 + b'"}',
    ],
)
async def test_odd_json_is_answered_with_a_problem(
    client: httpx.AsyncClient, reconciled: Keys, body: bytes
) -> None:
    (case, *_) = (await client.get("/v1/cases", headers=bearer(reconciled.ward4))).json()["items"]
    headers = bearer(reconciled.ward4) | {"Content-Type": "application/json"}
    answer = await client.post(f"/v1/cases/{case['id']}/notes", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_more_json_than_any_form_holds_is_refused(client: httpx.AsyncClient, keys: Keys) -> None:
    headers = bearer(keys.admin) | {"Content-Type": "application/json"}
    body = b'{"note": "' + b"x" * 70_000 + b'"}'

    async def chunks() -> object:
        for start in range(0, len(body), 8_000):
            yield body[start : start + 8_000]

    for content in (body, chunks()):
        answer = await client.post("/v1/cases/1/notes", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_mistake_of_ours_shows_no_traceback(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("payouts.api.files.files_page", broken)
    answer = await client.get("/v1/settlement-files", headers=bearer(keys.admin))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    del app


async def test_answers_come_in_the_wished_language(client: httpx.AsyncClient) -> None:
    for wish, title in [
        ("", "Không tìm thấy"),
        ("en-GB,en;q=0.9", "Not found"),
        ("vi,en;q=0.9", "Không tìm thấy"),
    ]:
        answer = await client.get("/v1/nothing", headers={"Accept-Language": wish})
        assert answer.json()["title"] == title


async def test_a_session_reads_and_writes_only_with_its_csrf_header(
    app: FastAPI, client: httpx.AsyncClient, reconciled: Keys
) -> None:
    entered = sign_in(app.state.database, app.state.settings, "ward4", "một mật khẩu dài", address=HERE)
    cookie = {"Cookie": f"{SESSION_COOKIE}={entered.token}"}
    (case, *_) = (await client.get("/v1/cases", headers=cookie)).json()["items"]
    path = f"/v1/cases/{case['id']}/notes"
    for csrf, status in [({}, 403), ({CSRF_HEADER: "wrong"}, 403), ({CSRF_HEADER: entered.csrf}, 201)]:
        answer = await client.post(path, json={"note": "xin chào"}, headers=cookie | csrf)
        assert answer.status_code == status
    assert (await client.get("/v1/cases", headers={"Cookie": f"{SESSION_COOKIE}=x"})).status_code == 401
    del reconciled


async def test_health_is_told_to_anybody_and_counts_name_nobody(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    del reconciled
    for path in ("/livez", "/readyz"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    counts = (await client.get("/metrics")).text
    assert 'route="/v1/settlement-files"' in counts
    assert "A0001" not in counts


async def test_every_path_is_described(client: httpx.AsyncClient) -> None:
    document = (await client.get("/v1/openapi.json")).json()
    for path in (
        "/v1/settlement-files",
        "/v1/settlement-files/check",
        "/v1/settlement-files/{file_id}",
        "/v1/settlement-files/{file_id}/lines",
        "/v1/payout-lists",
        "/v1/payout-lists/{list_id}",
        "/v1/cycles/{programme}/{cycle}",
        "/v1/cycles/{programme}/{cycle}/runs",
        "/v1/cycles/{programme}/{cycle}/verdicts",
        "/v1/cases",
        "/v1/cases/{case_id}",
        "/v1/cases/{case_id}/notes",
        "/livez",
        "/readyz",
        "/metrics",
    ):
        assert path in document["paths"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)
            assert "4XX" in operation["responses"], (method, path)
    body = document["paths"]["/v1/settlement-files"]["post"]["requestBody"]["content"]
    assert list(body) == ["application/octet-stream"]


def test_the_api_takes_every_verdict_and_every_state() -> None:
    assert get_args(VerdictName) == VERDICTS
    states = get_args(CasePatch.model_fields["state"].annotation)[0]
    assert set(get_args(states)) == set(STATES) - {"parked"}  # no person parks a case
