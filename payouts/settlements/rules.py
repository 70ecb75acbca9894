"""What people may decide of a bank's file, and whether a file counts as evidence: two tables."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func
from sqlmodel import col

from payouts.settlements.models import SettlementFile

COUNTING = frozenset({"accepted", "released"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of decision.

    Attributes:
        since: the standings of a file of which it can be decided
        becomes: the standing afterwards; None where the file stays what it is
        two_people: whether it takes a second person
        done: the audit trail's word for it
    """

    since: frozenset[str]
    becomes: str | None
    two_people: bool
    done: str


_READ = frozenset({"accepted", "quarantined", "released", "rejected", "withdrawn"})

KINDS = {
    "release": Kind(
        frozenset({"quarantined", "rejected", "withdrawn", "superseded"}), "released", True, "released"
    ),
    "withdraw": Kind(COUNTING, "withdrawn", True, "withdrawn"),
    "reject": Kind(frozenset({"quarantined"}), "rejected", False, "rejected"),
    "ask": Kind(_READ | {"refused"}, None, False, "asked_anew"),
    "supersede": Kind(_READ, "superseded", False, "superseded"),
}
BY_HAND = ("release", "reject", "ask", "withdraw")  # the others follow from what was sent


def standing(file: SettlementFile) -> str:
    """Say where a file stands: what was decided of it last, else the state of its receipt."""
    return file.decision or file.state


def counts() -> ColumnElement[bool]:
    """Say which rows of SettlementFile count as evidence: `query.where(counts())`. There is no other rule."""
    now = func.coalesce(col(SettlementFile.decision), col(SettlementFile.state))
    return and_(now.in_(sorted(COUNTING)), col(SettlementFile.test) == false())


def at_standing(name: str) -> ColumnElement[bool]:
    """Say which rows of SettlementFile stand so."""
    return func.coalesce(col(SettlementFile.decision), col(SettlementFile.state)) == name


def person(who: str) -> str:
    """Name who acts, the same at the shell and on a page, so that nobody is two people."""
    return who.removeprefix("shell ").casefold() if who.startswith("shell ") else who
