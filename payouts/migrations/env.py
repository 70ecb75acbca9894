"""Alembic's entry: runs revisions on the connection that payouts.migrations.upgrade hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator, TypeEngine

from payouts.core.fields import ByBytes, Key, Moment
from payouts.migrations.tables import metadata


def _spelled(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by name and SQLModel's text as plain text."""
    if kind == "type" and isinstance(item, (ByBytes, Key, Moment)):
        autogen.imports.add("from payouts.core.fields import ByBytes, Key, Moment")
        return f"{type(item).__name__}()"
    if kind == "type" and isinstance(item, TypeDecorator):
        plain: TypeEngine[Any] = item.impl_instance
        return f"sa.{plain!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_spelled,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
