"""A usual DuckDB script of the same files: join on the reference, classify both sides, write both.

    python benchmarks/usual_parquet.py FOLDER OUT

Like bare_parquet.py it knows no returns, repetitions, names or accounts; unlike it, it says of every
settlement line what it is, and of every payout line in words which line speaks for it.
"""

import shutil
import sys
from pathlib import Path

import duckdb

JOINED = """
CREATE TABLE joined AS
SELECT
    owed.line_ref,
    owed.cycle,
    owed.bank_code,
    owed.amount AS owed,
    told.file,
    told.line,
    told.status,
    told.amount,
    told.reason_code,
    told.booked_on,
    told.end_to_end_id
FROM '{folder}/expected.parquet' AS owed
FULL JOIN '{folder}/reported.parquet' AS told ON told.end_to_end_id = owed.line_ref
"""

VERDICTS = """
COPY (
    SELECT
        line_ref,
        CASE
            WHEN count(file) = 0 THEN 'missing'
            WHEN count(*) FILTER (status = 'settled') = 0 THEN 'failed'
            WHEN sum(amount) FILTER (status = 'settled') = any_value(owed) THEN 'paid'
            ELSE 'amount_differs'
        END AS verdict,
        any_value(owed) AS owed,
        coalesce(sum(amount) FILTER (status = 'settled'), 0) AS settled,
        max(reason_code) AS reason_code,
        string_agg(file || ':' || line, ';') AS evidence,
        'Ngân hàng báo ngày ' || strftime(max(booked_on), '%d/%m/%Y') || ': '
        || format('{{:,}}', any_value(amount)) || ' đ' AS explanation,
        any_value(cycle) AS cycle,
        any_value(bank_code) AS bank_code
    FROM joined
    WHERE line_ref IS NOT NULL
    GROUP BY line_ref
) TO '{out}/verdicts' (FORMAT parquet, PARTITION_BY (cycle, bank_code))
"""

LINES = """
COPY (
    SELECT
        file,
        line,
        CASE WHEN line_ref IS NULL THEN 'unexpected' ELSE 'matched' END AS disposition,
        line_ref,
        status,
        amount
    FROM joined
    WHERE file IS NOT NULL
) TO '{out}/lines.parquet' (FORMAT parquet)
"""


def main() -> None:
    """Join two files and write what is said of either."""
    folder, out = sys.argv[1:]
    shutil.rmtree(out, ignore_errors=True)
    Path(out).mkdir()
    for statement in (JOINED, VERDICTS, LINES):
        duckdb.execute(statement.format(folder=folder, out=out))


if __name__ == "__main__":
    main()
