"""The desk for matches: this line of a bank is theirs, or is not; what was not suggested takes two people."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from payouts.core.notes import tidied
from payouts.identity import audit
from payouts.identity.declared import refuse_own_affair
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.runs.fallen import fall
from payouts.runs.locking import let_nobody_keep
from payouts.runs.models import MatchDecision
from payouts.runs.names import check_name
from payouts.runs.offers import is_free, line_of, offer_of
from payouts.runs.rules import CLAIMS, MATCH_KINDS, NAMES, STANDS
from payouts.settlements.models import SettlementFile, SettlementLine
from payouts.settlements.rules import person

ANSWERS = {"approve": "done", "decline": "declined", "take_back": "taken_back"}


def decide(
    session: Session,
    payout_line_id: int,
    settlement_line_id: int,
    kind: str,
    scope: Scope,
    *,
    by: str,
    reason: str = "",
) -> tuple[MatchDecision, bool]:
    """Decide of a payout line and a line of a bank, or propose it where it takes a second person.

    Args:
        session: the transaction
        payout_line_id: what was owed
        settlement_line_id: what a bank told
        kind: confirm or reject, of what the last run suggests; force, of any line that nobody claims;
            name, that the holder whom the line names is right though the last run holds the names to differ
        scope: the areas and programmes of who decides
        by: `actor.who`, or "shell NAME"
        reason: why, in words; needed to force

    Returns:
        the decision, `done` or `waiting` for a second person, and whether it is new: sent twice it is one

    Raises:
        NotFoundError: no such payout line in the scope, or no such line of a bank
        ConflictError: the pair is not suggested any more, or is decided already, or the line is another's, or
            no name differs
        ForbiddenError: it takes two people and concerns who decides, or a relative they declared
        RefusedError: no such decision, no reason, or cash and bank are mixed up
    """
    line = payout_line(session, payout_line_id, scope)
    if kind not in MATCH_KINDS:
        raise RefusedError("no_such_decision", f"Hãy chọn một trong: {', '.join(MATCH_KINDS)}.")
    known, words = MATCH_KINDS[kind], tidied(reason, needed=MATCH_KINDS[kind].two_people)
    let_nobody_keep(session)
    standing = _standing(session, line, settlement_line_id, kind)
    if standing is not None:
        if (standing.kind, standing.proposed_by) == (kind, person(by)):
            return standing, False
        raise ConflictError(
            "match_decided", "Cặp này đã có quyết định. Hãy xem quyết định đó và hoàn tác nếu cần."
        )
    offer = offer_of(session, line, settlement_line_id)
    if known.offered and offer is None:
        raise ConflictError(
            "not_suggested", "Lần đối chiếu mới nhất không còn đề xuất dòng này. Hãy tải lại trang."
        )
    if known.two_people:
        refuse_own_affair(session, person(by), (line.citizen_id, line.payee_citizen_id))
    if known.says == "match":
        _check_free(session, line, settlement_line_id)
    elif known.says == "name":
        check_name(session, line, settlement_line_id)
    decision = MatchDecision(
        payout_line_id=payout_line_id,
        settlement_line_id=settlement_line_id,
        kind=kind,
        reason=words or None,
        run_id=offer.run_id if offer else None,
        score=offer.score if offer else None,
        proposed_at=clock.now(),
        proposed_by=person(by),
        state="waiting" if known.two_people else "done",
    )
    session.add(decision)
    try:
        session.flush()
    except IntegrityError:  # somebody decides of the same line at this moment
        raise _taken() from None
    _note(session, by, f"{kind}_proposed" if known.two_people else known.done, decision)
    return decision, True


def answer(
    session: Session, decision_id: int, given: str, scope: Scope, *, by: str, note: str = ""
) -> MatchDecision:
    """Answer what was proposed of a match.

    Args:
        session: the transaction
        decision_id: what was proposed
        given: approve or decline, by another person than proposed it; take_back, by the same
        scope: the areas and programmes of who answers
        by: `actor.who`, or "shell NAME"
        note: words; needed to decline

    Raises:
        NotFoundError: there is no such decision in the scope
        ConflictError: it does not wait, or another's by now is the line
        ForbiddenError: it takes another person, or only the one who proposed it
        RefusedError: no such answer, or no words to decline
    """
    if given not in ANSWERS:
        raise RefusedError("no_such_answer", f"Hãy chọn một trong: {', '.join(ANSWERS)}.")
    let_nobody_keep(session)
    decision, line = find_decision(session, decision_id, scope, lock=True)
    if decision.state != "waiting":
        raise ConflictError("nothing_waits", "Đề nghị này không còn chờ ai. Hãy tải lại trang.")
    own = decision.proposed_by == person(by)
    if own and given != "take_back":
        raise ForbiddenError("same_person", "Người đề nghị không được tự duyệt. Cần một người khác.")
    if not own and given == "take_back":
        raise ForbiddenError("not_yours", "Chỉ người đề nghị mới được rút lại đề nghị.")
    if given == "approve":
        refuse_own_affair(session, person(by), (line.citizen_id, line.payee_citizen_id))
        if decision.kind in CLAIMS:
            _check_free(session, line, decision.settlement_line_id, waiting=decision)
    decision.note = tidied(note, needed=given == "decline") or None
    decision.state, decision.checked_at, decision.checked_by = ANSWERS[given], clock.now(), person(by)
    session.add(decision)
    session.flush()
    done = MATCH_KINDS[decision.kind].done if given == "approve" else f"{decision.kind}_{decision.state}"
    _note(session, by, done, decision)
    return decision


def undo(session: Session, decision_id: int, scope: Scope, *, by: str, reason: str) -> MatchDecision:
    """Undo a decision that counts: from the next run on it counts no more; the row stays to be seen.

    Args:
        session: the transaction
        decision_id: what was decided
        scope: the areas and programmes of who undoes it
        by: `actor.who`, or "shell NAME"
        reason: why, in words

    Raises:
        NotFoundError: there is no such decision in the scope
        ConflictError: it does not count
        RefusedError: no reason
    """
    words = tidied(reason, needed=True)
    let_nobody_keep(session)
    decision, line = find_decision(session, decision_id, scope, lock=True)
    if decision.state != "done":
        raise ConflictError("not_to_be_undone", "Quyết định này không còn hiệu lực. Hãy tải lại trang.")
    decision.state, decision.undone_why = "undone", words
    decision.undone_at, decision.undone_by = clock.now(), person(by)
    session.add(decision)
    session.flush()
    if MATCH_KINDS[decision.kind].says == "match":
        fall(session, decision.settlement_line_id, line.id or 0)
    _note(session, by, f"{decision.kind}_undone", decision)
    return decision


def payout_line(session: Session, payout_line_id: int, scope: Scope) -> PayoutLine:
    """Find a payout line that counts.

    Raises:
        NotFoundError: there is none, or it lies outside the scope
    """
    found = session.exec(
        select(PayoutLine, PayoutCycle.programme)
        .join(PayoutCycle, col(PayoutCycle.id) == PayoutLine.cycle_id)
        .where(PayoutLine.id == payout_line_id, PayoutLine.ended_by == COUNTS)
    ).one_or_none()
    if found is None or not scope.covers(area=found[0].area_code, programme=found[1]):
        raise NotFoundError("no_such_payout_line", "Không có dòng chi trả này trong phạm vi của bạn.")
    return found[0]


def pair_named(session: Session, line_ref: str, file: str, line: int, scope: Scope) -> tuple[int, int]:
    """Find the keys of a payout line and of a line of a bank by the names that people use.

    Args:
        session: the transaction
        line_ref: of the payout line
        file: the name of the file as evidence has it
        line: the line's number in the file
        scope: the areas and programmes of who asks

    Raises:
        NotFoundError: there is no such payout line in the scope, or no such line of a bank
    """
    query = select(PayoutLine.id).where(PayoutLine.line_ref == line_ref, PayoutLine.ended_by == COUNTS)
    owed = payout_line(session, session.exec(query).one_or_none() or 0, scope)
    told = line_of(session, file, line)
    if told is None:
        raise _no_such_line()
    return owed.id or 0, told


def find_decision(
    session: Session, decision_id: int, scope: Scope, *, lock: bool = False
) -> tuple[MatchDecision, PayoutLine]:
    """Find a decision and its payout line, whatever became of both.

    Raises:
        NotFoundError: there is none, or the payout line lies outside the scope
    """
    query = select(MatchDecision).where(MatchDecision.id == decision_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    decision = session.exec(query).one_or_none()
    line = session.get_one(PayoutLine, decision.payout_line_id) if decision else None
    cycle = session.get_one(PayoutCycle, line.cycle_id) if line else None
    if (
        decision is None
        or line is None
        or cycle is None
        or not scope.covers(area=line.area_code, programme=cycle.programme)
    ):
        raise NotFoundError("no_such_match", f"Không có quyết định số {decision_id} trong phạm vi của bạn.")
    return decision, line


def _standing(session: Session, line: PayoutLine, settlement_line_id: int, kind: str) -> MatchDecision | None:
    """Find the decision that stands on a pair: whose the line is, or whether its name is right."""
    return session.exec(
        select(MatchDecision).where(
            MatchDecision.payout_line_id == line.id,
            MatchDecision.settlement_line_id == settlement_line_id,
            col(MatchDecision.kind).in_(NAMES if kind in NAMES else (*CLAIMS, "reject")),
            col(MatchDecision.state).in_(STANDS),
        )
    ).one_or_none()


def _check_free(
    session: Session, line: PayoutLine, settlement_line_id: int, waiting: MatchDecision | None = None
) -> None:
    """Refuse a line of a bank that serves somebody else, or that cannot serve a payment of this channel."""
    told = session.get(SettlementLine, settlement_line_id)
    if told is None:
        raise _no_such_line()
    if not is_free(session, settlement_line_id):
        raise ConflictError(
            "line_claimed",
            "Dòng ngân hàng này đã thuộc một dòng chi khác, hoặc tệp của nó không còn hiệu lực.",
        )
    taken = session.exec(
        select(MatchDecision.id).where(
            MatchDecision.settlement_line_id == settlement_line_id,
            col(MatchDecision.kind).in_(CLAIMS),
            col(MatchDecision.state).in_(STANDS),
        )
    ).all()
    if set(taken) - {waiting.id if waiting else None}:
        raise _taken()
    cash = session.get_one(SettlementFile, told.file_id).cash
    if cash != (line.channel in {"cash", "home"}):
        raise RefusedError(
            "cash_and_bank",
            "Dòng chi trực tiếp chỉ ghép với kết quả chi tiền mặt; dòng qua tài khoản, ví chỉ ghép với "
            "dòng của ngân hàng.",
        )


def _no_such_line() -> NotFoundError:
    return NotFoundError("no_such_settlement_line", "Không có dòng kết quả này của ngân hàng.")


def _taken() -> ConflictError:
    return ConflictError(
        "line_taken", "Người khác vừa ghép hoặc đề nghị ghép dòng ngân hàng này. Hãy tải lại trang."
    )


def _note(session: Session, by: str, what: str, decision: MatchDecision) -> None:
    audit.note(
        session,
        by,
        f"match.{what}",
        f"payout line {decision.payout_line_id}",
        decision=decision.id,
        settlement_line=decision.settlement_line_id,
    )
