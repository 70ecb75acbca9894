"""Invents a cycle of many millions of lines as Parquet, and what is true of each line.

    python benchmarks/make_parquet.py --lines 10000000 --mix hard

The stories are those of make_data.py, told by DuckDB a column at a time; the same seed makes the same rows.
"""

import argparse
import itertools
from pathlib import Path

import duckdb
import pyarrow as pa
from make_data import AMOUNTS, BANKS, GIVEN, MIDDLES, MIXES, REASONS, SURNAMES, VERDICTS

from reconciliation.tables import EXPECTED, REPORTED

OWED = """
CREATE TABLE owed AS
SELECT *, list_extract(banks, 1 + draw(n, 4, 'bank')) AS bank_code,
       list_extract(starts, 1 + draw(n, 4, 'bank')) || lpad(n::VARCHAR, 8, '0') AS account_no
FROM (
    SELECT n, draw(n, 1000, 'kind') AS share, 'BT11' || lpad(n::VARCHAR, 8, '0') AS line_ref,
           lpad((1 + n // 1000000)::VARCHAR, 3, '0') || draw(n, 2, 'sex') || (30 + draw(n, 70, 'year'))
             || lpad((n % 1000000)::VARCHAR, 6, '0') AS citizen_id,
           concat_ws(' ', list_extract($surnames, 1 + draw(n, 12, 's')),
                     list_extract($middles, 1 + draw(n, 12, 'm')),
                     list_extract($given, 1 + draw(n, 24, 'g'))) AS full_name,
           list_extract($amounts, 1 + draw(n, 5, 'amount')) AS amount,
           list_extract($reasons, 1 + draw(n, 5, 'reason')) AS reason,
           DATE '2026-11-03' + draw(n, 7, 'day')::INTEGER AS day, $banks AS banks, $starts AS starts
    FROM range(1, $lines + 1) t(n))
"""
TOLD = """
CREATE TABLE told AS
SELECT n * 2 AS line, bank_code,
       CASE WHEN kind NOT IN ('rejected', 'pending')
            THEN 'FT26309' || lpad(n::VARCHAR, 8, '0') END AS bank_ref,
       CASE WHEN kind NOT IN ('no_reference', 'in_text', 'lost_zeros', 'by_person', 'pending')
            THEN line_ref END AS end_to_end_id,
       CASE kind WHEN 'by_person' THEN NULL WHEN 'lost_zeros' THEN ltrim(account_no, '0')
                 WHEN 'other_account' THEN '9' || account_no[2:] ELSE account_no END AS account_no,
       CASE kind WHEN 'other_name' THEN 'CONG TY ABC'
                 ELSE upper(strip_accents(translate(full_name, 'đĐ', 'dD'))) END AS account_name,
       CASE WHEN kind = 'by_person' THEN citizen_id END AS citizen_id,
       amount - CASE WHEN kind = 'short' THEN 3300 ELSE 0 END AS amount, 'VND' AS currency, day AS booked_on,
       CASE WHEN kind IN ('rejected', 'pending') THEN kind ELSE 'settled' END AS status,
       CASE WHEN kind = 'rejected' THEN reason END AS reason_code,
       CASE WHEN kind = 'short' THEN 3300 END AS fee, NULL::VARCHAR AS original_ref,
       CASE WHEN kind = 'in_text' THEN 'TC T11 ' || line_ref || ' chi tro cap' END AS remittance_info
FROM story WHERE kind <> 'silent'
"""
AGAIN = """
INSERT INTO told BY NAME
SELECT t.* REPLACE (line + 1 AS line, replace(bank_ref, 'FT', 'FU') AS bank_ref,
                    CASE WHEN kind = 'twice' THEN end_to_end_id END AS end_to_end_id,
                    CASE WHEN kind = 'twice' THEN booked_on ELSE DATE '2026-11-18' END AS booked_on,
                    CASE WHEN kind = 'twice' THEN status ELSE 'returned' END AS status,
                    CASE WHEN kind = 'returned' THEN reason END AS reason_code,
                    CASE WHEN kind = 'returned' THEN bank_ref END AS original_ref)
FROM told t JOIN story s ON s.n * 2 = t.line WHERE s.kind IN ('twice', 'returned')
"""


# What all lines of a side share.
KNOWN = {
    "expected": """
        SELECT *, 'account' AS channel, '2026-11' AS cycle, DATE '2026-11-20' AS deadline, TRUE AS judged
        FROM owed ORDER BY n""",
    "reported": "SELECT *, 'settlement.csv' AS file, FALSE AS movement FROM told ORDER BY line",
}


def make(lines: int, mix: str, seed: int, out: Path) -> None:
    """Write expected.parquet, reported.parquet and truth.parquet of a cycle into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    words = {"surnames": SURNAMES, "middles": MIDDLES, "given": GIVEN, "amounts": AMOUNTS, "reasons": REASONS}
    given = {name: list(values) for name, values in words.items()}
    given |= {"banks": list(BANKS), "starts": list(BANKS.values())}
    ends = zip(itertools.accumulate(MIXES[mix].values()), MIXES[mix], strict=True)
    kinds = " ".join(f"WHEN share < {end} THEN '{kind}'" for end, kind in ends)
    truth = " ".join(f"WHEN '{kind}' THEN '{verdict}'" for kind, verdict in VERDICTS.items())
    with duckdb.connect() as engine:
        engine.execute(f"CREATE MACRO draw(n, most, what) AS (hash(n, what, {seed}) % most)::BIGINT")
        engine.execute(OWED, given | {"lines": lines})
        engine.execute(f"CREATE VIEW story AS SELECT *, CASE {kinds} END AS kind FROM owed")  # noqa: S608  # our own
        engine.execute(TOLD)
        engine.execute(AGAIN)
        for name, schema in (("expected", EXPECTED), ("reported", REPORTED)):
            there = {row[0] for row in engine.execute(f"DESCRIBE {KNOWN[name]}").fetchall()}
            columns = ", ".join(_column(field, there) for field in schema)
            engine.execute(f"COPY (SELECT {columns} FROM ({KNOWN[name]})) TO '{out / name}.parquet'")  # noqa: S608  # our own
        true = f"SELECT line_ref, CASE kind {truth} END AS verdict FROM story"  # noqa: S608  # our own
        engine.execute(f"COPY ({true}) TO '{out / 'truth'}.parquet'")


def _column(field: pa.Field, there: set[str]) -> str:
    """Give a column its type; one that is not there is null."""
    return (
        f"CAST({field.name if field.name in there else 'NULL'} AS {KINDS[str(field.type)]}) AS {field.name}"
    )


KINDS = {"string": "VARCHAR", "int64": "BIGINT", "date32[day]": "DATE", "bool": "BOOLEAN"}


def at(lines: int, mix: str, seed: int = 1) -> Path:
    """Give the folder of a cycle of this size, made now where it is not there yet."""
    out = Path(__file__).parent / "out" / f"parquet-{mix}-{lines}-{seed}"
    if not (out / "truth.parquet").exists():
        make(lines, mix, seed, out)
    return out


def main() -> None:
    """Make one cycle, as asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--mix", choices=MIXES, default="real")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(at(asked.lines, asked.mix, asked.seed))


if __name__ == "__main__":
    main()
