"""The least that a script could do: all is text, one join on the reference, verdicts written by DuckDB.

    python benchmarks/bare_duckdb.py LIST SETTLEMENT OUT

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
            WHEN told.settled = owed.amount::BIGINT THEN 'paid'
            ELSE 'amount_differs'
        END AS verdict,
        owed.amount AS owed,
        coalesce(told.settled, 0) AS settled,
        told.reason_code
    FROM read_csv($list, all_varchar = true) AS owed
    LEFT JOIN (
        SELECT
            end_to_end_id AS line_ref,
            coalesce(sum(amount::BIGINT) FILTER (status = 'settled'), 0) AS settled,
            max(reason_code) AS reason_code
        FROM read_csv($settlement, all_varchar = true)
        WHERE end_to_end_id IS NOT NULL
        GROUP BY end_to_end_id
    ) AS told USING (line_ref)
    ORDER BY owed.line_ref
) TO '{out}' (HEADER)
"""


def main() -> None:
    """Join two files into a third."""
    owed, told, out = sys.argv[1:]
    duckdb.execute(JOIN.format(out=out.replace("'", "''")), {"list": owed, "settlement": told})


if __name__ == "__main__":
    main()
