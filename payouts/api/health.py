"""Whether the service lives, whether it can work, and what it has done: for those who watch over it."""

import os
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from payouts.api.access import DatabaseDep, SettingsDep
from payouts.api.errors import ProtocolError

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """That it is well."""

    status: Literal["ok"] = "ok"


def registry_of(request: Request) -> CollectorRegistry:
    """Return where this application counts."""
    registry: CollectorRegistry = request.app.state.registry
    return registry


@router.get("/livez")
async def alive() -> Health:
    """Say that the process answers, also while all threads are busy."""
    return Health()


@router.get("/readyz", responses={503: {"description": "The database or the data folder cannot be used."}})
def ready(database: DatabaseDep, settings: SettingsDep) -> Health:
    """Say that requests can be answered: the database reads and the data folder can be written."""
    try:
        with database.reading() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        raise ProtocolError(
            503, "database_unready", ("Không đọc được cơ sở dữ liệu.", "The database cannot be read.")
        ) from error
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.data_dir, os.W_OK):
        raise ProtocolError(
            503,
            "folder_unready",
            ("Không ghi được vào thư mục dữ liệu.", "The data folder cannot be written."),
        )
    return Health()


@router.get("/metrics", response_class=Response)
async def metrics(registry: Annotated[CollectorRegistry, Depends(registry_of)]) -> Response:
    """Give the counts in Prometheus' format."""
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
