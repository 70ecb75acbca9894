"""A big file is read by a child process, and nothing else is different."""

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from payouts.settlements import apart
from payouts.settlements.apart import Apart, ReaderDiedError
from payouts.settlements.reading import open_settlement
from tests.facts import Office

OTHERS: list[str] = []
FIXTURE = Path(__file__).parents[2] / "fixtures" / "late-return" / "ket-qua-05-11.csv"


@pytest.fixture
def everything_is_big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "BIG", 0)


def all_children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()


@pytest.fixture(autouse=True)
def others() -> None:
    """Servers that other tests of this process started are none of this module's children."""
    OTHERS[:] = all_children()


def children() -> list[str]:
    return [child for child in all_children() if child not in OTHERS]


def read(path: Path) -> Apart:
    return Apart(path, profile=None, currency="VND", client_bank="VBA", policy={})


@pytest.mark.usefixtures("everything_is_big")
def test_a_child_reads_what_this_process_would_read() -> None:
    here, there = open_settlement(FIXTURE, client_bank="VBA", policy={}), read(FIXTURE)
    assert list(there.batches()) == list(here.batches())
    assert there.report == here.report
    assert children() == []


@pytest.mark.usefixtures("everything_is_big")
def test_a_reading_given_up_leaves_no_child_behind() -> None:
    batches = read(FIXTURE).batches()
    next(batches)
    batches.close()  # type: ignore[attr-defined]  # a generator
    assert children() == []


def test_a_child_that_dies_is_no_end_of_file() -> None:
    here, there = multiprocessing.Pipe(duplex=False)
    for batch in open_settlement(FIXTURE).batches():
        there.send_bytes(batch.serialize())
    there.close()
    with ThreadPoolExecutor(max_workers=1) as ahead:
        received = read(FIXTURE)._received(here, ahead)
        next(received)
        with pytest.raises(ReaderDiedError):
            next(received)


@pytest.mark.usefixtures("everything_is_big")
def test_a_child_that_waits_is_taken_and_leaves_nothing_behind() -> None:
    apart.make_ready()
    apart.make_ready()
    (waits,) = children()
    batches = read(FIXTURE).batches()
    next(batches)
    assert children() == [waits]
    batches.close()  # type: ignore[attr-defined]  # a generator
    assert children() == []
    apart.make_ready()
    apart.dismiss()
    assert children() == []


@pytest.mark.usefixtures("everything_is_big")
def test_a_waiting_child_that_was_killed_is_replaced() -> None:
    apart.make_ready()
    child = int(children()[0])
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert sum(batch.num_rows for batch in read(FIXTURE).batches()) > 0
    assert children() == []


@pytest.mark.usefixtures("everything_is_big")
def test_a_file_read_by_a_child_is_kept_whole(office: Office) -> None:
    receipt = office.say("kq.csv", *({"end_to_end_id": f"L{n}"} for n in range(5)))
    assert (receipt.state, receipt.good_lines) == ("accepted", 5)
