"""Measures the data on people: runs every check over everybody, and keeps counts and who is behind them."""

import datetime as dt
from importlib import resources

import pyarrow as pa
from sqlalchemy import delete
from sqlmodel import Session

from payouts.core import clock
from payouts.core.bulk import insert_table, weigh
from payouts.core.database import Database
from payouts.core.hold import Hold, nobody_else
from payouts.core.tables import table_behind
from payouts.quality.gather import facts
from payouts.quality.models import QualityCount, QualityFinding, QualityMeasure, QualityTotal
from payouts.quality.rules import SCORES, Check, checks
from reconciliation.engines.duckdb import DuckDBEngine
from reconciliation.rules import Rules

TOTAL = table_behind(QualityTotal)
COUNT = table_behind(QualityCount)
FINDING = table_behind(QualityFinding)


def measure(database: Database, *, on: dt.date, by: str, hold: Hold = nobody_else) -> QualityMeasure:
    """Run all checks over everybody who stands on the last list of a programme.

    Counts by ward are kept for good; who is behind them is kept of the last measurement only.

    Args:
        database: that is read first and written to at the end: nobody has to wait for the checks
        on: the day of the measurement
        by: a username, or the name of the job
        hold: called in the transaction that writes; what it raises ends the work
    """
    at = clock.now()
    with database.reading() as session:
        told = facts(session, on)
    with DuckDBEngine() as engine:
        look(engine, told)
        people = engine.rows("SELECT count(*) FROM person")[0][0]
        totals, counts, findings = (engine.table(query) for query in _answers())
    kept = QualityMeasure(day=on, measured_at=at, measured_by=by, people=people)
    with database.session() as session:
        hold(session)
        _keep(session, kept, totals, counts, findings)
    return kept


def _keep(
    session: Session, kept: QualityMeasure, totals: pa.Table, counts: pa.Table, findings: pa.Table
) -> None:
    session.add(kept)
    session.flush()
    for table, rows in ((TOTAL, totals), (COUNT, counts)):
        insert_table(session, table, rows.append_column("measure_id", pa.repeat(kept.id, rows.num_rows)))
    session.execute(delete(FINDING))
    insert_table(session, FINDING, findings)
    weigh(session, FINDING)


def look(engine: DuckDBEngine, told: dict[str, pa.Table]) -> None:
    """Make the table `found` of all that the checks find: subject, score, code, value, other.

    Args:
        engine: in which the tables of sql/ are made
        told: the tables that sql/ takes in, by name
    """
    for name, rows in told.items():
        engine.put(name, rows)
    engine.put("rules", names_rules())
    engine.execute("CREATE TABLE accepted_name (acct_key TEXT, bank TEXT, listed_key TEXT, told_key TEXT)")
    engine.execute(sql("line"))
    engine.run("names")
    engine.execute(sql("person"))
    engine.execute(f"CREATE TABLE found AS {' UNION ALL '.join(map(_asked, checks().values()))}")


def names_rules() -> pa.Table:
    """Give what sql/names.sql of the judgement has to know of how names may differ."""
    usual = Rules()
    return pa.table({"cut_after": [usual.cut_after], "one_letter_from": [usual.one_letter_from]})


def _asked(check: Check) -> str:
    """Write the query of one check; somebody whom it finds on several lines is found once."""
    value, other = (f"min({each})" if each else "NULL" for each in (check.value, check.other))
    return (
        f"SELECT subject, '{check.score}' AS score, '{check.code}' AS code,"  # noqa: S608  # our own table
        f" {value} AS value, {other} AS other FROM {check.about} WHERE {check.rule} GROUP BY subject"
    )


def _answers() -> tuple[str, str, str]:
    """Write the queries of what is kept: totals, counts, findings."""
    failing = ", ".join(f"bool_or(score = '{score}') AS \"{score}\"" for score in SCORES)
    passing = ", ".join(f'count(*) FILTER (f."{score}" IS NOT TRUE) AS "{score}"' for score in SCORES)
    totals = (
        f"SELECT p.area_code, count(*) AS people, {passing} FROM person p"  # noqa: S608  # our own table
        f" LEFT JOIN (SELECT subject, {failing} FROM found GROUP BY subject) f ON f.subject = p.subject"
        " GROUP BY p.area_code"
    )
    counts = (
        "SELECT f.code, p.area_code, count(*) AS people FROM found f"
        " JOIN person p ON p.subject = f.subject GROUP BY f.code, p.area_code"
    )
    findings = (
        "SELECT row_number() OVER (ORDER BY f.code, p.area_code, p.name_key, p.subject) AS id, f.code,"
        " p.area_code, p.beneficiary_id, p.line_id AS payout_line_id, f.value, f.other"
        " FROM found f JOIN person p ON p.subject = f.subject"
    )
    return totals, counts, findings


def sql(name: str) -> str:
    """Give one file of sql/ as it stands."""
    return (resources.files("payouts.quality") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
