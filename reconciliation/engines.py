"""Where the steps run: DuckDB in this process."""

from importlib import resources
from typing import Any

import duckdb
import pyarrow as pa

SLICE = 250_000  # rows of a long answer that are handed over at once


class DuckDBEngine:
    """Runs the SQL of the steps on Arrow tables in this process's memory."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET preserve_insertion_order = false")
        self._connection.execute("CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern)")

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table of the engine from an Arrow table."""
        self._connection.register("_incoming", table)
        self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _incoming")  # noqa: S608  # names are ours
        self._connection.unregister("_incoming")

    def show(self, name: str, table: pa.Table) -> None:
        """Let the engine read an Arrow table where it lies."""
        self._connection.register(name, table)

    def forget(self, name: str) -> None:
        """Let go of an Arrow table that was shown."""
        self._connection.unregister(name)

    def run(self, step: str) -> None:
        """Run one file of sql/ as it stands."""
        self._connection.execute(
            (resources.files("reconciliation") / "sql" / f"{step}.sql").read_text("utf-8")
        )

    def execute(self, statement: str) -> None:
        """Run one statement."""
        self._connection.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query, for small answers."""
        return self._connection.execute(query).fetchall()

    def is_empty(self, table: str) -> bool:
        """Say whether a table, or what FROM takes in its place, has no row."""
        return not self.rows(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  # names are ours

    def table(self, query: str) -> pa.Table:
        """Give the answer of a query as an Arrow table."""
        return self._connection.sql(query).to_arrow_table()

    def slices(self, query: str, size: int) -> pa.Table:
        """Give the answer of a query that asks for rows $first to $last of so many, slice by slice.

        A slice is sorted and handed over alone, so that a long answer takes little room on its way.
        """
        parts = [
            self._connection.sql(query, params={"first": first, "last": first + SLICE - 1}).to_arrow_table()
            for first in range(0, size or 1, SLICE)
        ]
        return pa.concat_tables(parts)

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()
