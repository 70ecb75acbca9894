"""What one would write at first: DuckDB finds types and joins on the reference, pandas writes the verdicts.

    python benchmarks/usual_duckdb.py LIST SETTLEMENT OUT

It checks nothing, knows no returns, repetitions, names or accounts, and is there to be compared with.
"""

import sys

import duckdb

JOIN = """
SELECT
    owed.line_ref,
    CASE
        WHEN told.status IS NULL THEN 'missing'
        WHEN told.status <> 'settled' THEN 'failed'
        WHEN told.amount = owed.amount THEN 'paid'
        ELSE 'amount_differs'
    END AS verdict,
    owed.amount AS owed,
    told.amount AS settled,
    told.reason_code
FROM read_csv($list) AS owed
LEFT JOIN read_csv($settlement) AS told ON told.end_to_end_id = owed.line_ref
"""


def main() -> None:
    """Join two files into a third."""
    owed, told, out = sys.argv[1:]
    frame = duckdb.execute(JOIN, {"list": owed, "settlement": told}).df()
    frame.drop_duplicates("line_ref").to_csv(out, index=False)


if __name__ == "__main__":
    main()
