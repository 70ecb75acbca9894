"""Finds what is typed in the search box: people, payout lines, and what banks said, in one's own area."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, Select, and_, or_, select
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.cases.store import NOT_CLOSED
from payouts.core.searching import ranges
from payouts.core.tables import table_behind
from payouts.core.words import folded
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.lists.searching import nameless_lines
from payouts.registry.searching import find_people
from payouts.runs.models import Disposition, EvidenceLink, Standing
from payouts.settlements.models import SettlementFile, SettlementLine

CASES = table_behind(Case)
LINE = table_behind(PayoutLine)
CYCLE = table_behind(PayoutCycle)
TOLD = table_behind(SettlementLine)
FILE = table_behind(SettlementFile)
STANDING = table_behind(Standing)
SAID = table_behind(Disposition)
LINK = table_behind(EvidenceLink)

MOST = 30  # of each kind that are shown
OF_LINE = ("id", "line_ref", "citizen_id", "full_name", "area_code", "amount", "bank_code", "account_no")
OF_TOLD = ("id", "line", "bank_ref", "amount", "currency", "booked_on", "status")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found within a scope; each list holds MOST at most.

    Attributes:
        people: rows of registry.searching.SHOWN, by name
        lines: payout lines by their reference, by what a bank said of them, or that name no identity number:
            OF_LINE, programme and cycle
        told: lines of banks with that bank_ref, for those who may see all: OF_TOLD and label
        cases: open cases of the people and lines: citizen_id or payout line -> id and verdict of each
        more: whether there are more people or lines than these
    """

    people: list[RowMapping] = field(default_factory=list)
    lines: list[RowMapping] = field(default_factory=list)
    told: list[RowMapping] = field(default_factory=list)
    cases: dict[str | int, list[RowMapping]] = field(default_factory=dict)
    more: bool = False


def find(session: Session, text: str, scope: Scope, *, files: bool = False) -> Found:
    """Find people and payout lines by a name, an identity number, an account, a bank_ref or a line_ref.

    Args:
        session: the transaction
        text: what was typed, as core.searching.ranges takes it; a reference is typed whole
        scope: the areas and programmes of who asks
        files: whether who asks may see the files of banks, and so lines in them that belong to no payout line
    """
    if not ranges(text):
        return Found()
    people = [
        row
        for row in find_people(session, text, scope, limit=MOST + 1)
        if scope.programmes is None or _is_paid(session, row["citizen_id"], scope)
    ]
    told = list(session.execute(_told(text)).mappings())
    lines = list(session.execute(_lines(session, text, told, scope)).mappings())
    return Found(
        people=people[:MOST],
        lines=lines[:MOST],
        told=told if files and scope.areas is None else [],
        cases=_cases(session, people[:MOST], lines[:MOST], scope),
        more=max(len(people), len(lines)) > MOST,
    )


def _is_paid(session: Session, citizen_id: str, scope: Scope) -> bool:
    """Say whether a person is or was on a list of the programmes of a scope."""
    query = select(LINE.c.id).join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
    query = query.where(LINE.c.citizen_id == citizen_id, *scope.conditions(programme=CYCLE.c.programme))
    return session.execute(query.limit(1)).first() is not None


def _told(text: str) -> Select[Any]:
    """Select lines of banks by their bank_ref, which a whole batch may share."""
    return (
        select(*(TOLD.c[name] for name in OF_TOLD), FILE.c.label)
        .join(FILE, FILE.c.id == TOLD.c.file_id)
        .where(TOLD.c.bank_ref == text.strip())
        .order_by(TOLD.c.id)
        .limit(MOST)
    )


def _lines(session: Session, text: str, told: Sequence[RowMapping], scope: Scope) -> Select[Any]:
    """Select payout lines that are found by more than their person."""
    which = [LINE.c.line_ref == folded(text).upper(), LINE.c.id.in_(_served(session, told))]
    nameless = nameless_lines(text)
    if nameless is not None:
        which.append(LINE.c.id.in_(session.execute(nameless.limit(MOST * 10)).scalars().all()))
    return (
        select(*(LINE.c[name] for name in OF_LINE), CYCLE.c.programme, CYCLE.c.cycle)
        .join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        .where(
            or_(*which),
            LINE.c.ended_by == COUNTS,
            *scope.conditions(area=LINE.c.area_code, programme=CYCLE.c.programme),
        )
        .order_by(CYCLE.c.cycle.desc(), LINE.c.id)
        .limit(MOST + 1)
    )


def _served(session: Session, told: Sequence[RowMapping]) -> list[int]:
    """Find the payout lines for which lines of banks speak, or might, by the last runs that looked."""
    keys = [row["id"] for row in told]
    if not keys:
        return []
    plain = select(SAID.c.payout_line_id).join(
        STANDING,
        and_(STANDING.c.settlement_line_id == SAID.c.settlement_line_id, STANDING.c.run_id == SAID.c.run_id),
    )
    linked = select(LINK.c.payout_line_id).join(
        STANDING,
        and_(STANDING.c.settlement_line_id == LINK.c.settlement_line_id, STANDING.c.run_id == LINK.c.run_id),
    )
    found = {
        *session.execute(plain.where(STANDING.c.settlement_line_id.in_(keys))).scalars(),
        *session.execute(linked.where(STANDING.c.settlement_line_id.in_(keys))).scalars(),
    }
    return sorted(found - {None})


def _cases(
    session: Session, people: Iterable[RowMapping], lines: Iterable[RowMapping], scope: Scope
) -> dict[str | int, list[RowMapping]]:
    """Find the open cases of people and lines, the one due first on top."""
    citizens, keys = [row["citizen_id"] for row in people], [row["id"] for row in lines]
    shown = [CASES.c[name] for name in ("id", "verdict", "programme", "cycle", "payout_line_id")]
    query = (
        select(*shown, LINE.c.citizen_id)
        .join(LINE, LINE.c.id == CASES.c.payout_line_id)
        .where(NOT_CLOSED, *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme))
        .order_by(CASES.c.due, CASES.c.id)
    )
    found: dict[str | int, list[RowMapping]] = defaultdict(list)
    for row in session.execute(query.where(LINE.c.citizen_id.in_(citizens))).mappings():
        found[row["citizen_id"]].append(row)
    for row in session.execute(query.where(LINE.c.id.in_(keys))).mappings():
        found[row["payout_line_id"]].append(row)
    return dict(found)
