"""Puts what happened to a case and what people decided of its bank lines into one row of time."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from payouts.cases.models import CaseEvent
from payouts.runs.proposals import Shown


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened; kind is a key of labels.EVENTS, run_id is of a run's own acts."""

    at: dt.datetime
    by: str
    kind: str
    before: str | None = None
    after: str | None = None
    note: str | None = None
    run_id: int | None = None


def timeline(events: Sequence[CaseEvent], decisions: Sequence[Shown]) -> list[Happened]:
    """Join both, the earliest first."""
    happened = [
        Happened(each.at, each.by, each.kind, each.before, each.after, each.note, each.run_id)
        for each in events
    ]
    happened += [act for each in decisions for act in _acts(each)]
    return sorted(happened, key=lambda each: each.at)


def _acts(shown: Shown) -> Iterator[Happened]:
    decision, place = shown.decision, f"{shown.told['label']}:{shown.told['line']}"
    answered = "done" if decision.state == "undone" else decision.state
    said = (
        (decision.proposed_at, decision.proposed_by, decision.kind, decision.reason),
        (decision.checked_at, decision.checked_by, answered, decision.note),
        (decision.undone_at, decision.undone_by, "undone", decision.undone_why),
    )
    for at, by, what, words in said:
        if at and by:
            yield Happened(at, by, f"match_{what}", note=f"{place}\n{words}" if words else place)
