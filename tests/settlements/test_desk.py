"""Two people, held by the rules and by the database, whoever asks at the same moment."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from payouts.core import clock
from payouts.core.errors import ConflictError, DomainError, NotFoundError, RefusedError
from payouts.core.storage import keep_copy, space
from payouts.settlements.desk import answer, decide, decisions_of, waiting
from payouts.settlements.intake import keep_file, read_received, receive
from payouts.settlements.models import FileDecision, SettlementFile
from payouts.settlements.rules import standing
from payouts.settlements.store import counts_already
from tests.facts import SAID, Office

GOOD = {"bank_ref": "F1", "end_to_end_id": "L1"}


def held(office: Office, name: str = "sai.csv") -> int:
    return office.say(name, GOOD, {**GOOD, "amount": "930.5", "remittance_info": name}).id or 0


def made(file_id: int, kind: str, state: str, checked_by: str | None) -> FileDecision:
    return FileDecision(
        file_id=file_id,
        kind=kind,
        reason="x",
        proposed_at=clock.now(),
        proposed_by="an",
        state=state,
        checked_by=checked_by,
    )


@pytest.mark.parametrize(
    ("kind", "checked_by", "taken"),
    [("release", "an", False), ("withdraw", None, False), ("release", "binh", True), ("reject", None, True)],
)
def test_the_database_itself_wants_two_people(
    office: Office, kind: str, checked_by: str | None, *, taken: bool
) -> None:
    file = held(office)

    def keep() -> None:
        with office.database.session() as session:
            session.add(made(file, kind, "done", checked_by))

    if taken:
        keep()
        return
    with pytest.raises(IntegrityError):
        keep()


def test_the_database_itself_lets_one_proposal_wait_for_a_file(office: Office) -> None:
    file, other = held(office), held(office, "khac.csv")
    with office.database.session() as session:
        session.add_all([made(file, "release", "waiting", None), made(other, "release", "waiting", None)])
    with pytest.raises(IntegrityError), office.database.session() as session:
        session.add(made(file, "withdraw", "waiting", None))


def test_of_many_who_answer_at_once_one_is_heard(office: Office) -> None:
    file = held(office)
    with office.database.session() as session:
        decide(session, file, "release", reason="x", by="an")
    told: list[str] = []
    start = threading.Barrier(6)

    def say(name: str, given: str) -> None:
        start.wait()
        try:
            with office.database.session() as session:
                told.append(answer(session, file, given, by=name, note="đã xem")[0].state)
        except DomainError as refusal:
            told.append(refusal.code)

    asked = [("binh", "approve"), ("chi", "decline"), ("dung", "approve"), ("an", "take_back"),
             ("giang", "approve"), ("hoa", "decline")]  # fmt: skip
    threads = [threading.Thread(target=say, args=each) for each in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("nothing_waits") == 5
    with office.database.reading() as session:
        [decision] = decisions_of(session, file)
        now = standing(session.get_one(SettlementFile, file))
    assert (now == "released") == (decision.state == "done")


def test_while_something_waits_nothing_else_is_decided_but_the_bank_may_be_asked(office: Office) -> None:
    file = held(office)
    with office.database.session() as session:
        decide(session, file, "release", reason="x", by="an")
    with pytest.raises(ConflictError), office.database.session() as session:
        decide(session, file, "reject", reason="x", by="binh")
    with office.database.session() as session:
        decide(session, file, "ask", reason="gửi lại", by="binh")
        assert waiting(session, file) is not None


def test_a_rejected_file_can_be_released_by_two_people_and_a_refused_one_never(
    office: Office, tmp_path: Path
) -> None:
    file = held(office)
    with office.database.session() as session:
        decide(session, file, "reject", reason="x", by="an")
    with office.database.session() as session:
        decide(session, file, "release", reason="x", by="an")
        answer(session, file, "approve", by="binh")
        assert counts_already(session, file)
    path = tmp_path / "x.csv"
    path.write_text("this,is,no\nfile,of,a bank\n", encoding="utf-8")
    refused = keep_file(office.database, office.settings, path, bank_code="VBA", by="test")
    with pytest.raises(ConflictError), office.database.session() as session:
        decide(session, refused.id or 0, "release", reason="x", by="an")


def test_a_reason_is_words_that_a_person_typed(office: Office) -> None:
    file = held(office)
    for reason, code in ((" \n", "why_needed"), ("x" * 4001, "note_too_long"), ("a\0b", "note_unprintable")):
        with pytest.raises(RefusedError) as refusal, office.database.session() as session:
            decide(session, file, "reject", reason=reason, by="an")
        assert refusal.value.code == code
    with pytest.raises(RefusedError), office.database.session() as session:
        decide(session, file, "supersede", reason="x", by="an")
    with pytest.raises(NotFoundError), office.database.session() as session:
        decide(session, 2**62, "reject", reason="x", by="an")


def test_a_new_file_that_is_refused_leaves_the_old_one_as_it_was(office: Office, tmp_path: Path) -> None:
    file = held(office)
    path = tmp_path / "x.csv"
    path.write_text("this,is,no\nfile,of,a bank\n", encoding="utf-8")
    new = keep_file(office.database, office.settings, path, bank_code="VBA", by="test", supersedes=file)
    assert (new.state, new.changes) == ("refused", None)
    with office.database.reading() as session:
        assert standing(session.get_one(SettlementFile, file)) == "quarantined"


def test_a_file_cannot_take_the_place_of_one_that_is_not_read(office: Office) -> None:
    first = office.write("a.csv", SAID, (GOOD,))
    stored = keep_copy(office.settings.data_dir, first)
    with office.database.session() as session:
        unread, _ = receive(session, stored, bank_code="VBA", filename="a.csv", by="test")
    second = office.write("b.csv", SAID, ({**GOOD, "amount": "1"},))
    with pytest.raises(ConflictError) as refusal:
        keep_file(office.database, office.settings, second, bank_code="VBA", by="test", supersedes=unread.id)
    assert refusal.value.code == "not_read_yet"


def test_a_test_file_changes_no_evidence_and_is_never_decided_on(office: Office) -> None:
    live = held(office)
    path = office.write("thu.csv", SAID, (GOOD,))
    stored = keep_copy(space(office.settings.data_dir, test=True), path)
    with pytest.raises(NotFoundError), office.database.session() as session:
        receive(session, stored, bank_code="VBA", filename="t.csv", by="t", test=True, supersedes=live)
    with office.database.session() as session:
        receipt, _ = receive(session, stored, bank_code="VBA", filename="t.csv", by="t", test=True)
    read = read_received(office.database, office.settings, receipt.id or 0)
    assert read.state == "accepted"
    with office.database.session() as session:
        assert not counts_already(session, read.id)
    with pytest.raises(ConflictError), office.database.session() as session:
        decide(session, read.id or 0, "withdraw", reason="x", by="an")
