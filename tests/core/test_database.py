"""The database keeps what was committed, nothing else, and lets writers stand in a queue."""

import contextlib
import datetime as dt
import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import BigInteger, Boolean, Column, Date, MetaData, String, Table, func, insert, select
from sqlalchemy.exc import DBAPIError

from payouts.core.bulk import insert_table, read_keys, read_table
from payouts.core.database import Database
from payouts.core.fields import Moment
from payouts.core.sqlite import open_sqlite

THINGS = Table(
    "things",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("name", String),
    Column("day", Date),
    Column("at", Moment),
    Column("good", Boolean),
)
NOON = dt.datetime(2026, 11, 22, 12, 30, 15, 123456, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def things(database: Database) -> None:
    THINGS.metadata.create_all(database.engine)


def count(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(THINGS)).scalar_one()


def test_a_session_commits_at_its_end(database: Database) -> None:
    with database.session() as session:
        session.execute(insert(THINGS).values(id=2**40, name="Đỗ Thị Hòa"))
    assert count(database) == 1


def test_an_error_undoes_all_of_it(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError), database.session() as session:
        session.execute(insert(THINGS).values(id=1))
        _ = 1 // 0
    assert count(database) == 0


def test_a_reading_session_cannot_write(database: Database) -> None:
    with database.reading() as session, pytest.raises(DBAPIError):
        session.execute(insert(THINGS).values(id=1))
    with database.session() as session:
        session.execute(insert(THINGS).values(id=1))
    assert count(database) == 1


def test_a_reading_session_sees_one_state(database: Database) -> None:
    with database.reading() as reading:
        assert reading.execute(select(func.count()).select_from(THINGS)).scalar_one() == 0
        with database.session() as session:
            session.execute(insert(THINGS).values(id=1))
        assert reading.execute(select(func.count()).select_from(THINGS)).scalar_one() == 0
    assert count(database) == 1


def test_writers_stand_in_a_queue(database: Database) -> None:
    with database.session() as session:
        session.execute(insert(THINGS).values(id=1, name="0"))

    def add() -> None:
        for _ in range(5):
            with database.session() as session:
                was = session.execute(
                    select(THINGS.c.name).where(THINGS.c.id == 1).with_for_update()
                ).scalar_one()
                time.sleep(0.001)
                session.execute(THINGS.update().where(THINGS.c.id == 1).values(name=str(int(was) + 1)))

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.execute(select(THINGS.c.name)).scalar_one() == "30"


def test_rows_go_in_and_come_out_as_arrow(database: Database) -> None:
    rows = pa.table(
        {
            "id": pa.array([1, 2, 3], pa.int64()),
            "name": pa.array(['a,"b"\nc', "", None], pa.string()),
            "day": pa.array([dt.date(2026, 11, 22), None, dt.date(1931, 1, 1)], pa.date32()),
            "at": pa.array([NOON, NOON, None], pa.timestamp("us", tz="UTC")),
            "good": pa.array([True, False, None], pa.bool_()),
        }
    )
    with database.session() as session:
        assert insert_table(session, THINGS, rows) == 3
    with database.reading() as session:
        assert read_table(session, select(THINGS).order_by(THINGS.c.id)).equals(rows)
        plain = session.execute(select(THINGS.c.at, THINGS.c.day).where(THINGS.c.id == 1)).one()
    assert tuple(plain) == (NOON, dt.date(2026, 11, 22))


def test_rows_are_read_by_a_range_of_keys_whatever_their_texts_hold(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payouts.core.bulk.BATCH", 3)
    names = ["An", None, "", "two\nlines", 'said "yes"', "a,b", "back\\slash %s", "Đặng", "cr\r", "tail"]
    rows = pa.table({
        "id": pa.array([3, 4, 5, 6, 9, 10, 11, 12, 40, 41], pa.int64()),
        "name": pa.array(names),
        "good": pa.array([True, False, None] * 3 + [True]),
    })  # fmt: skip
    with database.session() as session:
        insert_table(session, THINGS, rows)
    query = select(THINGS.c.id, THINGS.c.name, THINGS.c.good)
    with database.reading() as session:
        read = read_keys(session, query, THINGS.c.id, 4, 40).sort_by("id")
        named = read_keys(session, query.where(THINGS.c.name != "a,b"), THINGS.c.id, 9, 11)
        nobody = read_keys(session, query, THINGS.c.id, 100, 200)
    assert read.equals(rows.slice(1, 8))
    assert sorted(named["id"].to_pylist()) == [9, 11]
    assert nobody.equals(rows.slice(0, 0))


def test_an_empty_answer_keeps_its_columns(database: Database) -> None:
    with database.reading() as session:
        read = read_table(session, select(THINGS.c.id, THINGS.c.day))
    assert read.schema == pa.schema([("id", pa.int64()), ("day", pa.date32())])
    assert read.num_rows == 0


def test_bulk_rows_vanish_with_their_transaction(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError), database.session() as session:
        insert_table(session, THINGS, pa.table({"id": pa.array(range(50_000), pa.int64())}))
        _ = 1 // 0
    assert count(database) == 0


def test_the_write_ahead_log_is_folded_in(tmp_path: Path) -> None:
    path = tmp_path / "careful.sqlite3"
    engine, _ = open_sqlite(path, careful=True)
    THINGS.metadata.create_all(engine)
    for start in range(0, 400_000, 20_000):
        with engine.begin() as connection:
            connection.execute(insert(THINGS), [{"id": start + i, "name": "x" * 20} for i in range(20_000)])
    assert path.with_name("careful.sqlite3-wal").stat().st_size < 12 * 1024 * 1024
    engine.dispose()
