"""The results of a cycle's last run as tables, with the very columns that `chitra match` writes."""

import pyarrow as pa
from sqlmodel import Session

from payouts.core.errors import ConflictError
from payouts.core.problems import Language
from payouts.identity.scope import EVERYTHING, Scope
from payouts.runs.models import Run
from payouts.runs.said import disposition_table, in_language, verdict_table
from payouts.runs.store import done_run, find_cycle


def verdicts(
    session: Session,
    programme: str,
    cycle: str,
    scope: Scope,
    *,
    run: int | None = None,
    language: Language = "vi",
) -> pa.Table:
    """Give what a run of a cycle says of each payout line, in the order of line_ref.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the areas and programmes to show
        run: number of the run, the last one by default
        language: of the explanations

    Returns:
        a table of VERDICT_COLUMNS; money in đồng

    Raises:
        NotFoundError: there is no such cycle in the scope, or no such run
        ConflictError: no run of it is done
    """
    said = verdict_table(session, run_of(session, programme, cycle, scope, run).id or 0, scope)
    return in_language(said, language)


def settlement_lines(session: Session, programme: str, cycle: str, *, run: int | None = None) -> pa.Table:
    """Give what a run of a cycle says of each settlement line it looked at, by file and line.

    Only for those who may see all areas: a settlement line belongs to no area.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        run: number of the run, the last one by default

    Returns:
        a table of DISPOSITION_COLUMNS; money in đồng

    Raises:
        NotFoundError: there is no such cycle, or no such run
        ConflictError: no run of it is done
    """
    return disposition_table(session, run_of(session, programme, cycle, EVERYTHING, run).id or 0)


def run_of(session: Session, programme: str, cycle: str, scope: Scope, number: int | None = None) -> Run:
    """Find a run done of a cycle, the last one by default.

    Raises:
        NotFoundError: there is no such cycle in the scope, or no such run
        ConflictError: no run of it is done
    """
    run = done_run(session, find_cycle(session, programme, cycle, scope), number)
    if run is None:
        raise ConflictError(
            "not_reconciled",
            f"Kỳ {cycle} của chương trình {programme} chưa được đối chiếu. Hãy chạy đối chiếu trước.",
        )
    return run
