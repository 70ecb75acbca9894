"""The judgement: what is owed and what banks tell of it in, one verdict for every payment out.

    import datetime as dt
    import pandas as pd
    from reconciliation import reconcile

    owed = pd.DataFrame({"line_ref": ["P001"], "amount": [400_000], "account_no": ["0712000111"]})
    told = pd.DataFrame({
        "file": ["bank.csv"], "line": [1], "status": ["settled"], "amount": [400_000],
        "account_no": ["0712000111"],
    })
    result = reconcile(owed, told, as_of=dt.date(2026, 11, 25), language="en", currency="KES", banks={})
    result.verdicts.to_pandas()      # one row a payment: paid, failed, missing, ... and why
    result.dispositions.to_pandas()  # one row a line of the bank: what became of it

Columns that go in and come out: reconciliation.tables. Tolerances and steps: Rules. Money is a whole number
of the currency's smallest unit, identifiers are text. Nothing is lost on either side, or it raises
reconciliation.conservation.ConservationError. Parquet in, Parquet out: reconciliation.parquet.
"""

from __future__ import annotations

import datetime as dt
import importlib
from typing import TYPE_CHECKING

from reconciliation.rules import Rules, usual

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any, TypeAlias

    import pandas as pd
    import pyarrow as pa

    from reconciliation.explain import Language
    from reconciliation.results import Result

    Facts: TypeAlias = pa.Table | pd.DataFrame | Path | str | Any

__all__ = ["Rules", "reconcile", "warm_up"]


def reconcile(
    expected: Facts,
    reported: Facts,
    *,
    as_of: dt.date,
    rules: Rules | None = None,
    decisions: Facts | None = None,
    accepted_names: Facts | None = None,
    language: Language = "vi",
    currency: str = "VND",
    banks: Mapping[str, str] | None = None,
    links: bool = True,
    clear_links: bool = True,
    engine: str = "duckdb",
) -> Result:
    """Say of every payment owed whether it was paid, and of every line a bank told what it is.

    Facts are a pandas DataFrame, an Arrow table, whatever else gives Arrow (Polars, DuckDB), or the path of
    a Parquet file or of a folder of them. Columns that are not asked for are left alone. Money is a whole
    number of the currency's smallest unit, identifiers are text.

    Args:
        expected: payments owed, columns of tables.EXPECTED (only line_ref and amount are needed)
        reported: lines of settlement files, columns of tables.REPORTED (file, line, amount, status needed)
        as_of: the day on which the question is asked; lines booked later are not looked at
        rules: tolerances, the usual ones if not given; in another currency than đồng no fee is tolerated then
        decisions: what people decided of pairs, columns of tables.DECISIONS; it goes before every step
        accepted_names: holders' names that people accepted for an account, columns of tables.ACCEPTED_NAMES
        language: of the explanations
        currency: of all amounts, ISO 4217; it says how explanations write them
        banks: other names of a bank -> its one code; if not given the names of the banks of Vietnam (code,
            BIN, CITAD, SWIFT); an empty one takes each code for itself
        links: whether the pairs of lines are wanted too; a caller with a million lines may do without
        clear_links: whether they are wanted too where a judged payout line and a settlement line have only
            each other; the disposition alone says as much
        engine: where the steps run: duckdb, in this process, or spark= and the address of a cluster

    Returns:
        verdicts, dispositions, suggestions, links, a summary and the decisions not followed; money in the
        currency's smallest unit

    Raises:
        ConservationError: the result does not hold what went in
        ValueError: the facts cannot be so: a column is missing or of a wrong type, a value cannot be, a
            line_ref, a (file, line) or a pair decided on stands twice; or there is no such currency
    """
    from reconciliation.engines import open_engine  # noqa: PLC0415  # importing is half of a small run
    from reconciliation.explain import Words, decimals  # noqa: PLC0415  # the same
    from reconciliation.matching import reconciled  # noqa: PLC0415  # the same
    from reconciliation.results import gather, result  # noqa: PLC0415  # the same

    decimals(currency)
    words = Words(language, currency)
    rules = rules or usual(currency)
    with open_engine(engine) as running:
        reconciled(
            running,
            expected,
            reported,
            as_of=as_of,
            rules=rules,
            decisions=decisions,
            accepted_names=accepted_names,
            banks=banks,
        )
        gather(running, rules, words)
        return result(running, rules, words, links=links, clear_links=clear_links)


def warm_up() -> None:
    """Load what a first `reconcile` loads, for a caller that has something else to wait for meanwhile."""
    for module in ("matching", "results", "suggestions"):
        importlib.import_module(f"reconciliation.{module}")
