"""Runs the steps on Apache Spark: each table is Parquet in a folder that all machines reach, behind a view.

Writing each table cuts its history: a plan stays short however many steps came before, sizes are known to the
planner, and a machine that dies takes nothing with it that another could not read again.
"""

import functools
import io
import re
import tempfile
import uuid
import warnings
import zipfile
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from reconciliation.engines import EngineError
from reconciliation.engines.duckdb import WORDS_OF
from reconciliation.engines.statements import Statement, parsed, statements, text_of
from reconciliation.ordering import stands_twice, taken_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # it doubts pandas 3, of which nothing here makes use
    from pyspark.sql import DataFrame, Observation, SparkSession
    from pyspark.sql import functions as sf
    from pyspark.sql.pandas.functions import arrow_udf
    from pyspark.sql.types import ArrayType, DoubleType, StringType

SHARED = "spark.checkpoint.dir"  # Spark's own setting: the folder that all machines reach
TYPES = {"string": "string", "int64": "bigint", "int32": "int", "date32[day]": "date", "bool": "boolean"}


class SparkEngine:
    """Runs the SQL of the steps on a cluster, or on threads of this machine (`local[2]`)."""

    def __init__(self, address: str) -> None:
        self._spark = _session(address)
        for name, function in _WORDS.items():
            self._spark.udf.register(name, function)
        self._folder = f"{_shared_folder(self._spark, address)}/chitra-{uuid.uuid4().hex}"
        self._schemas: dict[str, Any] = {}
        self._parts: dict[str, list[str]] = {}  # the Parquet folders of each table that has rows
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was written; the session stays for the next run."""
        files, path = self._place(self._folder)
        files.delete(path, True)

    def facts(self, name: str, source: Any, schema: pa.Schema, keys: tuple[str, ...], number: str) -> None:
        """Take facts in, from Parquet, Arrow or pandas; each row is numbered in the order of its keys.

        The numbers leave gaps: only which of two is the smaller says anything.

        Raises:
            ValueError: two rows have the same keys, so that nobody could tell them apart
        """
        columns = ", ".join(f"{field.name} {TYPES[str(field.type)]}" for field in schema)
        if isinstance(source, str | Path):
            given = self._spark.read.schema(columns).parquet(str(source))
        else:
            given = self._spark.createDataFrame(taken_in(source, schema))
        given = given.sort(*(sf.col(key).asc_nulls_last() for key in keys))
        self._keep(name, given.withColumn(number, sf.monotonically_increasing_id()))
        twice = self.rows(
            f"SELECT {', '.join(keys)} FROM {name} GROUP BY {', '.join(keys)} HAVING count(*) > 1 LIMIT 5"  # noqa: S608  # names are ours
        )
        if twice:
            raise ValueError(stands_twice(keys, twice))

    def fold(self, name: str, source: str, change: Callable[[pa.Table], pa.Table]) -> None:
        """Make a table by a function of Arrow tables, carried out where the rows are."""
        given = self._spark.table(source)
        empty = pa.table({n: pa.array([], t) for n, t in _arrow_types(given).items()})
        made = change(empty).schema
        columns = ", ".join(f"{field.name} {TYPES[str(field.type)]}" for field in made)
        self._keep(name, given.mapInArrow(functools.partial(_change_batches, change), columns))

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table from a small Arrow table."""
        frame = self._spark.createDataFrame(table)
        self._parts.pop(name, None)
        self._show(name, frame, empty=not len(table))

    def forget(self, name: str) -> None:
        """Let go of a table; what was written of it goes at the end."""
        self._spark.catalog.dropTempView(name)
        self._parts.pop(name, None)
        self._schemas.pop(name, None)

    def run(self, step: str) -> None:
        """Run one file of sql/ as it stands."""
        for statement in statements(text_of(step)):
            self.execute(statement)

    def execute(self, statement: str) -> None:
        """Run one statement."""
        getattr(self, f"_{parsed(statement).kind}")(parsed(statement))

    def repeated(self, name: str, source: str) -> None:
        """Make a table of the values that stand more than once in the column `hashed` of another."""
        repeated = f"SELECT hashed FROM {source} GROUP BY hashed HAVING count(*) > 1"  # noqa: S608  # names are ours
        self._keep(name, self._spark.sql(repeated))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query, for small answers."""
        return [tuple(row) for row in self._spark.sql(_spoken(query)).collect()]

    def is_empty(self, table: str) -> bool:
        """Say whether a table, or what FROM takes in its place, has no row."""
        if table in self._schemas:
            return not self._parts.get(table) and self._spark.table(table).isEmpty()
        return not self.rows(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  # names are ours

    def table(self, query: str) -> pa.Table:
        """Give the answer of a query as an Arrow table."""
        return self._spark.sql(_spoken(query)).toArrow()

    def begin(self, folder: str) -> None:
        """Make a folder for what is to be written.

        Raises:
            FileExistsError: something stands there already
        """
        files, path = self._place(folder)
        if files.exists(path) and len(files.listStatus(path)):
            raise FileExistsError(f"{folder}: something stands there already; name a new folder")
        files.mkdirs(path)

    def write(self, name: str, query: str, folder: str, parts: tuple[str, ...]) -> None:
        """Write the answer of a query as Parquet, a folder for each value of parts; show it as a table."""
        frame = self._spark.sql(_spoken(query))
        frame.write.partitionBy(*parts).parquet(folder)
        self._show(name, self._spark.read.schema(frame.schema).parquet(folder))

    def note(self, path: str, text: str) -> None:
        """Write a small text."""
        files, place = self._place(path)
        stream = files.create(place)
        stream.write(bytearray(text, "utf-8"))
        stream.close()

    def _place(self, path: str) -> tuple[Any, Any]:
        """Give Hadoop's file system and path of a place that all machines reach."""
        jvm: Any = self._spark.sparkContext._jvm  # noqa: SLF001  # Hadoop's file systems have no other door
        place = jvm.org.apache.hadoop.fs.Path(path)
        return place.getFileSystem(self._spark.sparkContext._jsc.hadoopConfiguration()), place  # noqa: SLF001  # the same

    def _create(self, said: Statement) -> None:
        self._keep(said.name, self._spark.sql(_spoken(said.rest)))

    def _define(self, said: Statement) -> None:
        self._show(said.name, self._spark.createDataFrame([], said.rest), empty=True)

    def _view(self, said: Statement) -> None:
        self._spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {said.name} AS {_spoken(said.rest)}")

    def _insert(self, said: Statement) -> None:
        """Write what is new beside what is there."""
        schema = self._schemas[said.name]
        new = self._spark.sql(_spoken(said.rest))
        new = new.toDF(*schema.names).select([sf.col(f.name).cast(f.dataType) for f in schema])
        part = self._write(new)
        if part:
            self._parts.setdefault(said.name, []).append(part)
            self._show(said.name, self._read(said.name))

    def _delete(self, said: Statement) -> None:
        if not said.rest:
            self._keep(said.name, self._spark.createDataFrame([], self._schemas[said.name]))
        elif not self.is_empty(said.name):
            left = f"SELECT * FROM {said.name} WHERE NOT ({_spoken(said.rest)})"  # noqa: S608  # our own statement
            self._keep(said.name, self._spark.sql(left))

    def _drop(self, said: Statement) -> None:
        self.forget(said.name)

    def _keep(self, name: str, frame: DataFrame) -> None:
        """Write a table and show what was written in its place."""
        self._schemas[name] = frame.schema
        part = self._write(frame)
        if part:
            self._parts[name] = [part]
            self._show(name, self._read(name))
        else:
            self._parts.pop(name, None)
            self._show(name, self._spark.createDataFrame([], frame.schema), empty=True)

    def _write(self, frame: DataFrame) -> str | None:
        """Write rows as Parquet and say where; None where there are none, which often shows at once."""
        if _is_known_empty(frame):
            return None
        self._written += 1
        part = f"{self._folder}/{self._written}"
        count = Observation()
        frame.observe(count, sf.count(sf.lit(1)).alias("rows")).write.parquet(part)
        return part if count.get["rows"] else None

    def _read(self, name: str) -> DataFrame:
        return self._spark.read.schema(self._schemas[name]).parquet(*self._parts[name])

    def _show(self, name: str, frame: DataFrame, *, empty: bool = False) -> None:
        self._schemas[name] = frame.schema
        if empty:
            self._parts.pop(name, None)
        frame.createOrReplaceTempView(name)


def _session(address: str) -> SparkSession:
    """Start or join Spark, with views and functions of one's own."""
    build = SparkSession.builder.appName("chitra").master(address).config("spark.sql.ansi.enabled", "true")
    if _is_local(address):
        build = build.config("spark.ui.enabled", "false").config("spark.driver.memory", "4g")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spark = build.getOrCreate()
        own = spark.newSession()
    if own.conf.get("spark.sql.shuffle.partitions") == "200":  # nobody chose
        own.conf.set("spark.sql.shuffle.partitions", str(max(2, spark.sparkContext.defaultParallelism)))
    spark.sparkContext.addPyFile(_packed())
    return own


def _is_local(address: str) -> bool:
    return address.startswith("local")


def _shared_folder(spark: SparkSession, address: str) -> str:
    """Give the folder that all machines reach.

    Raises:
        EngineError: nobody named one, and there is more than one machine
    """
    folder = spark.sparkContext.getConf().get(SHARED, None)
    if folder is None and not _is_local(address):
        raise EngineError(f"{SHARED}: set it to a folder that all machines of the cluster reach")
    return str(folder or tempfile.gettempdir())


@functools.cache
def _packed() -> str:
    """Pack this package, so that the machines fold by the very definitions that this one has."""
    path = Path(tempfile.mkdtemp()) / "reconciliation.zip"
    package = resources.files("reconciliation")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(Path(str(package)).rglob("*")):
            if file.suffix in {".py", ".sql", ".csv", ".yaml"}:
                archive.write(file, Path("reconciliation") / file.relative_to(str(package)))
    path.write_bytes(packed.getvalue())
    return str(path)


def _is_known_empty(frame: DataFrame) -> bool:
    """Say whether the planner alone sees that there is no row."""
    plan = frame._jdf.queryExecution().optimizedPlan()  # noqa: SLF001  # no public door to the plan
    return bool(plan.getClass().getSimpleName() == "LocalRelation" and plan.data().isEmpty())


def _change_batches(
    change: Callable[[pa.Table], pa.Table], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from change(pa.Table.from_batches([batch])).to_batches()


def _arrow_types(frame: DataFrame) -> dict[str, pa.DataType]:
    types = {"string": pa.string(), "bigint": pa.int64(), "date": pa.date32(), "boolean": pa.bool_()}
    return {field.name: types[field.dataType.simpleString()] for field in frame.schema}


def _spoken(query: str) -> str:
    """Say the one construct that the two engines write differently."""
    return _JOINED.sub(r"listagg(\1, \2) WITHIN GROUP (ORDER BY \3)", query)


_JOINED = re.compile(r"string_agg\(((?:DISTINCT )?[\w.]+), ('[^']*') ORDER BY ([\w.]+)\)")


def _by_duckdb(expression: str, *columns: pa.Array) -> pa.Array:
    """Let DuckDB work out an expression of columns a, b: then both engines have one definition of it."""
    named = pa.table(dict(zip("ab", columns, strict=False)))
    return duckdb.from_arrow(named).project(f"{expression} AS said").to_arrow_table()["said"].combine_chunks()


def _words(text: pa.Array) -> pa.Array:
    return _by_duckdb(WORDS_OF.format(text="a"), text)


def _alike(one: pa.Array, other: pa.Array) -> pa.Array:
    return _by_duckdb("jaro_winkler_similarity(a, b)", one, other)


_udf: Any = arrow_udf  # its overloads know nothing of functions of Arrow arrays
_WORDS = {
    "words": _udf(_words, ArrayType(StringType())),
    "likeness": _udf(_alike, DoubleType()),
}
