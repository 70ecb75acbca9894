"""What changed between two runs of a cycle, line by line and added up: sets, asked of the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    RowMapping,
    Select,
    and_,
    func,
    null,
    or_,
    select,
)
from sqlmodel import Session

from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, PayoutList
from payouts.runs.comparison import NONE
from payouts.runs.explaining import SHOWN, TOLD, LineChange, explained
from payouts.runs.models import Disposition, Verdict
from payouts.runs.pairs import Pair
from payouts.runs.store import Page, place
from payouts.settlements.models import SettlementFile, SettlementLine

VERDICT = table_behind(Verdict)
OWED = table_behind(PayoutLine)
LIST = table_behind(PayoutList)
LINE = table_behind(SettlementLine)
FILE = table_behind(SettlementFile)
SAID = table_behind(Disposition)


@dataclass(frozen=True, slots=True)
class Move:
    """What became of what; money in đồng, verdicts and dispositions NONE where a line was not there."""

    before: str
    after: str
    lines: int
    owed: int  # of the later run, of the earlier one for lines that are gone; amounts of settlement lines
    settled_before: int
    settled_after: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Some of the changes, and where the next page begins; None on the last."""

    items: list[LineChange]
    next: str | None


def moves(session: Session, pair: Pair, scope: Scope, *, area: str | None = None) -> list[Move]:
    """Count what became of what between two runs: lines of which nothing changed are left out.

    Args:
        session: the transaction
        pair: the two runs
        scope: the areas to count
        area: only this area code
    """
    found: dict[tuple[str, str], list[int]] = {}
    for part in _parts(session, pair, scope, area):
        before, after = (part.said(side, "verdict") for side in ("before", "after"))
        sums = [
            func.count(),
            func.sum(func.coalesce(part.said("after", "owed"), part.said("before", "owed"))),
            *(func.sum(func.coalesce(part.said(side, "settled"), 0)) for side in ("before", "after")),
        ]
        known = [part.said(side, "verdict") for side, table in part.sides.items() if table is not None]
        for was, now, *figures in session.execute(part.query(before, after, *sums).group_by(*known)):
            kept = found.setdefault((was or NONE, now or NONE), [0, 0, 0, 0])
            kept[:] = [old + int(new) for old, new in zip(kept, figures, strict=True)]
    made = [Move(*key, *figures) for key, figures in found.items()]
    return sorted(made, key=lambda move: (-move.lines, move.before, move.after))


def changes_page(
    session: Session,
    pair: Pair,
    scope: Scope,
    *,
    before: str | None = None,
    after: str | None = None,
    area: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Changes:
    """List the payout lines of which the later run says something else, in the order of lists and rows.

    Args:
        session: the transaction
        pair: the two runs
        scope: the areas to show
        before: only where the earlier run says this verdict; NONE: the line was not there
        after: only where the later run does; NONE: it is there no more
        area: only this area code
        cursor: where the page begins: `next` of the page before
        limit: most rows of a page

    Raises:
        NotFoundError: there is no such place to begin
    """
    wished = {"before": before, "after": after}
    first = place(cursor) if cursor else 0
    rows: list[RowMapping] = []
    for part in _parts(session, pair, scope, area):
        wanted = [
            part.said(side, "verdict").is_(None) if verdict == NONE else part.said(side, "verdict") == verdict
            for side, verdict in wished.items()
            if verdict
        ]
        query = part.lines().where(part.key > first, *wanted).order_by(part.key).limit(limit + 1)
        rows += session.execute(query).mappings()
    rows.sort(key=lambda row: row["id"])
    items, more = rows[:limit], len(rows) > limit
    return Changes(explained(session, pair, items), str(items[-1]["id"]) if more else None)


def disposition_moves(session: Session, pair: Pair) -> list[Move]:
    """Count what became of what the two runs say of settlement lines; only for those who see all areas."""
    made = [
        Move(before or NONE, after or NONE, int(lines), int(amount), 0, 0)
        for was, now, gone, query in _said_otherwise(pair)
        for before, after, lines, amount in session.execute(
            query.with_only_columns(
                was, now, func.count(), func.sum(func.coalesce(LINE.c.amount, 0)), maintain_column_froms=True
            ).group_by(was, *([] if gone else [now]))
        )
    ]
    return sorted(made, key=lambda move: (-move.lines, move.before, move.after))


def dispositions_page(
    session: Session,
    pair: Pair,
    *,
    before: str | None = None,
    after: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page:
    """List the settlement lines of which the later run says something else, in the order of files and lines.

    Only for those who see all areas: a settlement line belongs to none.

    Args:
        session: the transaction
        pair: the two runs
        before: only where the earlier run says this disposition; NONE: it did not look at the line
        after: only where the later run does; NONE: it did not look at the line
        cursor: where the page begins: `next` of the page before
        limit: most rows of a page

    Returns:
        rows of id, file, line, status, amount, booked_on, before, after, line_refs_before and line_refs_after

    Raises:
        NotFoundError: there is no such place to begin
    """
    first = place(cursor) if cursor else 0
    rows: list[RowMapping] = []
    for was, now, _, query in _said_otherwise(pair):
        wished = ((was, before), (now, after))
        wanted = [side.is_(None) if said == NONE else side == said for side, said in wished if said]
        page = query.where(LINE.c.id > first, *wanted).order_by(LINE.c.id).limit(limit + 1)
        rows += session.execute(page).mappings()
    rows.sort(key=lambda row: row["id"])
    return Page(rows[:limit], str(rows[limit - 1]["id"]) if len(rows) > limit else None)


def _said_otherwise(pair: Pair) -> Iterator[tuple[Any, Any, bool, Select[Any]]]:
    """Select the settlement lines of which something else is said: those looked at, then those no more."""
    a, b = SAID.alias("a"), SAID.alias("b")
    before, after = a.c.run_id == pair.before.id, b.c.run_id == pair.after.id
    same_line = a.c.settlement_line_id == b.c.settlement_line_id
    was, now = a.c.disposition, b.c.disposition
    told = (
        *(LINE.c[name] for name in ("id", "line", "status", "amount", "booked_on")),
        FILE.c.label.label("file"),
    )

    def of(looked: Any, now: Any, refs: Any) -> Select[Any]:
        words = (was.label("before"), now.label("after"))
        named = (a.c.line_refs.label("line_refs_before"), refs.label("line_refs_after"))
        return select(*told, *words, *named).select_from(looked).join(FILE, FILE.c.id == LINE.c.file_id)

    looked = b.outerjoin(a, and_(same_line, before)).join(LINE, LINE.c.id == b.c.settlement_line_id)
    otherwise = or_(was.is_(None), was != now, a.c.line_refs.is_distinct_from(b.c.line_refs))
    yield was, now, False, of(looked, now, b.c.line_refs).where(after, otherwise)
    still = select(b.c.run_id).where(after, same_line).exists()
    let_go = a.join(LINE, LINE.c.id == a.c.settlement_line_id)
    yield was, null(), True, of(let_go, null(), null()).where(before, ~still)


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines that stand in both runs, or in one: each part is found by the primary key of verdicts.

    Attributes:
        tables: what is joined
        where: which lines, those that changed
        sides: before and after, None where the lines are not in that run
        key: the payout line
    """

    tables: FromClause
    where: list[ColumnElement[bool]]
    sides: dict[str, Any]
    key: ColumnElement[int]

    def said(self, side: str, name: str) -> ColumnElement[Any]:
        table = self.sides[side]
        return null() if table is None else table.c[name]

    def query(self, *columns: Any) -> Select[Any]:
        return select(*columns).select_from(self.tables).where(*self.where)

    def lines(self) -> Select[Any]:
        """Select what a change shows: the payout line, and what each run says."""
        names = ("payout_line_id", *TOLD, "rule", "explanation")
        told = [
            self.said(side, name).label(f"{side}_{name}") for side in ("before", "after") for name in names
        ]
        shown = [OWED.c[name] for name in ("id", "list_id", "ended_by", *SHOWN)]
        return (
            select(*shown, *told)
            .select_from(self.tables.join(OWED, self.key == OWED.c.id))
            .where(*self.where)
        )


def _parts(session: Session, pair: Pair, scope: Scope, area: str | None) -> Iterator[_Part]:
    """Split the lines: in both runs and otherwise; of a list that came between, changed, new or gone."""
    a, b = VERDICT.alias("a"), VERDICT.alias("b")
    before, after = a.c.run_id == pair.before.id, b.c.run_id == pair.after.id
    same = a.c.payout_line_id == b.c.payout_line_id

    def within(side: Any) -> list[ColumnElement[bool]]:
        limits = scope.conditions(area=side.c.area_code)
        return [*limits, side.c.area_code == area] if area else limits

    otherwise = or_(*(a.c[name].is_distinct_from(b.c[name]) for name in TOLD))
    yield _Part(
        b.join(a, and_(same, before)),
        [after, otherwise, *within(b)],
        {"before": a, "after": b},
        b.c.payout_line_id,
    )
    if not _list_between(session, pair):
        return
    had = VERDICT.alias("had")
    known = and_(had.c.run_id == pair.before.id, had.c.payout_line_id == b.c.payout_line_id)
    fresh = ~select(had.c.run_id).where(known).exists()
    old, new = OWED.alias("old"), OWED.alias("new")
    renewed = b.join(new, new.c.id == b.c.payout_line_id).outerjoin(
        old.join(a, and_(a.c.payout_line_id == old.c.id, before)),
        and_(old.c.line_ref == new.c.line_ref, old.c.id != new.c.id),
    )
    yield _Part(renewed, [after, fresh, *within(b)], {"before": a, "after": b}, b.c.payout_line_id)
    goes_on = (
        select(b.c.run_id)
        .join(new, new.c.id == b.c.payout_line_id)
        .where(after, new.c.line_ref == old.c.line_ref)
        .exists()
    )
    gone = ~select(b.c.run_id).where(after, same).exists()
    yield _Part(
        a.join(old, old.c.id == a.c.payout_line_id),
        [before, gone, ~goes_on, *within(a)],
        {"before": a, "after": None},
        a.c.payout_line_id,
    )


def _list_between(session: Session, pair: Pair) -> bool:
    """Say whether a list came, or was confirmed, so that the second run may have seen other lines."""
    came = func.coalesce(LIST.c.decided_at, LIST.c.read_at) >= pair.before.asked_at
    query = select(LIST.c.id).where(LIST.c.cycle_id == pair.cycle.id, came).limit(1)
    return session.execute(query).first() is not None
