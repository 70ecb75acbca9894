"""Staff sign in with a password, programs with a token, and neither after they are disabled."""

import datetime as dt

import pytest
from sqlmodel import select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import ConflictError, NotFoundError, RefusedError, UnauthenticatedError
from payouts.core.settings import Settings
from payouts.identity import audit
from payouts.identity.models import StaffSession, User
from payouts.identity.scope import Scope
from payouts.identity.sessions import ThrottledError, sign_in, sign_out, signed_in
from payouts.identity.users import (
    add_user,
    change_password,
    disable_user,
    find_user,
    issue_token,
    list_users,
    reset_password,
    staff_of_token,
)

SETTINGS = Settings(session_idle_minutes=60, session_hours=12)
MONDAY = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
HERE = "203.0.113.7"


@pytest.fixture
def password(database: Database) -> str:
    with database.session() as session:
        return add_user(session, "Le.Binh", "ward", areas=["00004", "00070"], by="shell root")


def test_a_ward_officer_signs_in_and_sees_their_wards_only(database: Database, password: str) -> None:
    entered = sign_in(database, SETTINGS, " LE.BINH ", password, address=HERE)
    assert entered.staff.scope == Scope(frozenset({"00004", "00070"}), None)
    assert entered.staff.must_change_password
    assert not entered.staff.scope.covers(area="00008", programme="BTXH")
    assert not entered.staff.scope.covers(area=None, programme="BTXH")
    found = signed_in(database, SETTINGS, entered.token)
    assert found == entered


def test_neither_password_nor_token_is_kept_as_it_is(database: Database, password: str) -> None:
    entered = sign_in(database, SETTINGS, "le.binh", password, address=HERE)
    with database.reading() as session:
        user = session.exec(select(User)).one()
        kept = session.exec(select(StaffSession)).one()
        trail = [event.model_dump_json() for event in audit.events(session)]
    assert user.password_hash.startswith("$argon2id$")
    assert password not in user.password_hash
    assert entered.token not in kept.token_hash
    assert not any(password in event or entered.token in event for event in trail)


@pytest.mark.parametrize("name", ["le.binh", "nobody", "", "x" * 5000, "a\x00b"])
def test_a_wrong_password_never_says_what_was_wrong(database: Database, password: str, name: str) -> None:
    with pytest.raises(UnauthenticatedError) as refusal:
        sign_in(database, SETTINGS, name, password + "x", address=HERE)
    assert refusal.value.code == "sign_in_refused"


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(database: Database, password: str) -> None:
    with clock.stopped(MONDAY):
        for _ in range(5):
            with pytest.raises(UnauthenticatedError):
                sign_in(database, SETTINGS, "le.binh", "wrong", address=HERE)
        with pytest.raises(ThrottledError):
            sign_in(database, SETTINGS, "le.binh", password, address=HERE)
        sign_in(database, SETTINGS, "le.binh", password, address="203.0.113.8")
    with clock.stopped(MONDAY + dt.timedelta(minutes=16)):
        sign_in(database, SETTINGS, "le.binh", password, address=HERE)


def test_a_session_ends_when_idle_when_over_and_when_signed_out(database: Database) -> None:
    with database.session() as session:
        add_user(session, "mai", "province", password="ngày mai trời lại sáng", by="shell root")
    with clock.stopped(MONDAY):
        token = sign_in(database, SETTINGS, "mai", "ngày mai trời lại sáng", address=HERE).token
        other = sign_in(database, SETTINGS, "mai", "ngày mai trời lại sáng", address=HERE)
    for minutes in range(50, 12 * 60, 50):
        with clock.stopped(MONDAY + dt.timedelta(minutes=minutes)):
            assert signed_in(database, SETTINGS, token) is not None
    with clock.stopped(MONDAY + dt.timedelta(hours=12)):
        assert signed_in(database, SETTINGS, token) is None
    with clock.stopped(MONDAY + dt.timedelta(minutes=59)):
        assert signed_in(database, SETTINGS, other.token) is not None
    with clock.stopped(MONDAY + dt.timedelta(minutes=59 + 60)):
        assert signed_in(database, SETTINGS, other.token) is None
    with database.session() as session:
        sign_out(session, other)
    with clock.stopped(MONDAY):
        assert signed_in(database, SETTINGS, other.token) is None


def test_a_one_time_password_is_good_for_three_days(database: Database) -> None:
    with clock.stopped(MONDAY), database.session() as session:
        password = add_user(session, "lan", "auditor", by="shell root")
    with clock.stopped(MONDAY + dt.timedelta(hours=73)), pytest.raises(UnauthenticatedError):
        sign_in(database, SETTINGS, "lan", password, address=HERE)


def test_a_disabled_user_is_out_at_once_and_a_reset_lets_them_in_again(
    database: Database, password: str
) -> None:
    entered = sign_in(database, SETTINGS, "le.binh", password, address=HERE)
    with database.session() as session:
        token = issue_token(session, "le.binh", label="Excel", by="shell root")
        staff = staff_of_token(session, token)
        assert staff is not None
        assert staff.username == "le.binh"
    with database.session() as session:
        disable_user(session, "le.binh", by="shell root")
        assert staff_of_token(session, token) is None
        with pytest.raises(ConflictError):
            issue_token(session, "le.binh", label="Excel", by="shell root")
    assert signed_in(database, SETTINGS, entered.token) is None
    with pytest.raises(UnauthenticatedError):
        sign_in(database, SETTINGS, "le.binh", password, address=HERE)
    with database.session() as session:
        fresh = reset_password(session, "le.binh", by="shell root")
        assert staff_of_token(session, token) is None
    sign_in(database, SETTINGS, "le.binh", fresh, address=HERE)


def test_a_token_ends_after_a_year(database: Database, password: str) -> None:
    del password
    with clock.stopped(MONDAY), database.session() as session:
        token = issue_token(session, "le.binh", label="", by="shell root")
    with clock.stopped(MONDAY + dt.timedelta(days=365)), database.reading() as session:
        assert staff_of_token(session, token) is None


def test_people_choose_their_own_password(database: Database, password: str) -> None:
    staff = sign_in(database, SETTINGS, "le.binh", password, address=HERE).staff
    for old, new in [
        ("wrong", "một câu đủ dài"),
        (password, "short"),
        (password, password),
        (password, "le.binh le.binh"),
    ]:
        with database.session() as session, pytest.raises(RefusedError):
            change_password(session, staff, old, new)
    with database.session() as session:
        change_password(session, staff, password, "một câu đủ dài")
    entered = sign_in(database, SETTINGS, "le.binh", "một câu đủ dài", address=HERE)
    assert not entered.staff.must_change_password


@pytest.mark.parametrize(
    ("name", "role", "areas", "programmes"),
    [
        ("a", "admin", [], []),
        ("hai người", "admin", [], []),
        ("nam", "boss", [], []),
        ("nam", "ward", [], []),
        ("nam", "ward", ["4"], []),
        ("nam", "ward", ["٠٠٠٠٤"], []),
        ("nam", "province", [], ["btxh"]),
    ],
)
def test_an_impossible_user_is_refused(
    database: Database, name: str, role: str, areas: list[str], programmes: list[str]
) -> None:
    with database.session() as session, pytest.raises(RefusedError):
        add_user(session, name, role, areas=areas, programmes=programmes, by="shell root")


def test_a_name_is_given_once(database: Database, password: str) -> None:
    del password
    with database.session() as session:
        with pytest.raises(ConflictError):
            add_user(session, "LE.BINH", "admin", by="shell root")
        with pytest.raises(NotFoundError):
            find_user(session, "nobody")
        assert [(u.username, u.role, u.areas, u.disabled) for u in list_users(session)] == [
            ("le.binh", "ward", ("00004", "00070"), False)
        ]
