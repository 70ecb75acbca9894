"""One act on many cases: shown before it is done, done case by case, and taken back where nobody went on."""

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from sqlalchemy import RowMapping, select
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.cases.contacts import log_contact
from payouts.cases.handle import CaseChange, add_note, change_case
from payouts.cases.kinds import kinds
from payouts.cases.models import BulkAct, BulkCase, Case
from payouts.cases.rules import OUTCOMES, moves
from payouts.cases.store import find_case
from payouts.core import clock
from payouts.core.errors import ConflictError, DomainError, NotFoundError, RefusedError
from payouts.core.tables import table_behind
from payouts.identity.rules import Staff
from payouts.identity.users import find_user, staff_of
from payouts.lists.models import PayoutLine

CASES = table_behind(Case)
LINE = table_behind(PayoutLine)
EACH = table_behind(BulkCase)

MOST_AT_ONCE = 2_000  # cases that one act takes
UNDO_WITHIN = dt.timedelta(hours=24)
PLAIN = ("state", "outcome", "reason", "voucher_number")
DAYS = ("due", "collected_on")
TAKEN_BACK = "Hoàn tác việc làm hàng loạt."


class Change(TypedDict, total=False):
    """What is to become of one case, as JSON; what is not named stays.

    state, assignee (empty: nobody), outcome, reason, voucher_number: as handle.CaseChange has them.
    way, result: a contact, as contacts.log_contact has it. note: written down beside. due, collected_on and
    next_on are ISO days.
    """

    state: str
    assignee: str
    due: str
    outcome: str
    reason: str
    voucher_number: str
    collected_on: str
    note: str
    way: str
    result: str
    next_on: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case that an act is prepared for.

    Attributes:
        place: in the worklist, or the row of a sheet
        case_id: the case; None where a row of a sheet names none
        version: that was read
        change: what is to become of it
        refused: the code of what is in its way already
    """

    place: int
    case_id: int | None
    version: int
    change: Change
    refused: str | None = None


def prepare(
    session: Session, chosen: Iterable[Chosen], *, by: str, left_out: int = 0, sheet: str | None = None
) -> BulkAct:
    """Write down what is to become of some cases; nothing of it is done yet.

    Args:
        session: the transaction
        chosen: the cases
        by: the username
        left_out: how many were chosen beyond these
        sheet: the name of the file that they were read from

    Raises:
        RefusedError: there are none
    """
    given = list(chosen)
    if not given:
        raise RefusedError("nothing_chosen", "Hãy chọn ít nhất một việc.")
    act = BulkAct(made_at=clock.now(), made_by=by, left_out=left_out, sheet=sheet)
    session.add(act)
    session.flush()
    session.add_all(
        BulkCase(
            act_id=act.id or 0,
            place=each.place,
            case_id=each.case_id,
            version=each.version,
            change=dict(each.change),
            refused=each.refused,
        )
        for each in given
    )
    session.flush()
    return act


def find_act(session: Session, act_id: int, by: str) -> BulkAct:
    """Find an act of one's own, and hold it until the transaction ends.

    Raises:
        NotFoundError: there is none
    """
    act = session.exec(pick(BulkAct).where(BulkAct.id == act_id).with_for_update()).one_or_none()
    if act is None or act.made_by != by:
        raise NotFoundError("no_such_act", f"Bạn không có việc làm hàng loạt số {act_id}.")
    return act


def cases_of_act(session: Session, act_id: int) -> list[RowMapping]:
    """List the cases of an act as they are now, with what is to become of each or became of it.

    Returns:
        rows of BulkCase, with state, assignee, due, kind, subject, area_code, programme, version_now and
        full_name
    """
    now = [
        CASES.c[name] for name in ("state", "assignee", "due", "kind", "subject", "area_code", "programme")
    ]
    rows = session.execute(
        select(*EACH.c, *now, CASES.c.version.label("version_now"), LINE.c.full_name)
        .outerjoin(CASES, CASES.c.id == EACH.c.case_id)
        .outerjoin(LINE, LINE.c.id == CASES.c.payout_line_id)
        .where(EACH.c.act_id == act_id)
        .order_by(EACH.c.place)
    )
    return list(rows.mappings())


def hindrance(row: RowMapping, staff: Staff) -> str | None:
    """Say what is in the way of an act on one case, as a code; None where nothing is seen to be."""
    if row["refused"]:
        return str(row["refused"])
    if row["version_now"] is None or not staff.scope.covers(
        area=row["area_code"], programme=row["programme"]
    ):
        return "no_such_case"
    if row["version_now"] != row["version"]:
        return "case_changed"
    known = OUTCOMES.get(row["change"].get("outcome", ""))
    if known is not None and known.confirmed != kinds()[row["kind"]].confirmed:
        return "outcome_of_other_kind"
    after = row["change"].get("state", row["state"])
    return None if after == row["state"] or after in moves(row["state"], staff.role) else "no_such_move"


def carry_out(session: Session, act_id: int, staff: Staff) -> BulkAct:
    """Do a prepared act, case by case: what is refused of one is kept with it and hinders no other.

    Raises:
        NotFoundError: there is no such act of this person
        ConflictError: it is done already
    """
    act = find_act(session, act_id, staff.username)
    if act.state != "prepared":
        raise ConflictError("act_done", "Việc làm hàng loạt này đã được thực hiện.")
    for each in _each(session, act_id):
        if each.refused is None:
            _do(session, each, staff)
    act.state, act.done_at = "done", clock.now()
    session.add(act)
    session.flush()
    return act


def undo(session: Session, act_id: int, staff: Staff) -> BulkAct:
    """Take back who was assigned, the due days and the states, of cases that nobody changed since.

    Raises:
        NotFoundError: there is no such act of this person
        ConflictError: it was not done, was undone already, or is too old
    """
    act = find_act(session, act_id, staff.username)
    if act.state != "done" or act.done_at is None or clock.now() - act.done_at > UNDO_WITHIN:
        raise ConflictError("act_not_undone", "Việc này chưa làm, đã hoàn tác, hoặc đã quá 24 giờ.")
    for each in _each(session, act_id):
        if each.done_version is not None and each.before:
            with _kept_apart(session, each):
                back = Change(**each.before, reason=TAKEN_BACK)  # type: ignore[typeddict-item]  # as it was written
                _change(session, each, staff, back, each.done_version)
    act.state, act.undone_at = "undone", clock.now()
    session.add(act)
    session.flush()
    return act


def _works_for(session: Session, username: str, each: BulkCase) -> bool:
    """Say whether a case lies in the scope of a colleague."""
    case = session.get_one(Case, each.case_id)
    scope = staff_of(session, find_user(session, username)).scope
    return scope.covers(area=case.area_code, programme=case.programme)


def _each(session: Session, act_id: int) -> Sequence[BulkCase]:
    return session.exec(pick(BulkCase).where(BulkCase.act_id == act_id).order_by(col(BulkCase.place))).all()


@contextlib.contextmanager
def _kept_apart(session: Session, each: BulkCase) -> Iterator[None]:
    """Do what is inside wholly or not at all, and keep the code of what was in its way."""
    try:
        with session.begin_nested():
            yield
    except DomainError as error:
        each.refused = error.code
        session.add(each)


def _do(session: Session, each: BulkCase, staff: Staff) -> None:
    """Do to one case what was prepared: its change, then the contact, then the note."""
    change: Change = each.change  # type: ignore[assignment]  # as it was written
    with _kept_apart(session, each):
        case = find_case(session, each.case_id or 0, staff.scope)
        before = {"assignee": case.assignee or "", "due": case.due.isoformat(), "state": case.state}
        case = _change(session, each, staff, change, each.version)
        if change.get("result"):
            log_contact(
                session,
                case.id or 0,
                staff.scope,
                version=case.version,
                by=staff.username,
                role=staff.role,
                way=change.get("way", ""),
                result=change["result"],
                next_on=dt.date.fromisoformat(change["next_on"]),
            )
        if change.get("note"):
            add_note(session, case.id or 0, staff.scope, by=staff.username, note=change["note"])
        each.before = {name: value for name, value in before.items() if name in change}
        each.done_version = case.version
    session.add(each)


def _change(session: Session, each: BulkCase, staff: Staff, change: Change, version: int) -> Case:
    """Change a case as it was read, by the one function that changes cases."""
    assignee = change.get("assignee")
    if assignee and not _works_for(session, assignee, each):
        raise RefusedError("assignee_elsewhere", "Người này không phụ trách xã/phường hoặc chương trình đó.")
    wished: dict[str, Any] = {name: change[name] for name in PLAIN if name in change}  # type: ignore[literal-required]  # names of Change
    wished |= {name: dt.date.fromisoformat(change[name]) for name in DAYS if change.get(name)}  # type: ignore[literal-required]  # the same
    if "assignee" in change:
        wished["assignee"] = change["assignee"] or None
    return change_case(
        session,
        each.case_id or 0,
        staff.scope,
        version=version,
        by=staff.username,
        role=staff.role,
        change=cast("CaseChange", wished),
    )
