"""What happened becomes messages: rows that were not told are read, told to who listens, and marked."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import RowMapping, and_, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from payouts.cases.expected.models import ExpectedFile, ExpectedFileEvent
from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.core.database import Database
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.runs.models import Run, Verdict
from payouts.webhooks.models import Message, Subscriber
from payouts.webhooks.rules import event_types

AT_ONCE = 2_000  # rows of one transaction
LINES_A_MESSAGE = 200  # so that a body stays under 20 kB, as Standard Webhooks asks
MOST_LINES = 20_000  # of one run; beyond that a subscriber is told to ask the API
OF_CASE = (
    *("id", "kind", "programme", "cycle", "area_code", "verdict", "reason_code", "state", "outcome", "due"),
    "version",
)


def tell_subscribers(database: Database) -> bool:
    """Make messages of what nobody was told of yet, and say whether there was anything.

    A row is marked in the transaction that makes its messages, so it is told once, however many tell.

    Args:
        database: of this installation
    """
    with database.reading() as session:
        if not _listening(session) or not any(_untold(session, kind, 1) for kind in _KINDS):
            return False
    with database.session() as session:
        listening = _listening(session)
        return bool(listening) and sum(_tell(session, kind, listening) for kind in _KINDS) > 0


def message_to(
    subscriber: Subscriber, kind: str, source: str, data: dict[str, Any], *, at: dt.datetime
) -> Message:
    """Make a message.

    Args:
        subscriber: who is told
        kind: its type
        source: what it tells of; the same is told to a subscriber once
        data: what it says, as JSON values
        at: when that happened
    """
    told = {"type": kind, "timestamp": at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"), "data": data}
    return Message(
        subscriber_id=subscriber.id or 0,
        uid=f"msg_{secrets.token_hex(16)}",
        source=source,
        type=kind,
        body=json.dumps(told, ensure_ascii=False, separators=(",", ":")),
        made_at=clock.now(),
        due_at=clock.now(),
    )


def _listening(session: Session) -> list[Subscriber]:
    return list(session.exec(select(Subscriber).where(col(Subscriber.disabled_at).is_(None))))


def _untold(session: Session, table: Any, limit: int, *, lock: bool = False) -> list[Any]:
    query = select(table).where(~col(table.told)).order_by(col(table.id)).limit(limit)
    if table is Run:
        query = query.where(Run.state == "done")
    return list(session.scalars(query.with_for_update(skip_locked=True) if lock else query))


def _tell(session: Session, table: Any, listening: list[Subscriber]) -> int:
    """Tell what rows of a table say, mark them, and return how many there were."""
    rows = _untold(session, table, AT_ONCE, lock=True)
    if rows:
        session.add_all(_KINDS[table](session, rows, listening))
        session.execute(
            update(table)
            .where(col(table.id).in_([row.id for row in rows]))
            .values(told=True)
            .execution_options(synchronize_session=False)
        )
        session.flush()
    return len(rows)


def _of_cases(session: Session, events: list[CaseEvent], listening: list[Subscriber]) -> Iterator[Message]:
    """Tell what happened to cases, thinly: no name, no number of a person or account, no words of staff."""
    types = {
        kind: name for name, each in event_types().items() if each.of == "case_event" for kind in each.kinds
    }
    wanted = [event for event in events if event.kind in types]
    cases = {
        case.id: case
        for case in session.exec(select(Case).where(col(Case.id).in_({e.case_id for e in wanted})))
    }
    lines = _line_refs(session, [case.payout_line_id for case in cases.values()])
    for event in wanted:
        case = cases[event.case_id]
        data = {
            **json.loads(case.model_dump_json(include=set(OF_CASE))),
            "line_ref": lines.get(case.payout_line_id),
            "event": event.kind,
            "href": f"/v1/cases/{case.id}",
        }
        for each in _who(listening, types[event.kind], case.programme):
            if _covers(each, case.area_code):
                yield message_to(each, types[event.kind], f"case_event {event.id}", data, at=event.at)


def _of_files(
    session: Session, events: list[ExpectedFileEvent], listening: list[Subscriber]
) -> Iterator[Message]:
    types = {
        kind: name
        for name, each in event_types().items()
        if each.of == "expected_file_event"
        for kind in each.kinds
    }
    for event in events:
        file = session.get_one(ExpectedFile, event.expected_id)
        cycle = session.get_one(PayoutCycle, file.cycle_id)
        if event.kind not in types:
            continue
        data = {
            "programme": cycle.programme,
            "cycle": cycle.cycle,
            "bank_code": file.bank_code,
            "due_on": file.due_on.isoformat(),
            "lines": file.lines,
            "amount": file.amount,
            "file": event.file_id,
            "href": f"/v1/expected-files/{file.id}",
        }
        for each in _who(listening, types[event.kind], cycle.programme):
            if _covers(each, None):
                yield message_to(
                    each, types[event.kind], f"expected_file_event {event.id}", data, at=event.at
                )


def _of_runs(session: Session, runs: list[Run], listening: list[Subscriber]) -> Iterator[Message]:
    for run in runs:
        cycle = session.get_one(PayoutCycle, run.cycle_id)
        which = {"programme": cycle.programme, "cycle": cycle.cycle, "run": run.number}
        at, href = run.done_at or clock.now(), f"/v1/cycles/{cycle.programme}/{cycle.cycle}/runs/{run.number}"
        totals = {
            **which,
            "as_of": run.as_of.isoformat(),
            "verdicts": run.summary.get("verdicts", {}),
            "href": href,
        }
        for each in _who(listening, "run.done", cycle.programme):
            if _covers(each, None):
                yield message_to(each, "run.done", f"run {run.id}", totals, at=at)
        wanting = _who(listening, "verdicts.changed", cycle.programme)
        if wanting:
            yield from _of_verdicts(session, run, wanting, {**which, "href": f"{href}/changes"}, at)


def _of_verdicts(
    session: Session, run: Run, wanting: list[Subscriber], which: dict[str, Any], at: dt.datetime
) -> Iterator[Message]:
    """Tell of which lines a run says something else than the one before, each what lies in its areas."""
    changes = _changes(session, run)
    for each in wanting:
        mine = [_item(row) for row in changes if _covers(each, row["area_code"])]
        if len(mine) > MOST_LINES:
            told = {**which, "count": None, "items": [], "more": True}
            yield message_to(each, "verdicts.changed", f"run {run.id}/all", told, at=at)
            continue
        for place in range(0, len(mine), LINES_A_MESSAGE):
            told = {
                **which,
                "count": len(mine),
                "items": mine[place : place + LINES_A_MESSAGE],
                "more": False,
            }
            yield message_to(each, "verdicts.changed", f"run {run.id}/{place}", told, at=at)


def _changes(session: Session, run: Run) -> list[RowMapping]:
    """Read of which payout lines a run says something else than the run before it."""
    before_id = session.exec(
        select(Run.id)
        .where(Run.cycle_id == run.cycle_id, Run.state == "done", Run.number < run.number)
        .order_by(col(Run.number).desc())
        .limit(1)
    ).first()
    now, before, line = table_behind(Verdict), table_behind(Verdict).alias("before"), table_behind(PayoutLine)
    same = and_(before.c.payout_line_id == now.c.payout_line_id, before.c.run_id == (before_id or 0))
    other = or_(
        before.c.run_id.is_(None),
        before.c.verdict != now.c.verdict,
        before.c.settled != now.c.settled,
        before.c.reason_code.is_distinct_from(now.c.reason_code),
    )
    rows = session.execute(
        columns(
            line.c.line_ref,
            now.c.area_code,
            before.c.verdict.label("before"),
            now.c.verdict,
            now.c.reason_code,
            now.c.settled,
        )
        .join(line, line.c.id == now.c.payout_line_id)
        .outerjoin(before, same)
        .where(now.c.run_id == run.id, other)
        .order_by(now.c.payout_line_id)
    )
    return list(rows.mappings())


def _item(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in ("line_ref", "before", "verdict", "reason_code", "settled")}


def _who(listening: Iterable[Subscriber], kind: str, programme: str) -> list[Subscriber]:
    """Choose whom a type and programme concerns, whatever the area."""
    return [
        each
        for each in listening
        if kind in each.events.split(";")
        and (each.programmes is None or programme in each.programmes.split(";"))
    ]


def _covers(subscriber: Subscriber, area: str | None) -> bool:
    """Say whether a subscriber is told of an area; None: of what no one ward has, or of all together."""
    return subscriber.areas is None or area in subscriber.areas.split(";")


def _line_refs(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    query = select(PayoutLine.id, PayoutLine.line_ref).where(col(PayoutLine.id).in_(set(ids) - {None}))
    return dict(session.exec(query).all())


_KINDS: dict[Any, Any] = {CaseEvent: _of_cases, Run: _of_runs, ExpectedFileEvent: _of_files}
