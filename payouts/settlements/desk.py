"""The desk for bank files: release, reject, ask anew, withdraw; evidence changes by two people only."""

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.core.notes import tidied
from payouts.identity import audit
from payouts.settlements.models import FileDecision, SettlementFile
from payouts.settlements.rules import BY_HAND, COUNTING, KINDS, person, standing
from payouts.settlements.store import counts_in_place_of, find_file, locked_file, none_such

ANSWERS = {"approve": "done", "decline": "declined", "take_back": "taken_back"}


def decide(session: Session, file_id: int, kind: str, *, reason: str, by: str) -> FileDecision:
    """Decide something of a file, or propose it where it takes a second person.

    Args:
        session: the transaction
        file_id: the file
        kind: release, reject, ask or withdraw
        reason: why, in words; of `ask` the bank reads them
        by: `actor.who`, or "shell NAME"

    Returns:
        the decision: `waiting` for a second person, or `done`

    Raises:
        NotFoundError: there is no such file
        ConflictError: this cannot be decided of the file as it stands, or something else waits
        RefusedError: no such decision, or no reason
    """
    file = locked_file(session, file_id)
    if kind not in BY_HAND:
        raise RefusedError("no_such_decision", f"Hãy chọn một trong: {', '.join(BY_HAND)}.")
    known = KINDS[kind]
    _check_possible(session, file, kind)
    if kind != "ask" and waiting(session, file_id):
        raise ConflictError(
            "decision_waiting",
            f"Tệp số {file_id} đang có một đề nghị chờ người thứ hai. Hãy xử lý đề nghị đó.",
        )
    decision = FileDecision(
        file_id=file_id,
        kind=kind,
        reason=tidied(reason, needed=True),
        proposed_at=clock.now(),
        proposed_by=person(by),
        state="waiting" if known.two_people else "done",
    )
    session.add(decision)
    session.flush()
    if known.two_people:
        _note(session, by, f"{kind}_proposed", decision)
    else:
        _take_effect(session, file, decision, by)
    return decision


def answer(
    session: Session, file_id: int, given: str, *, by: str, note: str = ""
) -> tuple[FileDecision, list[int]]:
    """Answer what was proposed of a file.

    Args:
        session: the transaction
        file_id: the file
        given: approve or decline, by another person than proposed it; take_back, by the same
        by: `actor.who`, or "shell NAME"
        note: words; needed to decline

    Returns:
        the decision, and the files that counted as evidence until now

    Raises:
        NotFoundError: there is no such file
        ConflictError: nothing is proposed
        ForbiddenError: it takes another person, or only the one who proposed it
        RefusedError: no such answer, or no words to decline
    """
    file = locked_file(session, file_id)
    if given not in ANSWERS:
        raise RefusedError("no_such_answer", f"Hãy chọn một trong: {', '.join(ANSWERS)}.")
    decision = waiting(session, file_id)
    if decision is None:
        raise ConflictError("nothing_waits", f"Tệp số {file_id} không có đề nghị nào đang chờ.")
    own = decision.proposed_by == person(by)
    if own and given != "take_back":
        raise ForbiddenError("same_person", "Người đề nghị không được tự duyệt. Cần một người khác.")
    if not own and given == "take_back":
        raise ForbiddenError("not_yours", "Chỉ người đề nghị mới được rút lại đề nghị.")
    if given == "approve":
        _check_possible(session, file, decision.kind)
    decision.note = tidied(note, needed=given == "decline") or None
    decision.state, decision.checked_at, decision.checked_by = ANSWERS[given], clock.now(), person(by)
    session.add(decision)
    session.flush()
    if given != "approve":
        _note(session, by, f"{decision.kind}_{decision.state}", decision)
        return decision, []
    return decision, _take_effect(session, file, decision, by)


def supersede(session: Session, file: SettlementFile, by: str, checked_by: str | None = None) -> list[int]:
    """Let a file that counts take the place of the one it names; what waits there is at an end.

    Returns:
        the earlier file, where it counted until now
    """
    old = locked_file(session, file.supersedes) if file.supersedes and not file.test else None
    if old is None or standing(old) not in KINDS["supersede"].since:
        return []
    proposed = waiting(session, old.id or 0)
    if proposed is not None:
        proposed.state, proposed.checked_at, proposed.checked_by = "declined", clock.now(), person(by)
        session.add(proposed)
    decision = FileDecision(
        file_id=old.id or 0,
        kind="supersede",
        reason=file.label,
        new_file_id=file.id,
        proposed_at=file.received_at,
        proposed_by=person(file.received_by),
        state="done",
        checked_at=clock.now(),
        checked_by=checked_by,
    )
    session.add(decision)
    session.flush()
    return _take_effect(session, old, decision, by)


def waiting(session: Session, file_id: int) -> FileDecision | None:
    """Find what is proposed of a file and waits for a second person."""
    return session.exec(
        select(FileDecision).where(FileDecision.file_id == file_id, FileDecision.state == "waiting")
    ).one_or_none()


def possible(session: Session, file: SettlementFile) -> list[str]:
    """List what can be decided or proposed of a file as it stands; one whose successor counts stays aside."""
    if file.test:
        return []
    kinds = [kind for kind in BY_HAND if standing(file) in KINDS[kind].since]
    if "release" in kinds and counts_in_place_of(session, file.id or 0):
        kinds.remove("release")
    return kinds


def decisions_of(session: Session, file_id: int) -> list[FileDecision]:
    """List what was decided and proposed of a file, the earliest first."""
    return list(
        session.exec(
            select(FileDecision).where(FileDecision.file_id == file_id).order_by(col(FileDecision.id))
        )
    )


def check_supersedes(session: Session, file_id: int, bank_code: str, *, test: bool) -> None:
    """Refuse to take the place of a file that is not there, not read yet, or another bank's.

    Raises:
        NotFoundError: there is no such file of this bank
        ConflictError: it is not read yet, or another file took its place already
    """
    old = find_file(session, file_id, bank_code)
    if old.test != test:
        raise none_such(file_id)
    if old.state == "received":
        raise ConflictError(
            "not_read_yet", f"Tệp số {file_id} chưa đọc xong, chưa thay được. Hãy thử lại sau."
        )
    if standing(old) == "superseded":
        raise ConflictError(
            "superseded_already", f"Tệp số {file_id} đã được tệp khác thay. Hãy nêu số của tệp mới nhất."
        )


def _check_possible(session: Session, file: SettlementFile, kind: str) -> None:
    if kind not in possible(session, file):
        raise ConflictError(
            "not_to_be_decided", f"Tệp số {file.id} đang ở tình trạng khác, không quyết định như vậy được."
        )


def _take_effect(session: Session, file: SettlementFile, decision: FileDecision, by: str) -> list[int]:
    """Let the file stand as was decided, and say which files count no more."""
    kind = KINDS[decision.kind]
    before = standing(file)
    stopped: list[int] = []
    if decision.kind == "ask":
        file.asked_anew = decision.reason
        session.add(file)
    if kind.becomes is not None:
        file.decision = kind.becomes
        session.add(file)
        if before in COUNTING and kind.becomes not in COUNTING:
            stopped.append(file.id or 0)
    _note(session, by, kind.done, decision)
    if kind.becomes in COUNTING:
        stopped += supersede(session, file, by, decision.checked_by)
    return stopped


def _note(session: Session, by: str, what: str, decision: FileDecision) -> None:
    audit.note(
        session,
        by,
        f"file.{what}",
        f"settlement file {decision.file_id}",
        decision=decision.id,
        new_file=decision.new_file_id,
    )
