"""Around every request: limits on what is sent and how slowly, a line in the log, a count, fixed headers."""

import asyncio
import time
from typing import Any

import structlog
from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from payouts.api.errors import CODES, answer, language_of
from payouts.core import limits
from payouts.core.limits import LARGEST_JSON

STREAMED = frozenset(
    {"/v1/settlement-files", "/v1/settlement-files/check", "/v1/payout-lists", "/v1/g2p/disburse"}
)
KEY_ENDS = "Chitra-Key-Ends"  # tells a bank that the key it used has a successor, and its own last moment
ALWAYS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Watch:
    """Counts and logs requests by the address's pattern, never by what it names."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._log = structlog.get_logger()
        labels = ("method", "route", "status")
        self._count = Counter("chitra_requests", "Requests answered.", labels, registry=registry)
        self._time = Histogram("chitra_request_seconds", "Time to answer.", labels[:2], registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            took = time.perf_counter() - began
            route = _pattern(scope)
            self._count.labels(scope["method"], route, status).inc()
            self._time.labels(scope["method"], route).observe(took)
            self._log.info(
                "request", method=scope["method"], route=route, status=status, ms=round(took * 1000, 1)
            )


def _pattern(scope: Scope) -> str:
    """Return the pattern that an address was matched by, e.g. /v1/cases/{case_id}."""
    route: Any = scope.get("route")
    return getattr(route, "path", None) or "-"


class Patience:
    """Cuts off who sends a body so slowly that it could go on for ever, whatever the body is.

    Each SENDER_SECONDS of waiting have to bring SENDER_BYTES, or the end; our own work does not count.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a slow body ends as HTTP 408 where it is read."""
        await self._app(scope, _patient(receive) if scope["type"] == "http" else receive, send)


def _patient(receive: Receive) -> Receive:
    waited, brought, over = 0.0, 0, False

    async def patient() -> Message:
        nonlocal waited, brought, over
        if over:
            return await receive()
        began = time.monotonic()
        try:
            async with asyncio.timeout(limits.SENDER_SECONDS - waited):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        waited += time.monotonic() - began
        brought += len(message.get("body", b""))
        over = not message.get("more_body", False)
        if brought >= limits.SENDER_BYTES:
            waited, brought = 0.0, 0
        return message

    return patient


class ApiEdge:
    """Refuses large JSON before it is read, and adds the headers that every answer of the API has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer requests of the API; let others pass as they are."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                if ends_at := scope.get("state", {}).get("key_ends_at"):
                    headers[KEY_ENDS] = f"{ends_at:%Y-%m-%dT%H:%M:%SZ}"
            await send(message)

        if scope["path"] in STREAMED:
            await self._app(scope, receive, with_headers)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isascii() and length.isdecimal() and int(length) > LARGEST_JSON:
            request = Request(scope)
            code, *said = CODES[413]
            refusal = answer(request, 413, code, said[0 if language_of(request) == "vi" else 1])
            await refusal(scope, receive, with_headers)
            return
        await self._app(scope, _limited(receive), with_headers)


def _limited(receive: Receive) -> Receive:
    """Let no more than LARGEST_JSON bytes through, however they are sent."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_JSON:
            raise HTTPException(413)
        return message

    return limited
