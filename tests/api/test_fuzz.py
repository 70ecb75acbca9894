"""However odd the request, the answer is never a 5xx, and every refusal is a problem."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from .conftest import Keys, bearer

ODD_TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "\x00",
            "\ud800",
            "' OR 1=1 --",
            "%00",
            "..%2f..",
            "²",
            "٣",
            "1_000",
            "1e400",
            "NaN",
            "x" * 3000,
            "-1",
            "0",
        ]
    ),
    st.integers(min_value=-(2**70), max_value=2**70).map(str),
    st.sampled_from(
        ["1", "2", "3", "BTXH", "2026-11", "00004", "paid", "A0001", "open", "ward4", "2026-11-24"]
    ),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    ODD_TEXT,
)
FIELDS = [
    "state",
    "assignee",
    "due",
    "reason",
    "outcome",
    "note",
    "as_of",
    "voucher_number",
    "collected_on",
    "x",
]
BODIES = st.one_of(
    st.none(),
    st.binary(max_size=200),
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=5),
    st.dictionaries(st.sampled_from(FIELDS), LEAVES, max_size=4),
)
HEADERS = {
    "Prefer": ["wait=0", "wait=", "wait=x", "wait=999999999999999999999", "respond-async"],
    "Content-Digest": ["sha-256=:AAAA:", "sha-256=:", "x", ""],
    "If-Match": ['"1"', '"2"', "*", "", '"' + "9" * 400 + '"'],
    "Accept-Language": ["en", "vi;q=x", ";;;", "en;q=nan"],
    "Content-Type": [
        "application/json",
        "text/plain",
        "",
        "application/json; charset=x",
        "multipart/form-data",
    ],
    "Content-Encoding": ["gzip", "identity"],
}


def operations(app: FastAPI) -> list[tuple[str, str, list[dict[str, Any]]]]:
    return [
        (method.upper(), path, operation.get("parameters", []))
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def draw_request(data: DataObject, app: FastAPI) -> dict[str, Any]:
    method, path, parameters = data.draw(st.sampled_from(operations(app)))
    query = {"filename": "mb.csv"} if data.draw(st.booleans()) else {}
    for parameter in parameters:
        name = parameter["name"]
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", encoded(data.draw(ODD_TEXT)) or "x")
        elif parameter["in"] == "query" and data.draw(st.booleans()):
            query[name] = data.draw(ODD_TEXT)
    if query:
        path += "?" + "&".join(f"{name}={encoded(value)}" for name, value in query.items())
    headers = {
        name: data.draw(st.sampled_from(values))
        for name, values in HEADERS.items()
        if data.draw(st.booleans())
    }
    request: dict[str, Any] = {"method": method, "url": path, "headers": headers}
    body = data.draw(BODIES) if method != "GET" else None
    if isinstance(body, bytes):
        request["content"] = body
    elif body is not None:
        request["content"] = json.dumps(body).encode()  # half a surrogate pair is escaped
    return request


def encoded(text: str) -> str:
    """Percent-encode all of a text, half a surrogate pair too."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.usefixtures("reconciled")
@settings(
    max_examples=150,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_no_request_breaks_the_service(
    app: FastAPI, client: httpx.AsyncClient, keys: Keys, data: DataObject
) -> None:
    key = data.draw(
        st.sampled_from([keys.admin, keys.province, keys.ward4, keys.auditor, keys.mb, "wrong", ""])
    )
    request = draw_request(data, app)
    request["headers"] |= bearer(key) if key else {}
    answer = await client.request(**request)
    assert answer.status_code < 500, (request, answer.text)
    if answer.status_code >= 400 and "/v1/g2p/" not in request["url"]:  # those answer in their own envelope
        assert answer.headers["content-type"] == "application/problem+json", request
        assert answer.json()["status"] == answer.status_code
