"""When a payout cycle opens, and until when banks may answer: by the rules, unless a list told."""

import datetime as dt

from payouts.core import clock
from payouts.core.rulebook import RuleBook, RuleFileError, rules_in_force, shipped_rules
from payouts.lists.models import PayoutCycle


def dates_by(book: RuleBook, cycle: PayoutCycle) -> tuple[dt.date, dt.date | None]:
    """Return from which day movements may serve a cycle, and the last day for the banks' answer.

    The deadline that a list gave stays; the rest is as the rules have it.

    Args:
        book: the rules to go by
        cycle: the cycle
    """
    dates = book.dates_of(cycle.programme)
    given = None if cycle.deadline_by_rule else cycle.deadline
    return dates.opens_on.of(cycle.cycle), given or dates.deadline_of(cycle.cycle)


def let_go_by(book: RuleBook, cycle: PayoutCycle) -> None:
    """Set the dates of a cycle by rules."""
    told = cycle.deadline is not None and not cycle.deadline_by_rule
    cycle.opens_on, cycle.deadline = dates_by(book, cycle)
    cycle.deadline_by_rule = not told and cycle.deadline is not None


def rules_today() -> RuleBook:
    """Give the rules in force; while a rule file is broken those shipped, until a run sets the dates anew."""
    try:
        return rules_in_force(clock.today())
    except RuleFileError:
        return shipped_rules()
