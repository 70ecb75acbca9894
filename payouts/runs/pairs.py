"""Two runs of a cycle that are to be compared: which two, and what lies between them."""

from dataclasses import dataclass

from sqlmodel import Session

from payouts.core.errors import NotFoundError
from payouts.lists.models import PayoutCycle
from payouts.runs.models import Run
from payouts.runs.store import rules_of, runs_of
from payouts.runs.why import Between


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs of one cycle, and the versions of the rules they went by where these are not the same."""

    cycle: PayoutCycle
    before: Run
    after: Run
    rules: tuple[str, str] | None

    def between(self) -> Between:
        """Say what lies between the two."""
        return Between(self.before.as_of, self.after.as_of, self.cycle.deadline, self.rules)


def find_pair(
    session: Session, cycle: PayoutCycle, after: int | None = None, before: int | None = None
) -> Pair:
    """Find two runs of a cycle to compare.

    Args:
        session: the transaction
        cycle: the cycle
        after: number of the later run; the last one by default
        before: number of the earlier run; the one done before the later by default

    Raises:
        NotFoundError: there is no such run, or none before it
    """
    done = [run for run in runs_of(session, cycle.id or 0) if run.state == "done"]
    later = next((run for run in done if after in {None, run.number}), None)
    if later is None:
        raise no_such_run(cycle, after)
    earlier = next((run for run in done if run.number < later.number and before in {None, run.number}), None)
    if earlier is None and before is not None:
        raise no_such_run(cycle, before)
    if earlier is None:
        raise NotFoundError(
            "no_run_before",
            f"Trước lần đối chiếu số {later.number} không có lần nào để so sánh.",
        )
    rules = rules_of(session, [earlier.id or 0, later.id or 0])
    was, now = rules.get(earlier.id or 0), rules.get(later.id or 0)
    other = (was.version, now.version) if was and now and was.hash != now.hash else None
    return Pair(cycle, earlier, later, other)


def no_such_run(cycle: PayoutCycle, number: int | None) -> NotFoundError:
    """Say that a cycle has no such run that is done."""
    which = f"số {number}" if number is not None else "nào đã xong"
    return NotFoundError(
        "no_such_run", f"Kỳ {cycle.cycle} của {cycle.programme} không có lần đối chiếu {which}."
    )
