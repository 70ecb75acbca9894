"""Test files are swept after their time, and nothing else is."""

import datetime as dt
import os
from pathlib import Path

from sqlmodel import select

from payouts.core import clock
from payouts.core.storage import keep_copy, path_of, space
from payouts.jobs.asking import take_file
from payouts.jobs.models import Job
from payouts.jobs.sweeping import sweep_test_files
from payouts.jobs.worker import work_once
from payouts.settlements.models import SettlementFile, SettlementLine
from tests.facts import SAID, Office


def sent(office: Office, *, test: bool, reference: str = "F1") -> Path:
    data = space(office.settings.data_dir, test=test)
    path = office.write("kq.csv", SAID, ({"bank_ref": reference, "end_to_end_id": "L1"},))
    stored = keep_copy(data, path)
    with office.database.session() as session:
        take_file(session, stored, bank_code="VBA", filename="kq.csv", by="test", test=test)
    while work_once(office.database, office.settings):
        pass
    kept = path_of(data, stored.sha256)
    os.utime(kept, (0, 0))
    return kept


def test_old_test_files_go_with_their_bytes_and_live_ones_stay(office: Office) -> None:
    live = sent(office, test=False)
    old = sent(office, test=True)
    assert not sweep_test_files(office.database, office.settings)
    later = clock.now() + dt.timedelta(days=office.settings.test_files_days, hours=1)
    with clock.stopped(later - dt.timedelta(days=2)):
        young = sent(office, test=True, reference="F2")
    with clock.stopped(later):
        assert sweep_test_files(office.database, office.settings) == 1
    assert (live.exists(), old.exists(), young.exists()) == (True, False, True)
    with office.database.reading() as session:
        assert [file.test for file in session.exec(select(SettlementFile))] == [False, True]
        assert len(session.exec(select(SettlementLine.id)).all()) == 1
        assert len(session.exec(select(Job.id)).all()) == 2
    again = sent(office, test=True)
    with office.database.reading() as session:
        assert [file.state for file in session.exec(select(SettlementFile))] == ["accepted"] * 3
    assert again == old
