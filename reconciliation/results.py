"""What a run says, as tables with the columns that everybody relies on."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation import conservation
from reconciliation.engines import Engine
from reconciliation.engines.duckdb import DuckDBEngine
from reconciliation.explain import Words, explanation, money, reasons
from reconciliation.rules import Rules
from reconciliation.suggestions import suggest
from reconciliation.tables import (
    DIFFERENCES,
    DISPOSITION_COLUMNS,
    DISPOSITIONS,
    VERDICT_COLUMNS,
    VERDICTS,
)

Sums = dict[str, tuple[int, int]]  # by name: lines, and their money


@dataclass(frozen=True, slots=True)
class Result:
    """What a run says of both sides.

    Attributes:
        verdicts: VERDICT_COLUMNS, one row a judged payout line
        dispositions: DISPOSITION_COLUMNS, one row a settlement line
        suggestions: SUGGESTION_COLUMNS, likely owners of open settlement lines, for a person to confirm
        links: line_ref, file, line, rule, role (evidence, reversed, candidate): which line speaks for which,
            None where they were not asked for
        summary: counts and sums in the currency's smallest unit, as in summary.json
        not_followed: the decisions of people that could not be followed: UNFOLLOWED_COLUMNS, why is one of
            WHY_NOT_FOLLOWED
    """

    verdicts: pa.Table
    dispositions: pa.Table
    suggestions: pa.Table
    links: pa.Table | None
    summary: dict[str, Any]
    not_followed: pa.Table

    def summary_json(self) -> str:
        """Give the summary as JSON text."""
        return json.dumps(self.summary, ensure_ascii=False, indent=2)


def gather(engine: Engine, rules: Rules, words: Words) -> None:
    """Put together what the answers need: the strings of evidence and candidates, and what is often said."""
    limit = rules.refs_listed
    engine.execute(
        "CREATE VIEW place AS SELECT sid AS uid, file || ':' || CAST(line AS string) AS place FROM raw_line"
    )
    engine.execute("CREATE VIEW line_ref AS SELECT pid, line_ref FROM raw_payout")
    engine.execute("""
        CREATE TABLE evidence_of AS
        SELECT e.pid, string_agg(p.place, ';' ORDER BY e.uid) AS evidence
        FROM evidenced_often e JOIN place p ON p.uid = e.uid GROUP BY e.pid""")
    engine.execute(f"""
        CREATE TABLE candidates AS
        SELECT g.grp, g.evidence, h.line_refs FROM
          (SELECT c.grp, string_agg(p.place, ';' ORDER BY c.uid) AS evidence
           FROM (SELECT grp, uid, row_number() OVER (PARTITION BY grp ORDER BY uid) AS nth
                 FROM unclear_unit) c
           JOIN place p ON p.uid = c.uid WHERE c.nth <= {limit} GROUP BY c.grp) g
        JOIN
          (SELECT c.grp, string_agg(p.line_ref, ';' ORDER BY c.pid) AS line_refs
           FROM (SELECT grp, pid, row_number() OVER (PARTITION BY grp ORDER BY pid) AS nth
                 FROM unclear_payout) c
           JOIN line_ref p ON p.pid = c.pid WHERE c.nth <= {limit} GROUP BY c.grp) h ON h.grp = g.grp""")  # noqa: S608  # a number
    _candidates_left(engine)
    engine.execute(f"""
        CREATE TABLE review_evidence AS
        SELECT c.pid, string_agg(DISTINCT g.evidence, ';' ORDER BY g.evidence) AS evidence
        FROM unclear_payout c JOIN candidates g ON g.grp = c.grp
        WHERE c.pid NOT IN (SELECT pid FROM apart)
        GROUP BY c.pid
        UNION ALL
        SELECT c.pid, string_agg(p.place, ';' ORDER BY c.uid)
        FROM (SELECT pid, uid, row_number() OVER (PARTITION BY pid ORDER BY uid) AS nth
              FROM unit_left) c
        JOIN place p ON p.uid = c.uid WHERE c.nth <= {limit} GROUP BY c.pid""")  # noqa: S608  # a number
    engine.execute(f"""
        CREATE TABLE refs_of AS
        SELECT l.uid, string_agg(p.line_ref, ';' ORDER BY l.pid) AS line_refs
        FROM (SELECT DISTINCT uid, pid FROM link
              WHERE uid IN (SELECT uid FROM linked_unit WHERE lines > 1)) l
        JOIN line_ref p ON p.pid = l.pid GROUP BY l.uid
        UNION ALL
        SELECT uid, string_agg(DISTINCT line_refs, ';' ORDER BY line_refs) FROM (
          SELECT c.uid, g.line_refs FROM unclear_unit c JOIN candidates g ON g.grp = c.grp
          WHERE c.uid NOT IN (SELECT uid FROM apart)) GROUP BY uid
        UNION ALL
        SELECT c.uid, string_agg(p.line_ref, ';' ORDER BY c.pid)
        FROM (SELECT pid, uid, row_number() OVER (PARTITION BY uid ORDER BY pid) AS nth
              FROM payout_left) c
        JOIN line_ref p ON p.pid = c.pid WHERE c.nth <= {limit} GROUP BY c.uid""")  # noqa: S608  # a number
    engine.execute("""
        CREATE TABLE spoken AS
        SELECT v.pid, x.account_no AS listed_account, x.bank_code AS listed_bank,
               coalesce(nullif(x.account_name, ''), x.full_name) AS listed_name,
               y.account_no AS told_account, y.bank_code AS told_bank, y.account_name AS told_name
        FROM verdict v
        JOIN raw_payout x ON x.pid = v.pid
        JOIN raw_line y ON y.sid = v.uid
        WHERE v.verdict IN ('account_differs', 'name_differs')""")
    engine.execute(f"""
        CREATE TABLE money AS
        SELECT amount, {money("amount", words)} AS said
        FROM (SELECT DISTINCT owed AS amount FROM verdict)""")  # noqa: S608  # our own words
    engine.put(
        "reason", pa.Table.from_pylist([{"code": r["code"], "said": r[words.language]} for r in reasons()])
    )
    engine.execute(f"""
        CREATE TABLE clear_said AS
        SELECT v.owed, v.day, v.fee, {explanation(words)} AS explanation
        FROM (SELECT DISTINCT verdict, rule, status, owed, settled, movements, day, deadline, fee,
                              account_channel, reason_code, reason_text, beyond
              FROM verdict WHERE clear) v
        JOIN money m ON m.amount = v.owed
        LEFT JOIN reason r ON r.code = v.reason_code
        LEFT JOIN spoken s ON FALSE""")  # noqa: S608  # our own sentences


def _candidates_left(engine: Engine) -> None:
    """Put together the candidates of lines of which people hold some apart."""
    all_payouts, all_units = "unclear_payout", "unclear_unit"
    some_payouts = f"(SELECT * FROM {all_payouts} WHERE pid IN (SELECT pid FROM apart))"  # noqa: S608  # names are ours
    some_units = f"(SELECT * FROM {all_units} WHERE uid IN (SELECT uid FROM apart))"  # noqa: S608  # the same
    for name, payouts, units in (
        ("unit_left", some_payouts, all_units),
        ("payout_left", all_payouts, some_units),
    ):
        engine.execute(f"""
            CREATE TABLE {name} AS
            SELECT DISTINCT c.pid, o.uid FROM {payouts} c JOIN {units} o ON o.grp = c.grp
            WHERE NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = c.pid AND a.uid = o.uid)""")  # noqa: S608  # the same


def result(engine: Engine, rules: Rules, words: Words, *, links: bool, clear_links: bool) -> Result:
    """Give all that the run says, in this process's memory.

    Raises:
        ConservationError: the result does not hold what went in
    """
    if isinstance(engine, DuckDBEngine):
        verdict, disposition = verdicts(engine, words), dispositions(engine)
        conservation.check(engine, engine.known("raw_payout"), engine.known("raw_line"), verdict, disposition)
    else:
        engine.execute(f"CREATE TABLE said_verdict AS {verdict_rows(words)}")
        engine.execute(f"CREATE TABLE said_line AS {DISPOSITION_ROWS}")
        conservation.check_said(engine)
        verdict = engine.table("SELECT * FROM said_verdict ORDER BY line_ref").select(VERDICT_COLUMNS)
        disposition = engine.table("SELECT * FROM said_line ORDER BY file, line").select(DISPOSITION_COLUMNS)
    return Result(
        verdict,
        disposition,
        suggest(engine, rules),
        link_table(engine, rules, clear=clear_links) if links else None,
        summary(verdict, disposition),
        not_followed(engine),
    )


def verdicts(engine: DuckDBEngine, words: Words) -> pa.Table:
    """Give the verdict of every judged payout line, in the order of line_ref."""
    expected, reported = engine.known("raw_payout"), engine.known("raw_line")
    said = engine.slices(_verdict_query(words), "pid", len(expected))
    file, line = reported["file"].combine_chunks(), reported["line"].combine_chunks()
    with ThreadPoolExecutor(max_workers=2) as pool:
        evidence = list(pool.map(lambda part: _evidence(part, file, line), said.to_batches()))
    columns = {name: said[name] for name in said.column_names}
    columns |= {
        "line_ref": expected["line_ref"].take(said["pid"]),
        "evidence": pa.chunked_array(evidence, pa.string()),
    }
    return pa.table({name: columns[name] for name in VERDICT_COLUMNS})


def verdict_rows(words: Words) -> str:
    """Give the same as SQL, without an order."""
    return f"""
        SELECT x.line_ref, q.verdict, q.owed, q.settled, q.reason_code, q.differences, q.rule,
               concat_ws(';', coalesce(q.evidence, p.place), q.candidates) AS evidence, q.explanation,
               nullif(x.cycle, '') AS cycle, nullif(x.bank_code, '') AS bank_code
        FROM ({_verdict_query(words)}) q
        JOIN raw_payout x ON x.pid = q.pid
        LEFT JOIN place p ON p.uid = q.only_uid"""  # noqa: S608  # our own query


def _verdict_query(words: Words) -> str:
    flags = " , ".join(f"CASE WHEN v.d_{name} THEN '{name}' END" for name in DIFFERENCES)
    return f"""
        SELECT v.pid, v.verdict, v.owed, CAST(v.settled AS BIGINT) AS settled, v.reason_code,
               concat_ws(';', {flags}) AS differences, v.rule, v.only_uid, e.evidence,
               c.evidence AS candidates,
               coalesce(k.explanation, {explanation(words)}) AS explanation
        FROM verdict v
        JOIN money m ON m.amount = v.owed
        LEFT JOIN evidence_of e ON e.pid = v.pid
        LEFT JOIN review_evidence c ON c.pid = v.pid AND v.verdict = 'review'
        LEFT JOIN reason r ON r.code = v.reason_code
        LEFT JOIN spoken s ON s.pid = v.pid
        LEFT JOIN clear_said k
          ON v.clear AND k.owed = v.owed AND k.fee = v.fee AND k.day IS NOT DISTINCT FROM v.day
        WHERE v.judged"""  # noqa: S608  # column names and our own sentences


_DISPOSITION_QUERY = """
    SELECT d.sid, d.disposition, d.rule,
           CASE WHEN d.disposition <> 'unrelated' THEN r.line_refs END AS line_refs,
           CASE WHEN d.disposition <> 'unrelated' THEN d.only_pid END AS only_pid
    FROM disposition d
    LEFT JOIN refs_of r ON r.uid = d.uid"""

# The same as `dispositions`, as SQL, without an order.
DISPOSITION_ROWS = f"""
    SELECT y.file, y.line, q.disposition, coalesce(q.line_refs, p.line_ref, '') AS line_refs, q.rule,
           y.status, y.amount, nullif(y.sender, '') AS sender
    FROM ({_DISPOSITION_QUERY}) q
    JOIN raw_line y ON y.sid = q.sid
    LEFT JOIN line_ref p ON p.pid = q.only_pid"""  # noqa: S608  # our own query


def dispositions(engine: DuckDBEngine) -> pa.Table:
    """Give the disposition of every settlement line, in the order of file and line."""
    expected, reported = engine.known("raw_payout"), engine.known("raw_line")
    said = engine.slices(_DISPOSITION_QUERY, "sid", len(reported))
    line_refs = pc.coalesce(said["line_refs"], expected["line_ref"].take(said["only_pid"]))
    columns = {
        **{name: reported[name] for name in ("file", "line", "status", "amount")},
        **{name: said[name] for name in ("disposition", "rule")},
        "line_refs": pc.fill_null(line_refs, ""),
    }
    return pa.table({name: columns[name] for name in DISPOSITION_COLUMNS})


def _evidence(said: pa.RecordBatch, file: pa.Array, line: pa.Array) -> pa.Array:
    """Name the lines that speak for payout lines, then the candidates, as file:line joined by ";"."""
    uid = said["only_uid"]
    place = pc.binary_join_element_wise(file.take(uid), pc.cast(line.take(uid), pa.string()), ":")
    told, candidates = pc.coalesce(said["evidence"], place), said["candidates"]
    if candidates.null_count < len(said):
        told = pc.coalesce(pc.binary_join_element_wise(told, candidates, ";"), told, candidates)
    return pc.fill_null(told, "")


def link_table(engine: Engine, rules: Rules, *, clear: bool) -> pa.Table:
    """Give which settlement line speaks for which payout line, or might; clear pairs if wanted."""
    others = "" if clear else "WHERE NOT judged"
    return engine.table(f"""
        SELECT p.line_ref, r.file, r.line, l.rule,
               CASE WHEN l.uid IN (SELECT uid FROM undone) THEN 'reversed' ELSE 'evidence' END AS role
        FROM (SELECT DISTINCT pid, uid, rule FROM link
              UNION ALL SELECT pid, sid, 'reference' FROM clear {others}) l
        JOIN line_ref p ON p.pid = l.pid JOIN raw_line r ON r.sid = l.uid
        UNION ALL
        SELECT DISTINCT p.line_ref, r.file, r.line, c.rule, 'candidate'
        FROM (SELECT grp, rule, pid, row_number() OVER (PARTITION BY grp ORDER BY pid) AS nth
              FROM unclear_payout) c
        JOIN (SELECT grp, uid, row_number() OVER (PARTITION BY grp ORDER BY uid) AS nth
              FROM unclear_unit) u ON u.grp = c.grp
        JOIN line_ref p ON p.pid = c.pid JOIN raw_line r ON r.sid = u.uid
        WHERE c.nth <= {rules.refs_listed} AND u.nth <= {rules.refs_listed}
          AND NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = c.pid AND a.uid = u.uid)""")  # noqa: S608  # numbers


def not_followed(engine: Engine) -> pa.Table:
    """Give the decisions of people that could not be followed, and why not."""
    return engine.table("""
        SELECT g.line_ref, g.file, g.line, g.decision, u.why
        FROM undecided u JOIN given_decision g ON g.did = u.did ORDER BY u.did""")


def summary(verdict: pa.Table, disposition: pa.Table) -> dict[str, Any]:
    """Count and add up both tables; sums in the currency's smallest unit, exact."""

    def by(table: pa.Table, key: str, money: str) -> Sums:
        exact = pc.cast(table[money], pa.decimal128(38, 0))
        table = pa.table({key: table[key], money: exact})
        groups = table.group_by(key).aggregate([(money, "sum"), ([], "count_all")]).to_pylist()
        return {g[key]: (g["count_all"], int(g[f"{money}_sum"] or 0)) for g in groups}

    return _summary(
        by(verdict, "verdict", "owed"),
        by(verdict, "verdict", "settled"),
        by(disposition, "disposition", "amount"),
    )


def summary_said(engine: Engine) -> dict[str, Any]:
    """Count and add up said_verdict and said_line where the engine has them."""

    def by(table: str, key: str, money: str) -> Sums:
        total = f"coalesce(sum(CAST({money} AS decimal(38, 0))), 0)"
        rows = engine.rows(f"SELECT {key}, count(*), {total} FROM {table} GROUP BY {key}")  # noqa: S608  # ours
        return {name: (lines, int(money)) for name, lines, money in rows}

    return _summary(
        by("said_verdict", "verdict", "owed"),
        by("said_verdict", "verdict", "settled"),
        by("said_line", "disposition", "amount"),
    )


def _summary(owed: Sums, settled: Sums, amount: Sums) -> dict[str, Any]:
    return {
        "payout_lines": sum(lines for lines, _ in owed.values()),
        "settlement_lines": sum(lines for lines, _ in amount.values()),
        "owed": sum(total for _, total in owed.values()),
        "settled": sum(total for _, total in settled.values()),
        "verdicts": {n: {"lines": owed[n][0], "owed": owed[n][1]} for n in VERDICTS if n in owed},
        "dispositions": {
            n: {"lines": amount[n][0], "amount": amount[n][1]} for n in DISPOSITIONS if n in amount
        },
    }
