"""From facts in Parquet to verdicts in Parquet, on one machine or on a cluster, never all of it in Python.

What is written:

    verdicts/cycle=2026-11/bank_code=VBA/*.parquet   VERDICT_COLUMNS, by the cycle and the bank on the list
    dispositions/sender=VBA/*.parquet                DISPOSITION_COLUMNS, by the bank that sent the file
    suggestions/*.parquet                            SUGGESTION_COLUMNS
    summary.json                                     counts and sums, written last: without it all is void
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from reconciliation import conservation
from reconciliation.engines import open_engine
from reconciliation.explain import Words
from reconciliation.matching import reconciled
from reconciliation.results import DISPOSITION_ROWS, gather, summary_said, verdict_rows
from reconciliation.rules import usual
from reconciliation.suggestions import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reconciliation.engines import Engine
    from reconciliation.explain import Language
    from reconciliation.rules import Rules


def reconcile_parquet(
    expected: Any,
    reported: Any,
    out: str | Path,
    *,
    as_of: dt.date,
    rules: Rules | None = None,
    decisions: Any = None,
    accepted_names: Any = None,
    language: Language = "vi",
    currency: str = "VND",
    banks: Mapping[str, str] | None = None,
    engine: str = "duckdb",
) -> dict[str, Any]:
    """Say of every payment owed whether it was paid, and of every settlement line what it is, in Parquet.

    Args:
        expected: payments owed, columns of tables.EXPECTED: a Parquet file, or a folder of them, of which the
            names of folders like cycle=2026-11 are columns too; or a table as `reconcile` takes it
        reported: lines of settlement files in the same way, columns of tables.REPORTED
        out: the folder to write; with Spark one that all machines reach
        as_of: the day on which the question is asked; lines booked later are not looked at
        rules: tolerances, the usual ones if not given
        decisions: what people decided of pairs, columns of tables.DECISIONS
        accepted_names: holders' names that people accepted, columns of tables.ACCEPTED_NAMES
        language: of the explanations
        currency: of all amounts, ISO 4217
        banks: other names of a bank -> its one code, as `reconcile` takes them
        engine: where the steps run: duckdb, in this process, or spark= and the address of a cluster

    Returns:
        the summary, as in summary.json; money in the currency's smallest unit

    Raises:
        ConservationError: the result does not hold what went in; what was written must not be used
        FileExistsError: something stands in the folder already
        ValueError: the facts cannot be so, or there is no such currency
    """
    words = Words(language, currency)
    rules = rules or usual(currency)
    with _steady_memory(), open_engine(engine) as running:
        running.begin(str(out))
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
        return write(running, rules, words, out)


@contextlib.contextmanager
def _steady_memory() -> Iterator[None]:
    """Let Arrow have its memory from jemalloc for a while, where there is one.

    Its usual allocator gives large pieces back to the system at once and asks for them again: a fifth of the
    time that 3,000,000 lines take went there.
    """
    usual_pool = pa.default_memory_pool()
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual_pool)


def write(running: Engine, rules: Rules, words: Words, out: str | Path) -> dict[str, Any]:
    """Write the answers that an engine holds after `gather`; the summary is written last, and returned."""
    running.write("said_verdict", verdict_rows(words), f"{out}/verdicts", ("cycle", "bank_code"))
    running.write("said_line", DISPOSITION_ROWS, f"{out}/dispositions", ("sender",))
    conservation.check_said(running)
    running.put("suggestion", suggest(running, rules))
    running.write("said_suggestion", "SELECT * FROM suggestion", f"{out}/suggestions", ())
    said = summary_said(running)
    running.note(f"{out}/summary.json", json.dumps(said, ensure_ascii=False, indent=2) + "\n")
    return said
