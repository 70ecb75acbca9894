"""A run of a cycle: facts to the judgement, what it says back into the database, all in one commit."""

import datetime as dt

from sqlmodel import Session, func, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import DomainError, NotFoundError, RefusedError
from payouts.core.hold import Hold, nobody_else
from payouts.core.quick import quick_settings
from payouts.core.rulebook import RuleFileError, rules_in_force
from payouts.core.settings import get_settings
from payouts.lists.dates import let_go_by
from payouts.lists.models import PayoutCycle
from payouts.runs.gather import gather
from payouts.runs.keep import keep
from payouts.runs.locking import kept_so_far, let_nobody_keep
from payouts.runs.models import Run
from payouts.runs.record import remember
from reconciliation import reconcile
from reconciliation.conservation import ConservationError

ATTEMPTS = 5  # how often a run starts anew because another was kept while it judged


def ask_run(
    session: Session,
    *,
    programme: str,
    cycle: str,
    by: str,
    as_of: dt.date | None = None,
    after_run_id: int | None = None,
    after_file_id: int | None = None,
) -> Run:
    """Give a run of a cycle its number; carry_out does the work.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        by: who asks
        as_of: the day on which the question is asked, today in Vietnam by default
        after_run_id: the run of another cycle that leads to this one
        after_file_id: the file that does

    Raises:
        NotFoundError: there is no such cycle
    """
    found = session.exec(
        select(PayoutCycle)
        .where(PayoutCycle.programme == programme, PayoutCycle.cycle == cycle)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError(
            "no_such_cycle",
            f"Chưa có kỳ chi trả {cycle} của chương trình {programme}. Hãy nhập danh sách chi trả trước.",
        )
    last = session.exec(select(func.max(Run.number)).where(Run.cycle_id == found.id)).one()
    run = Run(
        cycle_id=found.id or 0,
        number=(last or 0) + 1,
        as_of=as_of or clock.today(),
        asked_at=clock.now(),
        asked_by=by,
        after_run_id=after_run_id,
        after_file_id=after_file_id,
    )
    session.add(run)
    session.flush()
    return run


def carry_out(database: Database, run_id: int, *, hold: Hold = nobody_else) -> Run:
    """Judge the facts as they are now and keep what the judgement says; a run already done stays as it is.

    Args:
        database: where the run is
        run_id: the run
        hold: called in the transaction that keeps; what it raises ends the run unkept

    Raises:
        NotFoundError: there is no such run
        RefusedError: what came out is not what went in; the run is marked `refused` and nothing of it counts;
            or a rule file is broken, and the run is refused for it
    """
    for _ in range(ATTEMPTS):
        try:
            with database.reading() as session:
                run = session.get(Run, run_id)
                if run is None:
                    raise NotFoundError("no_such_run", f"Không có lần đối chiếu số {run_id}.")
                if run.state != "waiting":
                    return run
                book = rules_in_force(run.as_of)
                facts = gather(session, session.get_one(PayoutCycle, run.cycle_id), book)
            result = reconcile(
                facts.expected,
                facts.reported,
                as_of=run.as_of,
                rules=book.matching,
                decisions=facts.decided.pairs,
                accepted_names=facts.names,
                currency=quick_settings().currency,
                clear_links=False,
                engine=get_settings().engine,
            )
            with database.session() as session:
                hold(session)
                if _still(session, facts.kept_so_far):
                    run = keep(session, session.get_one(Run, run_id), facts, result)
                    remember(session, run, facts, book)
                    let_go_by(book, session.get_one(PayoutCycle, run.cycle_id))
                    return run
        except RuleFileError as broken:
            _refuse(database, run_id, broken.message, hold, code=broken.code)
            raise
        except ConservationError as broken:
            _refuse(database, run_id, str(broken), hold)
            raise RefusedError(
                "conservation_broken",
                f"Lần đối chiếu bị hủy vì số liệu ra không khớp số liệu vào ({broken}). Hãy báo quản trị.",
            ) from broken
    raise DomainError("runs_in_the_way", "Nhiều lần đối chiếu đang chạy cùng lúc. Xin thử lại sau ít phút.")


def reconcile_cycle(
    database: Database, *, programme: str, cycle: str, by: str, as_of: dt.date | None = None
) -> Run:
    """Ask for a run of a cycle and carry it out at once.

    Args:
        database: where the cycle is
        programme: e.g. BTXH
        cycle: a month like 2026-11
        by: who asks
        as_of: the day on which the question is asked, today in Vietnam by default

    Raises:
        NotFoundError: there is no such cycle
        RefusedError: what came out is not what went in
    """
    with database.session() as session:
        run = ask_run(session, programme=programme, cycle=cycle, by=by, as_of=as_of)
    return carry_out(database, run.id or 0)


def give_up(session: Session, run_id: int) -> None:
    """Mark a run that broke as refused, so that nobody waits for it."""
    run = session.get(Run, run_id)
    if run is not None and run.state == "waiting":
        run.state, run.done_at, run.summary = "refused", clock.now(), {"refused": "broke"}
        session.add(run)


def _still(session: Session, kept: int) -> bool:
    """Say whether no other run was kept and no file decided of since, and let none until this ends."""
    let_nobody_keep(session)
    return kept_so_far(session) == kept


def _refuse(database: Database, run_id: int, why: str, hold: Hold, *, code: str | None = None) -> None:
    with database.session() as session:
        hold(session)
        run = session.get_one(Run, run_id)
        run.state, run.done_at, run.summary = "refused", clock.now(), {"refused": why, "code": code}
        session.add(run)
