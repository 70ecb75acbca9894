"""Sees the runs done that a run or a file led to, for a door that has no worker beside it."""

from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.jobs.carrying import led_to
from payouts.jobs.queue import ask
from payouts.jobs.worker import do_now
from payouts.lists.models import PayoutCycle
from payouts.runs.models import Run

Followed = list[tuple[PayoutCycle, Run]]


def do_what_follows(
    database: Database, settings: Settings, *, run_id: int | None = None, file_id: int | None = None
) -> Followed:
    """Do, or wait for, all runs that follow from a run or a file.

    Args:
        database: where they are
        settings: what the jobs need to know of this installation
        run_id: the run, done
        file_id: or the file, read

    Returns:
        the runs with their cycles, in the order in which they were done

    Raises:
        DomainError: one of them failed, or took too long
    """
    done: Followed = []
    with database.reading() as session:
        following = led_to(session, run_id=run_id, file_id=file_id)
    for each in following:
        with database.session() as session:
            job = ask(session, "run", str(each.id), run_id=each.id)
        do_now(database, settings, job)
        with database.reading() as session:
            run = session.get_one(Run, each.id)
            done.append((session.get_one(PayoutCycle, run.cycle_id), run))
        done += do_what_follows(database, settings, run_id=run.id)
    return done
