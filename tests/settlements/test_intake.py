"""A bank's file is taken in whole or not at all, each content once, and only what is right is evidence."""

from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from payouts.core.errors import NotFoundError
from payouts.core.storage import arriving, keep_copy, path_of
from payouts.settlements.intake import CHUNK, give_up, keep_file, read_received, receive
from payouts.settlements.models import SettlementFile, SettlementLine
from tests.facts import SAID, Office


def lines(office: Office) -> int:
    with office.database.reading() as session:
        return session.exec(select(func.count()).select_from(SettlementLine)).one()


def test_the_same_bytes_twice_are_one_file_with_the_first_receipt(office: Office) -> None:
    first = office.say("a.csv", {"end_to_end_id": "L1"})
    again = office.say("b.csv", {"end_to_end_id": "L1"})

    assert (again.id, again.filename, again.state) == (first.id, "a.csv", "accepted")
    assert lines(office) == 1


def test_the_same_bytes_from_another_bank_are_another_file(office: Office) -> None:
    first = office.say("a.csv", {"end_to_end_id": "L1"})
    other = office.say("a.csv", {"end_to_end_id": "L1"}, bank="VCB")

    assert other.id != first.id


def test_other_bytes_under_the_same_name_are_another_file_with_a_label_of_its_own(office: Office) -> None:
    office.say("kq.csv", {"end_to_end_id": "L1"})
    second = office.say("kq.csv", {"end_to_end_id": "L2"})

    assert (second.filename, second.label, second.state) == ("kq.csv", "kq (2).csv", "accepted")
    assert lines(office) == 2


def test_a_file_with_one_wrong_line_is_quarantined_and_its_problem_kept(office: Office) -> None:
    receipt = office.say("kq.csv", {"end_to_end_id": "L1"}, {"end_to_end_id": "L2", "amount": "930.5"})

    assert (receipt.state, receipt.lines, receipt.good_lines) == ("quarantined", 2, 1)
    assert [problem["line"] for problem in receipt.problems] == [3]


def test_a_refused_file_leaves_its_receipt_and_its_bytes_only(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("this,is,no\nfile,of,a bank\n", encoding="utf-8")
    receipt = keep_file(office.database, office.settings, path, bank_code="VBA", by="test")

    assert (receipt.state, lines(office)) == ("refused", 0)
    assert path_of(office.settings.data_dir, receipt.sha256).read_bytes() == path.read_bytes()


def test_a_bank_by_another_name_is_the_same_bank(office: Office) -> None:
    assert office.say("kq.csv", {"end_to_end_id": "L1"}, bank="Agribank").bank_code == "VBA"


def test_a_layout_that_nobody_knows_is_refused_at_the_door(office: Office) -> None:
    path = office.write("kq.csv", SAID, ({"end_to_end_id": "L1"},))
    with pytest.raises(NotFoundError):
        keep_file(office.database, office.settings, path, bank_code="VBA", by="test", profile="no-such")


class KilledError(Exception):
    """What a kill in the middle is like to whoever reads."""


def test_a_kill_in_the_middle_leaves_nothing_half_there_and_the_next_reading_is_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payouts.settlements.intake.CHUNK", 2)
    path = office.write("kq.csv", SAID, tuple({"end_to_end_id": f"L{n}"} for n in range(5)))
    stored = keep_copy(office.settings.data_dir, path)
    with office.database.session() as session:
        receipt, new = receive(session, stored, bank_code="VBA", filename="kq.csv", by="test")
    assert (new, receipt.state) == (True, "received")
    calls = []

    def killed_at_the_end(_session: Session) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KilledError

    with pytest.raises(KilledError):
        read_received(office.database, office.settings, receipt.id or 0, hold=killed_at_the_end)
    with office.database.reading() as session:
        assert session.get_one(SettlementFile, receipt.id).state == "received"

    whole = read_received(office.database, office.settings, receipt.id or 0)
    assert (whole.state, whole.lines, lines(office)) == ("accepted", 5, 5)
    assert read_received(office.database, office.settings, receipt.id or 0).read_at == whole.read_at


def test_a_file_that_breaks_its_reader_is_refused_in_the_end_so_that_nobody_waits(office: Office) -> None:
    stored = keep_copy(office.settings.data_dir, office.write("kq.csv", SAID, ({"end_to_end_id": "L1"},)))
    with office.database.session() as session:
        receipt, _ = receive(session, stored, bank_code="VBA", filename="kq.csv", by="test")
        give_up(session, receipt.id or 0)

    with office.database.reading() as session:
        told = session.get_one(SettlementFile, receipt.id)
    assert (told.state, told.problems[0]["code"]) == ("refused", "reader_broke")


def test_bytes_that_nobody_keeps_are_gone(office: Office) -> None:
    with arriving(office.settings.data_dir) as arrival:
        arrival.write(b"half a file")
    assert list((office.settings.data_dir / "files" / "arriving").iterdir()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/kq.csv", "kq.csv"),
        ("C:\\bank\\kq.csv", "kq.csv"),
        ("a\x00b\n.csv", "ab.csv"),
        ("///", "-"),
    ],
)
def test_a_file_name_is_a_name_and_no_path(office: Office, given: str, kept: str) -> None:
    stored = keep_copy(office.settings.data_dir, office.write("kq.csv", SAID, ({"end_to_end_id": "L1"},)))
    with office.database.session() as session:
        receipt, _ = receive(session, stored, bank_code="VBA", filename=given, by="test")
    assert receipt.filename == kept


def test_a_chunk_is_small_beside_what_a_file_may_hold() -> None:
    assert CHUNK <= 100_000
