"""The judgement: what is owed and what banks tell of it in, one verdict for every payment out."""

from __future__ import annotations

import datetime as dt
import importlib
from typing import TYPE_CHECKING

from reconciliation.rules import Rules

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from reconciliation.explain import Language
    from reconciliation.results import Result

__all__ = ["Rules", "reconcile", "warm_up"]


def reconcile(
    expected: pa.Table | pd.DataFrame,
    reported: pa.Table | pd.DataFrame,
    *,
    as_of: dt.date,
    rules: Rules | None = None,
    decisions: pa.Table | pd.DataFrame | None = None,
    language: Language = "vi",
    links: bool = True,
    clear_links: bool = True,
    engine: str = "duckdb",
) -> Result:
    """Say of every payment owed whether it was paid, and of every line a bank told what it is.

    Args:
        expected: payments owed, columns of tables.EXPECTED (only line_ref and amount are needed)
        reported: lines of settlement files, columns of tables.REPORTED (file, line, amount, status needed)
        as_of: the day on which the question is asked; lines booked later are not looked at
        rules: tolerances, the usual ones if not given
        decisions: what people decided of pairs, columns of tables.DECISIONS; it goes before every step
        language: of the explanations
        links: whether the pairs of lines are wanted too; a caller with a million lines may do without
        clear_links: whether they are wanted too where a judged payout line and a settlement line have only
            each other; the disposition alone says as much
        engine: where the steps run: duckdb, in this process, or spark= and the address of a cluster

    Returns:
        verdicts, dispositions, suggestions, links, a summary and the decisions not followed; money in the
        currency's smallest unit

    Raises:
        ConservationError: the result does not hold what went in
        ValueError: a line_ref, a (file, line) or a pair decided on stands twice, or a decision is none
    """
    from reconciliation.engines import open_engine  # noqa: PLC0415  # importing is half of a small run
    from reconciliation.matching import reconciled  # noqa: PLC0415  # the same
    from reconciliation.results import gather, result  # noqa: PLC0415  # the same

    rules = rules or Rules()
    with open_engine(engine) as running:
        reconciled(running, expected, reported, as_of=as_of, rules=rules, decisions=decisions)
        gather(running, rules, language)
        return result(running, rules, language, links=links, clear_links=clear_links)


def warm_up() -> None:
    """Load what a first `reconcile` loads, for a caller that has something else to wait for meanwhile."""
    for module in ("matching", "results", "suggestions"):
        importlib.import_module(f"reconciliation.{module}")
