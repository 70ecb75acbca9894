"""The steps on Apache Spark must say what they say on DuckDB."""

import importlib.util
import json
import os
import re
import shutil
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from pyarrow import parquet

from benchmarks.quality import making
from reconciliation import reconcile
from reconciliation.engines import open_engine
from reconciliation.engines.statements import parsed, statements
from reconciliation.explain import Words
from reconciliation.matching import reconciled
from reconciliation.ordering import taken_in
from reconciliation.parquet import write
from reconciliation.results import gather, result
from reconciliation.rules import usual
from reconciliation.tables import EXPECTED, REPORTED, VERDICTS
from tests.fixtures.test_situations import FIXTURES, SITUATIONS, Situation, expected_rows, reported_rows
from tests.reconciliation.cycles import AS_OF, Row
from tests.reconciliation.test_decisions import together
from tests.reconciliation.test_parquet import ANSWERS, read

STEPS = sorted((Path(__file__).parents[2] / "reconciliation" / "sql").glob("*.sql"))
HARD_LINES = 20_000

# The cycles here are small: what Spark does to be fast on large ones only costs time.
QUICK = {
    "spark.ui.enabled": "false",
    "spark.driver.memory": "4g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}

# The functions that both engines know and mean the same by: no concat, substr, starts_with, weekday.
SHARED = {
    "abs", "bool_or", "cast", "coalesce", "count", "dense_rank", "first_value", "hash", "least", "left",
    "length", "levenshtein", "max", "min", "nullif", "regexp_like", "replace", "right", "row_number", "sum",
}  # fmt: skip
WORDS = {
    "and", "as", "by", "decimal", "else", "exists", "from", "in", "join", "not", "on", "or", "over", "then",
    "union", "when", "where",
}  # fmt: skip
MAY_BE_NULL = r"\b(?:day|fee|amount|opens_on|deadline|statement)\b(?! IS| <>| =)"
COUNTS = {
    "side",
    "1 - side",
    "payouts",
    "p.payouts",
    "p.still_open",
    "n.by_reference",
}  # small sums
DIFFERS = {
    r"\bvarchar\b": "string",
    r"::": "cast(x AS type)",
    r"(?i)\bcast\((?!NULL)[^()]* AS (?:int|integer|bigint)\)": "round first: one cuts off, one rounds",
    r" [/%] ": "one divides by zero to null, one ends with an error",
    r"(?i)\b(?:qualify|asof|filter \(|(?:semi|anti) join)\b": "a subquery, CASE, EXISTS",
}


@pytest.mark.parametrize("file", STEPS, ids=lambda file: file.stem)
def test_a_step_says_only_what_both_engines_read_alike(file: Path) -> None:
    said = file.read_text(encoding="utf-8")
    for statement in statements(said):
        assert parsed(statement).kind
        bare = re.sub(r"'[^']*'", "''", statement)
        called = {name.lower() for name in re.findall(r"\b(\w+) ?\(", bare)}
        made = {parsed(statement).name}
        assert called - SHARED - WORDS - made == set(), f"{file.name}: not in both engines, or not alike"
        for pattern, instead in DIFFERS.items():
            assert not re.search(pattern, bare), f"{file.name}: {pattern} differs; write {instead}"
        for summed in re.findall(r"\bsum\(([^()]*)", bare):
            assert summed.startswith(("CASE", "cast")) or summed in COUNTS, (
                f"{file.name}: sum({summed}) may overflow"
            )
        for terms in re.findall(r"ORDER BY ([^()]*(?:\([^()]*\)[^()]*)*)\)", bare):
            for term in terms.split(","):
                nulls = "NULLS" in term or not re.search(MAY_BE_NULL, term)
                assert nulls, f"{file.name}: say where the nulls of {term.strip()} stand"


@pytest.fixture(scope="module")
def spark() -> Iterator[str]:
    """The address of Spark on two threads of this machine."""
    absent = [
        what
        for what, there in (("pyspark", importlib.util.find_spec("pyspark")), ("java", shutil.which("java")))
        if not there
    ]
    if absent and not os.environ.get("CI"):
        pytest.skip(
            f"{' and '.join(absent)} not installed: pip install 'chitra[spark]', and a JRE of 17 or later"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark import SparkContext  # noqa: PLC0415  # it may not be installed
        from pyspark.sql import SparkSession  # noqa: PLC0415  # the same

        session = SparkSession.builder.master("local[2]").config(map=QUICK).getOrCreate()
    yield "spark=local[2]"
    gateway = session.sparkContext._gateway  # stop() leaves the JVM running until the process ends
    session.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    SparkContext._gateway = SparkContext._jvm = None


def stories(names: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """Stories of fixtures/ together, each apart from the others."""
    owed: list[Row] = []
    told: list[Row] = []
    for number, name in enumerate(names):
        folder = FIXTURES / name
        situation = Situation(folder, yaml.safe_load((folder / "cycle.yaml").read_text(encoding="utf-8")))
        mine, theirs = expected_rows(situation), reported_rows(situation)
        new = {row["line_ref"]: f"F{number:02d}X{place}" for place, row in enumerate(mine)}
        owed += [row | {"line_ref": new[row["line_ref"]]} for row in mine]
        told += [_renamed(row, new) | {"file": f"{name}/{row['file']}"} for row in theirs]
    return owed, told


def facts() -> tuple[pa.Table, pa.Table, pa.Table]:
    """All stories, a hard cycle of 20,000 lines, and the stories of what people decided, together."""
    owed, told = stories(SITUATIONS)
    hard = making.make(HARD_LINES, making.shares("hard"), seed=1)
    decided_owed, decided_told, decisions = together()
    mine = [pa.Table.from_pylist(owed, EXPECTED), taken_in(hard.expected, EXPECTED), decided_owed]
    theirs = [pa.Table.from_pylist(told, REPORTED), taken_in(hard.reported, REPORTED), decided_told]
    return pa.concat_tables(mine), pa.concat_tables(theirs), decisions


def _renamed(row: Row, new: dict[str, str]) -> Row:
    """Give a settlement line the new names of the payout lines that it names."""
    said = dict(row)
    for name in ("end_to_end_id", "original_ref", "remittance_info"):
        for old, other in new.items():
            if said.get(name):
                said[name] = re.sub(rf"(?i)\b{old}\b", other, said[name])
    return said


def test_spark_says_of_every_story_and_of_a_hard_cycle_what_duckdb_says(spark: str, tmp_path: Path) -> None:
    """From Parquet to Parquet and to tables, in one go: minutes, since each statement is planned anew."""
    owed, told, decisions = facts()
    parquet.write_to_dataset(owed, tmp_path / "expected", partition_cols=["cycle"])
    parquet.write_to_dataset(told, tmp_path / "reported", partition_cols=["currency"])
    sides = str(tmp_path / "expected"), str(tmp_path / "reported")
    rules, words = usual("VND"), Words("vi", "VND")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with open_engine(spark) as running:
            running.begin(str(tmp_path / "out"))
            reconciled(running, *sides, as_of=AS_OF, rules=rules, decisions=decisions, banks=None)
            gather(running, rules, words)
            summary = write(running, rules, words, tmp_path / "out")
            theirs = result(running, rules, words, links=True, clear_links=True)
    mine = reconcile(owed, told, as_of=AS_OF, decisions=decisions)
    for name in ANSWERS:
        written, rows = read(tmp_path / "out", name), getattr(mine, name).to_pylist()
        assert [pair for pair in zip(rows, written, strict=True) if pair[0] != pair[1]] == [], name
        assert getattr(theirs, name).to_pylist() == rows, name
    assert mine.links is not None
    assert theirs.links is not None
    assert sorted(map(str, theirs.links.to_pylist())) == sorted(map(str, mine.links.to_pylist()))
    assert theirs.not_followed == mine.not_followed
    assert summary == theirs.summary == mine.summary
    assert summary == json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert summary["payout_lines"] > HARD_LINES
    assert set(summary["verdicts"]) == set(VERDICTS)


def test_an_engine_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="spark=ADDRESS"):
        reconcile(EXPECTED.empty_table(), REPORTED.empty_table(), as_of=AS_OF, engine="pandas")
