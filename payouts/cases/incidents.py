"""When a bank's whole file is absent, its missing lines hang under one incident of the province.

They are parked: no ward is flooded, no clock runs and no month counts, until the file comes and omits the
person or the province releases them.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select, update
from sqlmodel import Session

from payouts.cases.events import tell
from payouts.cases.locking import case_as_read, changed
from payouts.cases.models import Case, CaseEvent
from payouts.cases.opening import open_case
from payouts.cases.rules import moves
from payouts.cases.weighing import weigh
from payouts.core import clock
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.core.fields import Key, Moment
from payouts.core.notes import tidied
from payouts.core.tables import table_behind
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.runs.models import BankTotal, Run
from payouts.runs.store import find_cycle, last_run
from payouts.settlements.models import SettlementFile
from payouts.settlements.rules import at_standing

CASES = table_behind(Case)
EVENTS = table_behind(CaseEvent)
LINE = table_behind(PayoutLine)
TOTAL = table_behind(BankTotal)

SPEAKS_AT = 100  # a bank speaks where one in so many of its lines has evidence: a stray return is no file
UNTOLD = frozenset({"missing", "pending", "offline"})  # verdicts without a word of a bank
MOST_FILES = 10  # shown of a bank
CAME = "Tệp của ngân hàng đã về và không có người này."


def silent_banks(lines: Mapping[str, Mapping[str, int]]) -> frozenset[str]:
    """Return the banks that lines are missing of and that have not spoken of a cycle at all.

    Args:
        lines: bank of the beneficiaries -> verdict -> lines
    """
    return frozenset(
        bank
        for bank, by_verdict in lines.items()
        if by_verdict.get("missing", 0)
        > (SPEAKS_AT - 1) * sum(count for verdict, count in by_verdict.items() if verdict not in UNTOLD)
    )


def hang_under_incidents(session: Session, run: Run, cycle: PayoutCycle) -> None:
    """Let the missing lines of banks that are silent hang under an incident each, and let the others go.

    Args:
        session: the transaction
        run: the last run of the cycle, its cases opened
        cycle: the cycle
    """
    silent = silent_banks(_lines_by_bank(session, run))
    by, run_id = f"run {run.number}", run.id or 0
    mine = and_(
        CASES.c.kind == "exception", CASES.c.programme == cycle.programme, CASES.c.cycle == cycle.cycle
    )
    of_silent = func.coalesce(LINE.c.bank_code, "").in_(sorted(silent))
    freed = and_(mine, CASES.c.state == "parked", or_(CASES.c.verdict != "missing", ~_lies(of_silent)))
    _move(session, freed, "parked", "open", "released", by=by, note=CAME, run_id=run_id)
    waiting = and_(
        mine,
        *(CASES.c.state == "open", CASES.c.verdict == "missing", CASES.c.incident_id.is_(None)),
        CASES.c.assignee.is_(None),
    )
    for bank in sorted(silent):
        of_bank = and_(waiting, _lies(func.coalesce(LINE.c.bank_code, "") == bank))
        if session.scalar(select(CASES.c.id).where(of_bank).limit(1)) is not None:
            incident = _open(session, run, cycle, bank)
            values = {"incident_id": incident.id}
            _move(
                session, of_bank, "open", "parked", "parked", by=by, note=None, run_id=run_id, values=values
            )
    _close_ended(session, cycle, silent, by=by, run_id=run_id)


def release(
    session: Session,
    case_id: int,
    scope: Scope,
    *,
    version: int,
    by: str,
    role: str,
    reason: str,
    area: str | None = None,
) -> int:
    """Let the people who hang under an incident go to the desks of their wards.

    Args:
        session: the transaction
        case_id: the incident
        scope: the areas and programmes of who releases
        version: of the incident, as it was read
        by: the username
        role: theirs
        reason: why, in words
        area: only those of this ward; None: all

    Returns:
        how many were released

    Raises:
        NotFoundError: there is no such incident in the scope
        StaleError: somebody else changed it since
        ForbiddenError: the role may not
        ConflictError: it is no incident, or nobody hangs under it
        RefusedError: no reason is given
    """
    incident = case_as_read(session, case_id, scope, version)
    if "open" not in moves("parked", role):
        raise ForbiddenError(
            "not_permitted", "Vai trò của bạn không được làm việc này. Hãy hỏi người quản trị."
        )
    words = tidied(reason)
    if not words:
        raise RefusedError("reason_needed", "Hãy ghi lý do.")
    cycle = find_cycle(session, incident.programme, incident.cycle, scope)
    run = last_run(session, cycle.id or 0)
    hanging = and_(CASES.c.incident_id == case_id, CASES.c.state == "parked", *_of_area(area))
    since = session.scalar(select(func.coalesce(func.max(EVENTS.c.id), 0))) or 0
    count = _move(
        session, hanging, "parked", "open", "released", by=by, note=words, run_id=run.id if run else None
    )
    if not count:
        raise ConflictError("nobody_hangs", "Không có ai đang chờ theo sự cố này.")
    if run:
        weigh(session, cycle, run.id or 0, since=since)
    tell(session, incident, "released", by=by, after=area, note=f"{words} ({count})")
    changed(session, incident)
    return count


def files_held(session: Session, incident: Case) -> list[SettlementFile]:
    """Find quarantined files of an incident's bank that came since its cycle opened, the newest first."""
    cycle = find_cycle(session, incident.programme, incident.cycle, EVERYTHING)
    file = table_behind(SettlementFile)
    held = select(SettlementFile).where(
        file.c.bank_code == bank_of(incident), at_standing("quarantined"), ~file.c.test
    )
    newest = session.scalars(held.order_by(file.c.id.desc()).limit(MOST_FILES)).all()
    return [each for each in newest if each.received_at.date() >= cycle.opens_on]


def bank_of(incident: Case) -> str:
    """Return the code of the bank that an incident is about; empty where lists name none."""
    return incident.subject.rpartition("/")[2]


def _lines_by_bank(session: Session, run: Run) -> dict[str, dict[str, int]]:
    rows = session.execute(
        select(TOTAL.c.bank_code, TOTAL.c.verdict, func.sum(TOTAL.c.lines))
        .where(TOTAL.c.run_id == run.id)
        .group_by(TOTAL.c.bank_code, TOTAL.c.verdict)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for bank, verdict, lines in rows:
        found[bank][verdict] = int(lines)
    return found


def _open(session: Session, run: Run, cycle: PayoutCycle, bank: str) -> Case:
    case, _ = open_case(
        session,
        "incident",
        f"{cycle.programme}/{cycle.cycle}/{bank}",
        by=f"run {run.number}",
        programme=cycle.programme,
        cycle=cycle.cycle,
        area_code=None,
        verdict="missing",
        run_id=run.id,
    )
    return case


def _close_ended(
    session: Session, cycle: PayoutCycle, silent: frozenset[str], *, by: str, run_id: int
) -> None:
    """Close the incidents of banks that are silent no more."""
    wanted = select(Case).where(
        *(CASES.c.kind == "incident", CASES.c.state != "closed"),
        *(CASES.c.programme == cycle.programme, CASES.c.cycle == cycle.cycle),
    )
    for incident in session.scalars(wanted).all():
        if bank_of(incident) not in silent:
            tell(session, incident, "closed", by=by, before=incident.state, after="closed", run_id=run_id)
            incident.state, incident.outcome, incident.closed_at = "closed", "file_came", clock.now()
            changed(session, incident)


def _lies(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that a case's payout line meets a condition."""
    return select(LINE.c.id).where(LINE.c.id == CASES.c.payout_line_id, condition).correlate(CASES).exists()


def _of_area(area: str | None) -> list[ColumnElement[bool]]:
    return [] if area is None else [CASES.c.area_code == area]


def _move(
    session: Session,
    which: ColumnElement[bool],
    before: str,
    after: str,
    kind: str,
    *,
    by: str,
    note: str | None,
    run_id: int | None,
    values: dict[str, Any] | None = None,
) -> int:
    """Note an event of each case that a condition picks, then move the cases; return how many."""
    told = {
        "case_id": CASES.c.id,
        "at": literal(clock.now(), Moment()),
        "by": literal(by),
        "kind": literal(kind),
        "before": literal(before),
        "after": literal(after),
        "note": literal(note, CASES.c.subject.type),
        "run_id": literal(run_id, Key()),
    }
    options = {"synchronize_session": False, "preserve_rowcount": True}
    events: Any = session.execute(
        insert(EVENTS).from_select(list(told), select(*told.values()).where(which)), execution_options=options
    )
    if events.rowcount:
        change = {"state": after, "version": CASES.c.version + 1, **(values or {})}
        session.execute(update(CASES).where(which).values(**change), execution_options=options)
    return int(events.rowcount)
