"""Finds in the database why two runs say something else of a line: files, decisions, vouchers, lists."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.core.clock import VIETNAM
from payouts.core.keys import line_key
from payouts.core.tables import table_behind
from payouts.lists.models import Voucher
from payouts.runs.evidence import in_chunks
from payouts.runs.models import MatchDecision
from payouts.runs.pairs import Pair
from payouts.runs.rules import MATCH_KINDS
from payouts.runs.why import Cause, Decision, Side, Told, causes
from payouts.runs.why import Voucher as Signed
from payouts.settlements.models import SettlementFile, SettlementLine

LINE = table_behind(SettlementLine)
FILE = table_behind(SettlementFile)
DECISION = table_behind(MatchDecision)
TELLING = (
    *(LINE.c[name] for name in ("line", "status", "amount", "booked_on", "reason_code", "reason_text")),
    *(FILE.c.label, FILE.c.cash, FILE.c.bank_code.label("sender")),
    func.coalesce(FILE.c.decision, FILE.c.state).label("stands"),
)

TOLD = ("verdict", "owed", "settled", "reason_code", "differences", "evidence")  # where a change counts
SHOWN = ("line_ref", "full_name", "citizen_id", "channel", "area_code")
MOST_WORDS = 20  # settlement lines named as causes of one change


@dataclass(frozen=True, slots=True)
class LineChange:
    """A payout line of which the later run says something else.

    Attributes:
        line: SHOWN, with id: the row of the payout line as it is now, or was
        before: TOLD of the earlier run, with rule and explanation; None where the line was not there
        after: the same of the later run; None where it is there no more
        changed: which of TOLD changed
        why: the causes, never none
    """

    line: RowMapping
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    changed: tuple[str, ...]
    why: list[Cause]


def explained(session: Session, pair: Pair, rows: Sequence[RowMapping]) -> list[LineChange]:
    """Say of each row what changed and why.

    Args:
        session: the transaction
        pair: the two runs
        rows: of the payout line SHOWN with id, list_id and ended_by, and of both runs payout_line_id, TOLD,
            rule and explanation, named before_… and after_…
    """
    asked: set[str] = set()
    for row in rows:
        had, has = _places(row["before_evidence"]), _places(row["after_evidence"])
        asked.update(_besides(has, had)[:MOST_WORDS], _besides(had, has)[:MOST_WORDS])
    ids = [row["id"] for row in rows]
    told, vouchers, decided = (
        told_lines(session, asked),
        _vouchers(session, ids),
        _decided(session, pair, ids),
    )
    made = []
    for row in rows:
        before, after = _side(row, "before"), _side(row, "after")
        why = causes(
            before,
            after,
            pair.between(),
            told,
            voucher=vouchers.get(row["id"]),
            decisions=decided.get(row["id"], ()),
        )
        changed = tuple(name for name in TOLD if row[f"before_{name}"] != row[f"after_{name}"])
        was, now = (_of_side(row, side) for side in ("before", "after"))
        made.append(LineChange(row, was if before else None, now if after else None, changed, why))
    return made


def _besides(these: Sequence[str], those: Sequence[str]) -> list[str]:
    return [each for each in these if each not in those]


def _of_side(row: RowMapping, side: str) -> dict[str, Any]:
    return {name: row[f"{side}_{name}"] for name in (*TOLD, "rule", "explanation")}


def _side(row: RowMapping, side: str) -> Side | None:
    if row[f"{side}_verdict"] is None:
        return None
    gone = row["after_verdict"] is None
    return Side(
        row[f"{side}_verdict"],
        _places(row[f"{side}_evidence"]),
        row[f"{side}_rule"],
        row[f"{side}_payout_line_id"],
        max(row["ended_by"], 0) if gone else row["list_id"],
    )


def _places(evidence: str | None) -> tuple[str, ...]:
    return tuple(evidence.split(";")) if evidence else ()


def _vouchers(session: Session, lines: Sequence[int]) -> dict[int, Signed]:
    """Find the vouchers of payout lines."""
    found = [
        each
        for chunk in in_chunks(lines)
        for each in session.exec(pick(Voucher).where(col(Voucher.payout_line_id).in_(chunk)))
    ]
    return {each.payout_line_id: Signed(each.number, each.collected_on) for each in found}


def _decided(session: Session, pair: Pair, lines: Sequence[int]) -> dict[int, list[Decision]]:
    """Find what people decided of payout lines, or undid, between the two runs."""
    found: dict[int, list[Decision]] = {}
    for chunk in in_chunks(lines):
        rows = session.execute(
            select(DECISION, *TELLING)
            .join(LINE, LINE.c.id == DECISION.c.settlement_line_id)
            .join(FILE, FILE.c.id == LINE.c.file_id)
            .where(DECISION.c.payout_line_id.in_(chunk), DECISION.c.state.in_(("done", "undone")))
            .order_by(DECISION.c.id)
        ).mappings()
        for row in rows:
            since, undone = row["checked_at"] or row["proposed_at"], row["undone_at"]
            says = f"decided_{MATCH_KINDS[row['kind']].says}"
            people = ", ".join(filter(None, (row["proposed_by"], row["checked_by"])))
            for code, who, at in ((says, people, since), ("decided_undone", row["undone_by"], undone)):
                if at and _came_between(pair, at):
                    day = at.astimezone(VIETNAM).date()
                    found.setdefault(row["payout_line_id"], []).append(Decision(code, who, day, _tell(row)))
    return found


def _came_between(pair: Pair, at: dt.datetime) -> bool:
    """Say whether the later run may know of a moment that the earlier one did not."""
    before, after = pair.before.done_at, pair.after.done_at
    return before is not None and after is not None and before <= at <= after


def told_lines(session: Session, places: Iterable[str]) -> dict[str, Told]:
    """Find the settlement lines behind `file:line`, each by its place."""
    named = [each.rpartition(":") for each in places]
    labels = {name for name, _, _ in named}
    files = {
        label: file_id
        for chunk in in_chunks(labels)
        for label, file_id in session.execute(select(FILE.c.label, FILE.c.id).where(FILE.c.label.in_(chunk)))
    }
    ids = [line_key(files[name], int(line)) for name, _, line in named if name in files]
    found: dict[str, Told] = {}
    for chunk in in_chunks(ids):
        query = select(*TELLING).join(FILE, FILE.c.id == LINE.c.file_id).where(LINE.c.id.in_(chunk))
        found |= {f"{row['label']}:{row['line']}": _tell(row) for row in session.execute(query).mappings()}
    return found


def _tell(row: RowMapping) -> Told:
    words = (row[name] for name in ("status", "amount", "booked_on", "reason_code", "reason_text"))
    return Told(row["label"], row["line"], row["stands"], row["sender"], row["cash"], *words)
