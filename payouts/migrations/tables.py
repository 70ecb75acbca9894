"""All tables of all rooms in one place, for Alembic and for tests."""

import importlib
import importlib.util

from sqlmodel import SQLModel

ROOMS = (
    *("identity", "registry", "registry.files", "lists", "settlements", "runs", "approvals", "cases"),
    *(
        "orders",
        "cases.enquiries",
        "cases.expected",
        "coverage",
        "quality",
        "closing",
        "reports",
        "webhooks",
        "jobs",
    ),
)

for room in ROOMS:
    if importlib.util.find_spec(f"payouts.{room}") and importlib.util.find_spec(f"payouts.{room}.models"):
        importlib.import_module(f"payouts.{room}.models")

metadata = SQLModel.metadata
