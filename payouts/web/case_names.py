"""The part of a case's page that asks whether a holder's name is right although the bank names another."""

from typing import Any

from sqlmodel import Session

from payouts.cases.store import CaseView
from payouts.identity.rules import Staff
from payouts.runs.beside import beside
from payouts.runs.names import named_otherwise
from payouts.runs.proposals import decisions_of
from payouts.runs.rules import NAMES, STANDS

SHOWN = frozenset({"name", "account"})


def names(session: Session, staff: Staff, view: CaseView) -> dict[str, Any]:
    """Give the bank lines that name the holder otherwise and of which nobody has decided, with both names."""
    if view.line is None or not (staff.may("matches.decide") and view.counts):
        return {"names": []}
    decided = {
        each.decision.settlement_line_id
        for each in decisions_of(session, view.line)
        if each.decision.kind in NAMES and each.decision.state in STANDS
    }
    told = [row for row in named_otherwise(session, view.line) if row["id"] not in decided]
    line = view.line
    return {
        "names": [(row, [field for field in beside(line, row) if field.name in SHOWN]) for row in told],
    }
