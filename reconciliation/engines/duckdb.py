"""Runs the steps with DuckDB in this process's memory."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import numpy as np
import pyarrow as pa

from reconciliation.engines.statements import text_of
from reconciliation.ordering import in_order, numbered, taken_in

SLICE = 250_000  # rows of a long answer that are handed over at once
FOLDED = 65_536  # rows that are folded at once

WORDS_OF = r"string_split_regex(upper({text}), '[^\p{{L}}\p{{N}}]+')"

# Words of the steps that DuckDB says otherwise.
WORDS = (
    "regexp_like(text, pattern) AS regexp_matches(text, pattern)",
    f"words(text) AS {WORDS_OF.format(text='text')}",
    "likeness(one, other) AS jaro_winkler_similarity(one, other)",
    "explode(parts) AS unnest(parts)",
    "format_number(number, decimals) AS format('{:,}', CAST(number AS BIGINT))",
    "date_format(day, pattern) AS strftime(day, '%d/%m/%Y')",
)


class DuckDBEngine:
    """Runs the SQL of the steps on Arrow tables in this process's memory."""

    def __init__(self) -> None:
        self._facts: dict[str, pa.Table] = {}
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET preserve_insertion_order = false")
        for word in WORDS:
            self._connection.execute(f"CREATE MACRO {word}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget everything."""
        self._connection.close()

    def facts(self, name: str, source: Any, schema: pa.Schema, keys: tuple[str, ...], number: str) -> None:
        """Take facts in: the columns of a schema, each row numbered in the order of its keys.

        Raises:
            ValueError: two rows have the same keys, so that nobody could tell them apart
        """
        self._facts[name] = numbered(in_order(taken_in(source, schema), keys), number)
        self._connection.register(name, self._facts[name])

    def known(self, name: str) -> pa.Table:
        """Give facts as they were taken in."""
        return self._facts[name]

    def fold(self, name: str, source: str, change: Callable[[pa.Table], pa.Table]) -> None:
        """Make a table by a function of Arrow tables, two small slices at once: it takes little room."""
        table = self._facts[source]
        slices = [pa.Table.from_batches([part]) for part in table.to_batches(max_chunksize=FOLDED)] or [table]
        with ThreadPoolExecutor(max_workers=2) as pool:
            self._connection.register(name, pa.concat_tables(pool.map(change, slices)))

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table of the engine from an Arrow table."""
        self._connection.register("_incoming", table)
        self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _incoming")  # noqa: S608  # names are ours
        self._connection.unregister("_incoming")

    def forget(self, name: str) -> None:
        """Let go of an Arrow table."""
        self._connection.unregister(name)

    def run(self, step: str) -> None:
        """Run one file of sql/ as it stands."""
        self._connection.execute(text_of(step))

    def execute(self, statement: str) -> None:
        """Run one statement."""
        self._connection.execute(statement)

    def repeated(self, name: str, source: str) -> None:
        """Make a table of the values that stand more than once in the column `hashed` of another.

        Sorted numbers show it in a fifth of the time that grouping them takes.
        """
        hashed = np.sort(self._connection.execute(f"SELECT hashed FROM {source}").fetchnumpy()["hashed"])  # noqa: S608  # ours
        self.put(name, pa.table({"hashed": np.unique(hashed[1:][hashed[1:] == hashed[:-1]])}))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query, for small answers."""
        return self._connection.execute(query).fetchall()

    def is_empty(self, table: str) -> bool:
        """Say whether a table, or what FROM takes in its place, has no row."""
        return not self.rows(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  # names are ours

    def table(self, query: str) -> pa.Table:
        """Give the answer of a query as an Arrow table."""
        return self._connection.sql(query).to_arrow_table()

    def slices(self, query: str, number: str, size: int) -> pa.Table:
        """Give the answer of a query in the order of its row numbers, 0 to size - 1, slice by slice.

        A slice is sorted and handed over alone, so that a long answer takes little room on its way.
        """
        query = f"SELECT * FROM ({query}) WHERE {number} BETWEEN $first AND $last ORDER BY {number}"  # noqa: S608  # ours
        parts = [
            self._connection.sql(query, params={"first": first, "last": first + SLICE - 1}).to_arrow_table()
            for first in range(0, size or 1, SLICE)
        ]
        return pa.concat_tables(parts)

    def begin(self, folder: str) -> None:
        """Make a folder for what is to be written.

        Raises:
            FileExistsError: something stands there already
        """
        if Path(folder).exists() and any(Path(folder).iterdir()):
            raise FileExistsError(f"{folder}: something stands there already; name a new folder")
        Path(folder).mkdir(parents=True, exist_ok=True)

    def write(self, name: str, query: str, folder: str, parts: tuple[str, ...]) -> None:
        """Write the answer of a query as Parquet, a folder for each value of parts; show it as a table."""
        Path(folder).mkdir()
        by = f"PARTITION_BY ({', '.join(parts)}), " if parts else ""
        place = (folder if parts else f"{folder}/0.parquet").replace("'", "''")
        self._connection.execute(f"COPY ({query}) TO '{place}' ({by}FORMAT parquet)")  # our own
        files = f"'{folder.replace(chr(39), chr(39) * 2)}/**/*.parquet'"
        if any(Path(folder).rglob("*.parquet")):
            self._connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({files})")  # noqa: S608  # the same
        else:
            self._connection.execute(f"CREATE VIEW {name} AS SELECT * FROM ({query}) WHERE FALSE")  # noqa: S608  # the same

    def note(self, path: str, text: str) -> None:
        """Write a small text."""
        Path(path).write_text(text, encoding="utf-8")
