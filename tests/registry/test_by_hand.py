"""What staff write into the registry by hand, on which paper; an account or payee takes a second person."""

import datetime as dt

import pytest
from sqlmodel import Session, col, select

from payouts.cases.correcting import Wish
from payouts.cases.deciding import answer_approval
from payouts.cases.on_person import PayeeWish, ask_account, ask_payee
from payouts.cases.people import view_person
from payouts.core import clock
from payouts.core.errors import DomainError, ForbiddenError, NotFoundError, RefusedError
from payouts.identity.declared import declare
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING, Scope
from payouts.identity.users import add_user
from payouts.registry.by_hand import write_details, write_dossier, write_opt_out
from payouts.registry.changes import changes_of
from payouts.registry.deciding import Chosen
from payouts.registry.files.intake import keep_registry_file
from payouts.registry.models import Beneficiary, Payee, WelfareAccount
from payouts.registry.proposals import waiting_by_kind
from payouts.registry.record import record_of
from tests.facts import OWED, Office

OTHER = Staff(2, "lan", "province", EVERYTHING)
WISH = Wish("account", "MB", "0990 001", "NGUYEN THI HOA", "", 0, "Đổi ngân hàng")
CONFIRMED = {"programme": "BTXH", "proof": "Đơn 20/11/2026", "by": "badinh"}


def hoa(session: Session) -> Beneficiary:
    return session.exec(select(Beneficiary).where(Beneficiary.citizen_id == OWED["citizen_id"])).one()


def code_of(session: Session, act: object) -> str:
    with pytest.raises(DomainError) as refused, session.begin_nested():
        act()  # type: ignore[operator]  # one of the acts above
    return refused.value.code


def test_details_keep_who_when_and_the_paper_and_settle_what_lists_propose(office: Office) -> None:
    office.owe({})
    office.owe({"line_ref": "L2", "full_name": "Nguyễn Thị Hòa"}, cycle="2026-12")
    with office.database.session() as session:
        told = write_details(
            session,
            hoa(session),
            {"full_name": "Nguyễn Thị Hoà", "vneid_level": 2, "sex": None},
            proof="Thẻ CCCD 01/02/2025",
            by="badinh",
        )
        assert told == ["full_name", "vneid_level"]
        for values, proof in (
            ({"sex": "x"}, "a"),
            ({"area_code": "99999"}, "a"),
            ({}, "a"),
            ({"sex": "male"}, ""),
        ):
            assert code_of(
                session, lambda v=values, p=proof: write_details(session, hoa(session), v, proof=p, by="b")
            )
    with office.database.reading() as session:
        assert waiting_by_kind(session, EVERYTHING, Chosen()) == {}
        change = changes_of(session, hoa(session).id or 0)[-1]
        assert (change.field, change.before, change.after, change.by, change.proof) == (
            *("full_name", "Nguyễn Thị Hoa", "Nguyễn Thị Hoà", "badinh"),
            "Thẻ CCCD 01/02/2025",
        )
        seen = view_person(session, hoa(session).id or 0, EVERYTHING).changes
        assert {each.what for each in seen} >= {"recorded_hand", "listed"}


def test_nobody_writes_their_own_record(office: Office, quick_passwords: None) -> None:
    del quick_passwords
    office.owe({})
    with office.database.session() as session:
        add_user(session, "badinh", "ward", areas=["00004"], password="một câu đủ dài để nhớ", by="test")
        declare(session, "badinh", OWED["citizen_id"], "relative", by="badinh")
        with pytest.raises(ForbiddenError):
            write_details(session, hoa(session), {"vneid_level": 1}, proof="x", by="badinh")


def test_a_reason_and_a_dossier_go_their_way(office: Office) -> None:
    office.owe({})
    today = clock.today()
    with office.database.session() as session:
        person = hoa(session)
        assert write_opt_out(session, person, "bedridden", note="", proof="Biên bản 3", by="b")
        assert code_of(
            session, lambda: write_opt_out(session, person, "bedridden", note="", proof="x", by="b")
        )
        assert write_opt_out(session, person, "", note="", proof="Biên bản 4", by="b") is None
        days = {"completed_on": today - dt.timedelta(days=9)}
        write_dossier(session, person, "MB", days, why="", proof="Phiếu 1", by="b")
        early = {"opened_on": today - dt.timedelta(days=10)}
        with pytest.raises(RefusedError), session.no_autoflush, session.begin_nested():
            write_dossier(session, person, "MB", early, why="", proof="Phiếu 2", by="b")
    with office.database.session() as session:
        person = hoa(session)
        write_dossier(session, person, "MB", {"opened_on": today}, why="", proof="Phiếu 2", by="b")
        record = record_of(session, person.id or 0, EVERYTHING)
        assert (record.opt_out, record.dossier and record.dossier.opened_on) == (None, today)


def test_an_account_and_a_payee_on_the_page_of_a_person_take_a_second_person(office: Office) -> None:
    office.owe({})
    today = clock.today()
    with office.database.session() as session:
        person = hoa(session).id or 0
        asked = ask_account(session, person, EVERYTHING, WISH, confirmed_on=today, **CONFIRMED)
        late = today - dt.timedelta(days=31)
        for more in (
            {"confirmed_on": late},
            {"confirmed_on": None},
            {"confirmed_on": today, "programme": "NCC"},
        ):
            assert code_of(
                session, lambda m=more: ask_account(session, person, EVERYTHING, WISH, **{**CONFIRMED, **m})
            )
        elsewhere = Scope(frozenset({"00070"}), None)
        with pytest.raises(NotFoundError):
            ask_account(session, person, elsewhere, WISH, confirmed_on=today, **CONFIRMED)
        guardian = PayeeWish("guardian", "Trần An", "001080000123", None, "QĐ 7/2026", "Người giám hộ")
        payee = ask_payee(session, person, EVERYTHING, guardian, by="badinh")
        answer_approval(session, asked.id or 0, "approve", OTHER)
        answer_approval(session, payee.id or 0, "approve", OTHER)
    with office.database.session() as session:
        rows = session.exec(select(WelfareAccount).order_by(col(WelfareAccount.id))).all()
        assert [(each.account_no, each.valid_to is None) for each in rows] == [
            ("1500205004417", False),
            ("0990001", True),
        ]
        assert session.exec(select(Payee.relation, Payee.document)).one() == ("guardian", "QĐ 7/2026")
        told = {each.field: each.source for each in changes_of(session, person)}
        assert told == {"account": "approval", "payee": "approval"}
        end = PayeeWish("", "", "", None, "QĐ 8/2026", "Hết giám hộ")
        answer_approval(
            session, ask_payee(session, person, EVERYTHING, end, by="badinh").id or 0, "approve", OTHER
        )
        assert record_of(session, person, EVERYTHING).payee is None


def test_somebody_known_from_a_registry_file_alone_is_seen_in_their_ward_and_gets_a_first_account(
    office: Office,
) -> None:
    office.settings.data_dir.mkdir(exist_ok=True)
    path = office.settings.data_dir / "x.csv"
    path.write_text(
        "citizen_id,full_name,area_code,programme\n001160001234,Trần Thị Lan,00004,BTXH\n", encoding="utf-8"
    )
    keep_registry_file(office.database, office.settings, path, by="x")
    with office.database.session() as session:
        person = session.exec(select(Beneficiary.id)).one() or 0
        ward = Scope(frozenset({"00004"}), frozenset({"BTXH"}))
        assert view_person(session, person, ward).whole
        with pytest.raises(NotFoundError):
            view_person(session, person, Scope(frozenset({"00008"}), None))
        asked = ask_account(session, person, ward, WISH, confirmed_on=clock.today(), **CONFIRMED)
        answer_approval(session, asked.id or 0, "approve", OTHER)
        assert session.exec(select(WelfareAccount.account_no)).one() == "0990001"
