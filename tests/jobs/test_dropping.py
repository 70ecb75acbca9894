"""What a bank drops into its folder is taken in once, whole, and put away with its receipt."""

import json
import os
from pathlib import Path

import pytest
from sqlmodel import select

from payouts.core.settings import Settings
from payouts.jobs.chores import chores
from payouts.jobs.dropping import Mark, take_dropped
from payouts.settlements.models import SettlementFile, SettlementLine
from tests.facts import SAID, Office


@pytest.fixture
def drops(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr("payouts.jobs.dropping.QUIET_SECONDS", -1)
    settings = Settings(data_dir=office.settings.data_dir, watch_dir=tmp_path / "drops", largest_file=100_000)
    (tmp_path / "drops" / "VBA" / "in").mkdir(parents=True)
    return Office(office.database, settings)


def home(drops: Office) -> Path:
    assert drops.settings.watch_dir
    return drops.settings.watch_dir / "VBA"


def drop(drops: Office, name: str = "kq.csv", reference: str = "F1", folder: str = "in") -> Path:
    made = drops.write("made.csv", SAID, ({"bank_ref": reference, "end_to_end_id": "L1"},))
    return made.rename(home(drops) / folder / name)


def take_all(drops: Office, passed_by: set[Mark] | None = None) -> int:
    passed_by = set() if passed_by is None else passed_by
    taken = 0
    while take_dropped(drops.database, drops.settings, passed_by):
        taken += 1
    return taken


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir()) if folder.exists() else []


def files(drops: Office) -> list[SettlementFile]:
    with drops.database.reading() as session:
        return list(session.exec(select(SettlementFile).order_by(SettlementFile.id)))


def test_a_good_file_goes_to_done_and_a_bad_one_to_failed_each_with_its_receipt(drops: Office) -> None:
    drop(drops)
    drop(drops, "lẻ.csv", folder=".").write_text("no\nheader\n")
    assert take_all(drops) == 2
    assert names(home(drops) / "in") == []
    assert names(home(drops) / "done") == ["kq.csv", "kq.csv.receipt.json"]
    assert names(home(drops) / "failed") == ["lẻ.csv", "lẻ.csv.receipt.json"]
    receipt = json.loads((home(drops) / "done" / "kq.csv.receipt.json").read_text())
    assert (receipt["state"], receipt["bank_code"], receipt["lines"]) == ("accepted", "VBA", 1)
    assert receipt["totals"][0]["debit"] == "810000"
    receipt = json.loads((home(drops) / "failed" / "lẻ.csv.receipt.json").read_text())
    assert receipt["state"] == "refused"
    assert receipt["problems"][0]["help"].startswith("/problems/")
    assert [file.received_by for file in files(drops)] == ["drop VBA"] * 2


def test_a_file_still_being_written_is_left_alone(drops: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(drops)
    for name in (".hidden.csv", "a.csv.part", "b.filepart", "c.TMP"):
        drop(drops, name)
    with path.open("a"):
        assert take_all(drops) == 0
    monkeypatch.setattr("payouts.jobs.dropping.QUIET_SECONDS", 5)
    assert take_all(drops) == 0
    monkeypatch.setattr("payouts.jobs.dropping.QUIET_SECONDS", -1)
    assert take_all(drops) == 1
    assert names(home(drops) / "in") == [".hidden.csv", "a.csv.part", "b.filepart", "c.TMP"]


def test_where_the_system_does_not_tell_a_file_has_to_be_quiet_for_longer(
    drops: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_given: object) -> int:
        raise PermissionError

    drop(drops)
    monkeypatch.setattr("fcntl.fcntl", forbidden)
    assert take_all(drops) == 0
    monkeypatch.setattr("payouts.jobs.dropping.QUIET_UNSEEN_SECONDS", -1)
    assert take_all(drops) == 1


def test_links_and_strange_folders_are_passed_by(drops: Office, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret")
    (home(drops) / "in" / "link.csv").symlink_to(secret)
    (home(drops) / "in" / "folder.csv").mkdir()
    os.mkfifo(home(drops) / "in" / "pipe.csv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    drop(drops).rename(elsewhere / "kq.csv")
    (home(drops).parent / "MB").symlink_to(elsewhere)
    (home(drops).parent / "not a bank").mkdir()
    (home(drops) / "done").symlink_to(elsewhere)
    assert take_all(drops) == 0
    drop(drops)
    passed_by: set[Mark] = set()
    assert take_all(drops, passed_by) == 0  # its place is a link, so it stays
    assert names(elsewhere) == ["kq.csv"]
    assert len(passed_by) == 1
    assert secret.read_text() == "secret"
    (home(drops) / "done").unlink()
    assert take_all(drops) == 1
    assert len(files(drops)) == 1


def test_the_same_file_again_is_the_same_receipt_and_the_same_name_is_no_loss(drops: Office) -> None:
    drop(drops)
    take_all(drops)
    drop(drops)
    drop(drops, "other.csv")
    drop(drops, "OTHER.csv", reference="F2")
    take_all(drops)
    drop(drops, reference="F3")
    take_all(drops)
    assert len(files(drops)) == 3
    assert [each for each in names(home(drops) / "done") if not each.endswith("json")] == [
        "OTHER.csv",
        "kq (2).csv",
        "kq (3).csv",
        "kq.csv",
        "other.csv",
    ]
    last = json.loads((home(drops) / "done" / "kq (3).csv.receipt.json").read_text())
    assert last["same_name_as"] == files(drops)[0].id
    with drops.database.reading() as session:
        assert len(session.exec(select(SettlementLine.id)).all()) == 3


def test_names_as_long_as_a_disk_allows_and_names_that_are_no_text_are_kept(drops: Office) -> None:
    drop(drops, "ế" * 83 + ".csv")
    drop(drops, "b" * 200 + "." + "c" * 54, reference="F2")
    drop(drops, os.fsdecode(b"\xff\xfe.csv"), reference="F3")
    assert take_all(drops) == 3
    kept = names(home(drops) / "done")
    assert len(kept) == 6
    assert all(len(os.fsencode(name)) <= 255 for name in kept)
    assert [file.state for file in files(drops)] == ["accepted"] * 3


def test_a_file_larger_than_is_taken_is_not_read(drops: Office) -> None:
    drop(drops).write_bytes(b"x" * 100_001)
    assert take_all(drops) == 1
    receipt = json.loads((home(drops) / "failed" / "kq.csv.receipt.json").read_text())
    assert receipt["problems"][0]["code"] == "file_too_large"
    assert files(drops) == []


def test_a_kill_before_the_file_is_put_away_ends_with_one_receipt(
    drops: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_given: object) -> None:
        raise Killed

    drop(drops)
    with monkeypatch.context() as patched:
        patched.setattr("payouts.jobs.dropping._put_away", killed)
        with pytest.raises(Killed):
            take_all(drops)
    assert names(home(drops) / "in") == ["kq.csv"]
    assert take_all(drops) == 1
    assert [file.state for file in files(drops)] == ["accepted"]
    assert names(home(drops) / "done") == ["kq.csv", "kq.csv.receipt.json"]


def test_a_mistake_of_ours_leaves_the_file_for_the_next_time(
    drops: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(drops)
    passed_by: set[Mark] = set()
    with monkeypatch.context() as patched:
        patched.setattr("payouts.jobs.dropping.take_file", lambda *_given, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take_all(drops, passed_by)
    assert take_all(drops, passed_by) == 1


def test_a_worker_looks_into_the_folder_between_jobs(drops: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(drops)
    between = chores(drops.database, drops.settings)
    assert between()
    assert not between()
    monkeypatch.setattr("payouts.jobs.chores.take_dropped", lambda *_given: 1 / 0)
    assert not chores(drops.database, drops.settings)()
