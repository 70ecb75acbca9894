"""Puts the API together: what it answers, who watches over it, and one database open for all requests."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from payouts.api import (
    approvals,
    asking,
    bulk,
    cases,
    coverage,
    cycles,
    decisions,
    delegations,
    enquiries,
    expected,
    files,
    g2p,
    health,
    lists,
    matches,
    orders,
    predictions,
    problem_codes,
    quality,
    registry_files,
    reports,
    rules,
    runs,
    visits,
    webhooks,
)
from payouts.api.errors import MEDIA_TYPE, add_handlers
from payouts.api.examples import add_examples
from payouts.api.g2p_shapes import DisburseRequest
from payouts.api.shapes import Problem
from payouts.api.watch import ApiEdge, Patience, Watch
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.core.storage import sweep_arrivals
from payouts.migrations.upgrade import open_current

DESCRIPTION = """
Reconciles payout lists with what banks send back.

A bank signs in with its key, staff with a personal token: `Authorization: Bearer …`. A browser that is
signed in may call too; its writes need the header `X-CSRF-Token`. A bank sees its own files only, staff see
the areas and programmes they work for.

Lists come in pages: `{"items": […], "next": cursor}`; give `next` back as `cursor` until it is null. Money is
a whole number of đồng. Errors are `application/problem+json` (RFC 9457) with a `type` that stays.
"""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A bank's key or a personal token."},
    "session": {"type": "apiKey", "in": "cookie", "name": "chitra_session"},
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": said,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, said in {
        "4XX": "What is wrong and how to mend it.",
        "5XX": "Busy, or a mistake of ours; nothing was half saved.",
    }.items()
}


class Unmatched(BaseRoute):
    """Answers what under /v1 no route takes, so that nothing behind the API answers in its stead."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Take all of /v1; routes that fit come before."""
        fits = scope["type"] == "http" and (scope["path"] + "/").startswith("/v1/")
        return (Match.FULL if fits else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell an address that takes other methods from one that does not exist."""
        del receive, send
        allowed = [method for method in METHODS if self._taken({**scope, "method": method})]
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404)

    def _taken(self, scope: Scope) -> bool:
        before = itertools.takewhile(lambda route: route is not self, self._app.routes)
        return any(route.matches(scope)[0] is Match.FULL for route in before)


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """Make the application.

    Args:
        settings: of this installation
        database: an open database that the caller closes; by default the settings' own is opened, given its
            tables where it is empty, and closed when the application ends

    Raises:
        DomainError: the settings' database cannot be used; it says why and what to do
    """
    sweep_arrivals(settings.data_dir)
    opened = database or open_current(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if database is None:
            opened.close()

    registry = CollectorRegistry()
    app = FastAPI(
        title="chitra",
        version="1",
        description=DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its page would load scripts from other sites
        redoc_url=None,
        lifespan=lifespan,
        responses=PROBLEMS,
        middleware=[Middleware(Watch, registry=registry), Middleware(Patience), Middleware(ApiEdge)],
        redirect_slashes=False,
    )
    app.state.database, app.state.settings, app.state.registry = opened, settings, registry
    add_handlers(app)
    for door in (
        files,
        decisions,
        lists,
        registry_files,
        cycles,
        orders,
        reports,
        rules,
        runs,
        bulk,  # before the address of one case
        cases,
        coverage,
        visits,
        asking,
        matches,
        approvals,
        delegations,
        enquiries,
        expected,
        webhooks,
        g2p,
        quality,
        predictions,
        problem_codes,
        health,
    ):
        app.include_router(door.router)
    app.router.routes.append(Unmatched(app))
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """Add to the OpenAPI document what cannot be seen from the routes: how to sign in, and problems."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            parts = document.setdefault("components", {})
            parts["securitySchemes"] = SECURITY
            shapes = parts.setdefault("schemas", {})
            shapes["Problem"] = Problem.model_json_schema()
            asked = DisburseRequest.model_json_schema(ref_template="#/components/schemas/{model}")
            shapes.update({**asked.pop("$defs"), "DisburseRequest": asked})
            document["security"] = [{"bearer": []}, {"session": []}]
            for path in ("/livez", "/readyz", "/metrics", "/v1/problem-codes/{code}"):
                document["paths"][path]["get"]["security"] = []
            add_examples(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI documents it
