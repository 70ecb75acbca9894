"""Where the steps run: DuckDB in this process, or Apache Spark for those who outgrow one machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    import pyarrow as pa

DUCKDB = "duckdb"
SPARK = "spark="  # and the address of the cluster


class Engine(Protocol):
    """What the steps ask of an engine; tables are known by name."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def facts(self, name: str, source: Any, schema: pa.Schema, keys: tuple[str, ...], number: str) -> None:
        """Take facts in: the columns of a schema, each row numbered in the order of its keys.

        Raises:
            ValueError: two rows have the same keys, so that nobody could tell them apart
        """

    def fold(self, name: str, source: str, change: Callable[[pa.Table], pa.Table]) -> None:
        """Make a table by a function of Arrow tables that looks at each row alone."""

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table from a small Arrow table."""

    def forget(self, name: str) -> None:
        """Let go of a table that nobody asks for any more."""

    def run(self, step: str) -> None:
        """Run one file of sql/ as it stands."""

    def execute(self, statement: str) -> None:
        """Run one statement."""

    def repeated(self, name: str, source: str) -> None:
        """Make a table of the values that stand more than once in the column `hashed` of another."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query, for small answers."""

    def is_empty(self, table: str) -> bool:
        """Say whether a table, or what FROM takes in its place, has no row."""

    def table(self, query: str) -> pa.Table:
        """Give the answer of a query as an Arrow table."""

    def begin(self, folder: str) -> None:
        """Make a folder for what is to be written.

        Raises:
            FileExistsError: something stands there already
        """

    def write(self, name: str, query: str, folder: str, parts: tuple[str, ...]) -> None:
        """Write the answer of a query as Parquet, a folder for each value of parts; show it as a table."""

    def note(self, path: str, text: str) -> None:
        """Write a small text."""


class EngineError(ValueError):
    """There is no such engine, or what it needs is not on this machine."""


def check(name: str) -> None:
    """Say at once, before anything is read, whether an engine can be started here.

    Raises:
        EngineError: it cannot
    """
    if name == DUCKDB:
        return
    if not name.startswith(SPARK) or name == SPARK:
        raise EngineError(f"{name}: no such engine; duckdb, or spark=ADDRESS such as spark=local[2]")
    if importlib.util.find_spec("pyspark") is None:
        raise EngineError(f"{name}: pyspark is not installed; pip install 'chitra[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise EngineError(f"{name}: there is no Java here; Spark needs a JRE of version 17 or later")


def open_engine(name: str) -> Engine:
    """Start an engine: `duckdb`, or `spark=` and the address of a cluster, such as spark=local[2].

    Raises:
        EngineError: there is no such engine, or what it needs is not there
    """
    check(name)
    if name == DUCKDB:
        from reconciliation.engines.duckdb import DuckDBEngine  # noqa: PLC0415  # the other may not be installed

        return DuckDBEngine()
    from reconciliation.engines.spark import SparkEngine  # noqa: PLC0415  # the same

    return SparkEngine(name.removeprefix(SPARK))
