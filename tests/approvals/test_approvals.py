"""Who asked never decides, nor whom it concerns; who is named does, or whom they authorised in writing."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from payouts.approvals.asking import answer, ask
from payouts.approvals.delegations import delegate, delegations, revoke
from payouts.approvals.models import Approval, ApprovalAnswer
from payouts.approvals.naming import end_approver, name_approver, named
from payouts.approvals.store import find_approval, queue, waiting_count
from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError, RefusedError
from payouts.identity.declared import declare
from payouts.identity.rules import Staff
from payouts.identity.users import add_user, disable_user, find_user, staff_of

HOA = "001145003417"
PEOPLE = (
    ("badinh", "ward", ["00004"]),
    ("hoankiem", "ward", ["00070"]),
    ("thanhpho", "province", []),
    ("thanhpho2", "province", []),
    ("ketoan", "accountant", []),
    ("quantri", "admin", []),
    ("kiemtra", "auditor", []),
)


@pytest.fixture
def people(database: Database, quick_passwords: None) -> dict[str, Staff]:
    del quick_passwords
    with database.session() as session:
        for username, role, areas in PEOPLE:
            add_user(session, username, role, areas=areas, password="một câu đủ dài để nhớ", by="test")
        return {name: staff_of(session, find_user(session, name)) for name, _, _ in PEOPLE}


def asked(session: Session, by: str = "badinh", **more: object) -> Approval:
    facts = {"programme": "BTXH", "area_code": "00004", "reason": "Ngân hàng trả lại tiền."}
    return ask(session, "reissue", "case 1", **{**facts, "by": by, "concerned": [HOA, None], **more})  # type: ignore[arg-type]


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as error:
        act()
    return error.value.code


def test_another_person_of_the_right_role_decides(database: Database, people: dict[str, Staff]) -> None:
    with database.session() as session:
        approval = asked(session)
        for name, code in (
            ("badinh", "same_person"),
            ("hoankiem", "no_such_approval"),
            ("quantri", "not_the_approver"),
            ("kiemtra", "not_the_approver"),
        ):
            assert code_of(lambda: answer(session, approval.id or 0, "approve", people[name])) == code, name  # noqa: B023  # called at once
        assert code_of(lambda: answer(session, approval.id or 0, "yes", people["ketoan"])) == "no_such_answer"
        assert code_of(lambda: answer(session, approval.id or 0, "decline", people["ketoan"])) == "why_needed"
        assert waiting_count(session, people["ketoan"]) == 1
        assert waiting_count(session, people["badinh"]) == 0
        approved, _, new = answer(session, approval.id or 0, "approve", people["ketoan"])
        assert (approved.state, new) == ("done", True)
        assert answer(session, approval.id or 0, "approve", people["ketoan"])[2] is False
        assert code_of(lambda: answer(session, approval.id or 0, "decline", people["ketoan"])) == (
            "answered_already"
        )
        assert code_of(lambda: answer(session, approval.id or 0, "decline", people["thanhpho"])) == (
            "nothing_waits"
        )
        assert queue(session, people["ketoan"]) == []
        [shown] = queue(session, people["thanhpho"], state="done")
        assert [each.by for each in shown.answers] == ["ketoan"]


def test_one_of_a_kind_and_subject_waits_and_may_be_asked_again_once_taken_back(
    database: Database, people: dict[str, Staff]
) -> None:
    with database.session() as session:
        first = asked(session)
        with pytest.raises(ConflictError):
            asked(session)
        with pytest.raises(ForbiddenError):
            answer(session, first.id or 0, "take_back", people["ketoan"])
        assert answer(session, first.id or 0, "take_back", people["badinh"])[0].state == "taken_back"
        assert asked(session).id != first.id
        with pytest.raises(RefusedError):
            asked(session, reason=" ", area_code="00070")


def test_what_takes_two_people_waits_for_the_second(database: Database, people: dict[str, Staff]) -> None:
    with database.session() as session:
        approval = ask(
            session, "reissue_settled", "case 2", by="badinh", reason="x", programme="BTXH", area_code="00004"
        )
        assert answer(session, approval.id or 0, "approve", people["ketoan"])[0].state == "waiting"
        assert answer(session, approval.id or 0, "approve", people["ketoan"])[0].state == "waiting"
        assert answer(session, approval.id or 0, "approve", people["thanhpho"])[0].state == "done"


def test_nobody_asks_or_decides_for_themselves_or_their_kin(
    database: Database, people: dict[str, Staff]
) -> None:
    with database.session() as session:
        declare(session, "ketoan", HOA, "relative", by="ketoan")
        approval = asked(session)
        with pytest.raises(ForbiddenError):
            answer(session, approval.id or 0, "approve", people["ketoan"])
        with pytest.raises(ForbiddenError):
            asked(session, by="ketoan", area_code="00070")


def test_where_somebody_is_named_nobody_else_decides(database: Database, people: dict[str, Staff]) -> None:
    with database.session() as session:
        approval = asked(session)
        one = name_approver(session, "00004", "thanhpho2", by=people["thanhpho"], document="12/QĐ")
        assert (
            code_of(
                lambda: name_approver(session, "00004", "thanhpho2", by=people["thanhpho"], document="12/QĐ")
            )
            == "named_already"
        )
        for name in ("kiemtra", "hoankiem", "quantri"):
            with pytest.raises(RefusedError):
                name_approver(session, "00004", name, by=people["thanhpho"], document="12/QĐ")
        assert [each.username for each in named(session)] == ["thanhpho2"]
        with pytest.raises(ForbiddenError):
            answer(session, approval.id or 0, "approve", people["ketoan"])
        assert answer(session, approval.id or 0, "approve", people["thanhpho2"])[0].state == "done"
        other = asked(session, by="thanhpho2")
        assert answer(session, other.id or 0, "approve", people["ketoan"])[0].state == "done"
        end_approver(session, one.id or 0, by=people["thanhpho"])
        with pytest.raises(NotFoundError):
            end_approver(session, one.id or 0, by=people["thanhpho"])


def test_a_delegation_is_dated_limited_revocable_and_shown(
    database: Database, people: dict[str, Staff]
) -> None:
    start = dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC)
    day = start.date()
    with clock.stopped(start), database.session() as session:
        given = delegate(
            session,
            people["thanhpho"],
            "hoankiem",
            document="07/UQ",
            valid_from=day,
            valid_to=day + dt.timedelta(days=3),
            kinds=["reissue"],
            areas=["00004"],
            most=1_000_000,
        )
        approval = asked(session, amount=810_000)
        assert find_approval(session, approval.id or 0, people["hoankiem"]).id == approval.id
        _, said, _ = answer(session, approval.id or 0, "approve", people["hoankiem"])
        assert (said.delegation_id, said.giver) == (given.id, "thanhpho")
        for more in ({"amount": 1_000_001}, {"area_code": "00070"}, {"by": "thanhpho"}):
            each = asked(session, **more)
            with pytest.raises(ForbiddenError):
                answer(session, each.id or 0, "approve", people["hoankiem"])
            answer(session, each.id or 0, "decline", people["ketoan"], note="x")
        last = asked(session)
        with clock.stopped(start + dt.timedelta(days=4)), pytest.raises(NotFoundError):
            answer(session, last.id or 0, "approve", people["hoankiem"])
        assert [each.id for each in delegations(session, people["hoankiem"])] == [given.id]
        assert delegations(session, people["ketoan"]) == []
        with pytest.raises(ForbiddenError):
            revoke(session, given.id or 0, people["ketoan"], reason="x")
        revoke(session, given.id or 0, people["thanhpho"], reason="Đã đi làm lại")
        with pytest.raises(ConflictError):
            revoke(session, given.id or 0, people["thanhpho"], reason="x")
        with pytest.raises(NotFoundError):
            answer(session, last.id or 0, "approve", people["hoankiem"])


def test_nobody_gives_away_more_than_they_have(database: Database, people: dict[str, Staff]) -> None:
    today = clock.today()
    week = {"document": "1/UQ", "valid_from": today, "valid_to": today + dt.timedelta(days=7)}
    with database.session() as session:
        for giver, taker, more in (
            ("thanhpho", "thanhpho", {}),
            ("thanhpho", "kiemtra", {}),
            ("quantri", "ketoan", {}),
            ("badinh", "hoankiem", {"kinds": ["reissue"]}),
            ("thanhpho", "ketoan", {"valid_to": today + dt.timedelta(days=93)}),
            ("thanhpho", "ketoan", {"valid_from": today + dt.timedelta(days=8)}),
            ("thanhpho", "ketoan", {"most": 0}),
            ("thanhpho", "ketoan", {"document": " "}),
        ):
            with pytest.raises(RefusedError):
                delegate(session, people[giver], taker, **{**week, **more})  # type: ignore[arg-type]
        delegate(session, people["thanhpho"], "badinh", **week)  # type: ignore[arg-type]
        approval = asked(session, by="ketoan")
        disable_user(session, "thanhpho", by="test")
        with pytest.raises(ForbiddenError):
            answer(session, approval.id or 0, "approve", people["badinh"])


def test_the_database_itself_refuses_an_answer_of_who_asked(
    database: Database, people: dict[str, Staff]
) -> None:
    del people
    with database.session() as session:
        approval = asked(session)
    rows = ({"by": "badinh"}, {"by": "ketoan", "giver": "badinh"}, {"by": "badinh", "asked_by": "ketoan"})
    for row in rows:
        facts = {"approval_id": approval.id, "asked_by": "badinh", "answer": "approve", "at": clock.now()}
        with database.engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(insert(ApprovalAnswer).values(**{**facts, **row}))
