"""The demonstration as it is made: every verdict and disposition once, kept at a second start."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.cases.worklist import worklist
from payouts.core.database import Database
from payouts.core.errors import ConflictError
from payouts.core.settings import Settings
from payouts.demo.start import Demo, demo_settings, make_demo, summaries
from payouts.identity.banks import bank_of_key
from payouts.identity.rules import ROLES
from payouts.identity.scope import Scope
from payouts.identity.secrets import password_fits
from payouts.identity.users import find_user, staff_of
from payouts.migrations.upgrade import open_current
from payouts.runs.models import Disposition, Verdict
from reconciliation.tables import DISPOSITIONS, VERDICTS


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def demo(settings: Settings) -> Demo:
    made, new = make_demo(settings)
    assert new
    return made


@pytest.fixture
def database(settings: Settings, demo: Demo) -> Iterator[Database]:
    del demo
    opened = open_current(demo_settings(settings))
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.reading() as opened:
        yield opened


def test_every_verdict_and_every_disposition_is_there(session: Session) -> None:
    assert set(session.execute(select(Verdict.verdict).distinct()).scalars()) == set(VERDICTS)  # type: ignore[call-overload]  # a column
    assert set(session.execute(select(Disposition.disposition).distinct()).scalars()) == set(DISPOSITIONS)  # type: ignore[call-overload]  # a column


def test_the_cycle_has_all_verdicts_that_one_deadline_allows(settings: Settings, demo: Demo) -> None:
    main, other = summaries(settings, demo)
    assert (main["programme"], main["cycle"]) == (demo.programme, demo.cycle)
    assert set(main["verdicts"]) == set(VERDICTS) - {"pending"}
    assert "pending" in other["verdicts"]
    assert main["owed"]["lines"] + other["owed"]["lines"] == 2_000
    assert main["identity"]["difference"] == other["identity"]["difference"] == 0


def test_people_can_sign_in_and_wards_have_work(session: Session, demo: Demo) -> None:
    wards = 0
    for user in demo.users:
        kept = find_user(session, str(user["username"]))
        assert password_fits(str(user["password"]), kept.password_hash)
        assert not kept.must_change_password
        staff = staff_of(session, kept)
        assert staff.role == user["role"]
        if user["area"]:
            wards += 1
            assert staff.scope == Scope(frozenset({user["area"]}), None)
            assert len(worklist(session, staff.scope).items) > 10
    assert wards >= 2
    assert {user["role"] for user in demo.users} == set(ROLES)


def test_banks_keys_open_the_door(session: Session, demo: Demo) -> None:
    for bank in demo.banks:
        client = bank_of_key(session, bank["key"])
        assert client
        assert client.bank_code == bank["bank_code"]


def test_officers_have_left_their_marks(session: Session) -> None:
    outcomes = set(session.execute(select(Case.outcome).distinct()).scalars())  # type: ignore[call-overload]  # a column
    assert outcomes == {None, "carried_over", "confirmed_received", "paid_in_cash"}


def test_the_sign_ins_are_for_their_owner_only_and_kept(settings: Settings, demo: Demo) -> None:
    kept = settings.data_dir / "demo.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text(encoding="utf-8")) == demo.told()
    again, new = make_demo(settings)
    assert (again, new) == (demo, False)


def test_a_demonstration_in_use_is_not_thrown_away(settings: Settings, database: Database) -> None:
    del database
    with pytest.raises(ConflictError):
        make_demo(settings, fresh=True)
    assert (settings.data_dir / "demo.json").exists()


def test_what_was_half_made_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("payouts.demo.start._send_lists", killed)
        with pytest.raises(KeyboardInterrupt):
            make_demo(settings)
    assert not (tmp_path / "demo.json").exists()
    monkeypatch.setattr("payouts.demo.start.write_files", lambda *_: [])
    made, new = make_demo(settings)
    assert new
    assert made.users
