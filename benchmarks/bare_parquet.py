"""The least that a script could do with the facts in Parquet: join on the reference and classify by the sum.

    python benchmarks/bare_parquet.py FOLDER OUT

It checks nothing, knows no returns, repetitions, names or accounts, and is there to be compared with.
"""

import sys

import duckdb

JOIN = """
COPY (
    SELECT
        owed.line_ref,
        CASE
            WHEN told.line_ref IS NULL THEN 'missing'
            WHEN told.settled = 0 THEN 'failed'
            WHEN told.settled = owed.amount THEN 'paid'
            ELSE 'amount_differs'
        END AS verdict,
        owed.amount AS owed,
        coalesce(told.settled, 0) AS settled,
        told.reason_code
    FROM '{folder}/expected.parquet' AS owed
    LEFT JOIN (
        SELECT
            end_to_end_id AS line_ref,
            coalesce(sum(amount) FILTER (status = 'settled'), 0) AS settled,
            max(reason_code) AS reason_code
        FROM '{folder}/reported.parquet'
        WHERE end_to_end_id IS NOT NULL
        GROUP BY end_to_end_id
    ) AS told USING (line_ref)
    ORDER BY owed.line_ref
) TO '{out}' (FORMAT parquet)
"""


def main() -> None:
    """Join two files into a third."""
    folder, out = sys.argv[1:]
    duckdb.execute(JOIN.format(folder=folder, out=out))


if __name__ == "__main__":
    main()
