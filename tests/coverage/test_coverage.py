"""From lists, bank files and the registry to where each person stands, day by day."""

import datetime as dt

from sqlmodel import Session, select

from payouts.cases.by_hand import open_by_hand
from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.coverage.campaign import open_campaign
from payouts.coverage.left import Left, bottlenecks, people_left
from payouts.coverage.models import CoveragePerson
from payouts.coverage.refresh import due, refresh
from payouts.coverage.store import day_before, figures, tallies, together
from payouts.coverage.targets import progress, set_target, targets
from payouts.identity.scope import EVERYTHING, Scope
from payouts.registry.models import Beneficiary, Dossier, OptOut
from tests.facts import Office

DAY = dt.datetime(2026, 11, 26, 9, tzinfo=clock.VIETNAM)
NEXT = DAY + dt.timedelta(days=9)
NO_ACCOUNT = {"channel": "cash", "bank_code": "", "account_no": ""}
PAPERS = {"source": "hand", "source_id": 0, "recorded_by": "test"}


def at(session: Session) -> dict[str, tuple[str, str, bool]]:
    rows = session.exec(select(Beneficiary, CoveragePerson).join(CoveragePerson))
    return {person.full_name: (each.stage, each.cause, each.force_majeure) for person, each in rows}


def told(office: Office) -> None:
    """Eight people: one at each stage on the way, and two who are kept from an account."""
    office.owe(
        *(
            {"line_ref": f"A{number}", "citizen_id": f"00114500341{number}", "full_name": name,
             "area_code": "00004" if number < 5 else "00070", "account_no": f"15002050044{number:02}",
             **more}
            for number, (name, more) in enumerate(
                (
                    ("Usable", {}), ("Failed", {}), ("Opened", {}), ("Unusable", {}),
                    ("Dossier", NO_ACCOUNT), ("Bedridden", NO_ACCOUNT), ("Refuses", NO_ACCOUNT),
                    ("Nothing", {**NO_ACCOUNT, "citizen_id": "012345678"}),
                )
            )
        )
    )  # fmt: skip
    office.say(
        "b.csv",
        {"end_to_end_id": "A0", "bank_ref": "R0"},
        {"end_to_end_id": "A1", "bank_ref": "R1", "status": "rejected", "reason_code": "AC04"},
        {"end_to_end_id": "A3", "bank_ref": "R3"},
    )
    office.run()
    with office.database.session() as session:
        known = {each.full_name: each.id or 0 for each in session.exec(select(Beneficiary))}
        session.add(
            Dossier(
                beneficiary_id=known["Dossier"],
                bank_code="VBA",
                completed_on=DAY.date(),
                recorded_at=DAY,
                **PAPERS,
            )
        )
        for name, reason in (("Bedridden", "bedridden"), ("Refuses", "refuses")):
            session.add(
                OptOut(beneficiary_id=known[name], reason=reason, since=DAY.date(), recorded_at=DAY, **PAPERS)
            )
        open_by_hand(session, "card_lost", "A3", EVERYTHING, by="test", words="Mất thẻ")


def test_each_person_stands_at_one_stage_with_what_stands_in_the_way(office: Office) -> None:
    with clock.stopped(DAY):
        told(office)
        made = refresh(office.database)
    assert made.people == 8
    with office.database.reading() as session:
        assert at(session) == {
            "Usable": ("usable", "", False),
            "Failed": ("refused", "ACCOUNT_CLOSED", False),
            "Opened": ("opened", "first_payment", False),
            "Unusable": ("unusable", "card_lost", False),
            "Dossier": ("dossier", "dossier_not_sent", False),
            "Bedridden": ("none", "bedridden", True),
            "Refuses": ("none", "refuses", False),
            "Nothing": ("none", "no_id", False),
        }
        by_area = figures(tallies(session, EVERYTHING, "area", DAY.date()), all_cells=True)
        assert [(row.key, row.people, row.with_account, row.verified) for row in by_area] == [
            ("00004", 5, 4, 2),
            ("00070", 3, 0, 0),
        ]
        for by in ("category", "age", "sex", "bank"):
            assert together(tallies(session, EVERYTHING, by, DAY.date()).values()).people() == 8
        ward = Scope(areas=frozenset({"00070"}), programmes=None)
        assert {each.cause: each.people for each in bottlenecks(session, ward)} == {
            "bedridden": 1, "refuses": 1, "no_id": 1,
        }  # fmt: skip
        assert bottlenecks(session, Scope(areas=None, programmes=frozenset({"NCC"}))) == []
        first = people_left(session, EVERYTHING, Left(), limit=4)
        rest = people_left(session, EVERYTHING, Left(), cursor=first.next, limit=4)
        assert (len(first.items), len(rest.items), rest.next) == (4, 3, None)


def test_days_are_compared_and_targets_say_who_is_behind(office: Office) -> None:
    with clock.stopped(DAY):
        told(office)
        refresh(office.database)
        with office.database.session() as session:
            set_target(session, EVERYTHING, area_code="", share=10_000, due=dt.date(2026, 12, 10),
                       but_force_majeure=True, reason="KH 12", by="test")  # fmt: skip
            assert due(session) is None
    with clock.stopped(NEXT):  # another month: all cells begin anew
        with office.database.session() as session:
            papers = session.exec(select(Dossier)).one()
            papers.opened_on = NEXT.date()
            session.add(papers)
            session.add(
                OptOut(beneficiary_id=1, reason="refuses", since=DAY.date(), recorded_at=DAY, **PAPERS)
            )
        with office.database.reading() as session:
            assert due(session)
        refresh(office.database)
        with office.database.reading() as session:
            before = together(tallies(session, EVERYTHING, "area", DAY.date()).values())
            now = together(tallies(session, EVERYTHING, "area", NEXT.date()).values())
            assert (before.of(("dossier",)), now.of(("dossier",))) == (1, 0)
            assert now.of(("opened",)) == before.of(("opened",)) + 1
            assert day_before(session, NEXT.date() - dt.timedelta(days=1)) == DAY.date()
            far = progress(targets(session)[""], now, today=NEXT.date(), at_start=before)
    assert (far.people, far.with_account, far.left, far.days, far.a_day) == (7, 5, 2, 4, 1)
    assert (far.expected, far.behind) == (5, 0)


def test_cases_of_the_campaign_open_once_and_close_by_themselves(office: Office) -> None:
    with clock.stopped(DAY):
        told(office)
        refresh(office.database)
        with office.database.session() as session:
            assert open_campaign(session, EVERYTHING, Left(help="account"), by="test") == 1
            assert open_campaign(session, EVERYTHING, Left(), by="test") == 6
            assert open_campaign(session, EVERYTHING, Left(), by="test") == 0
            case = session.exec(
                select(Case).where(Case.subject == "001145003411", Case.kind == "campaign")
            ).one()
            assert (case.payout_line_id, case.area_code, case.programme) == (None, "00004", "BTXH")
            assert "FAILED" in (case.search or "").upper()
    with clock.stopped(NEXT):
        office.say("c.csv", {"end_to_end_id": "A1", "bank_ref": "R9", "booked_on": "2026-11-27"})
        office.run(as_of="2026-12-01")
        refresh(office.database)
        with office.database.reading() as session:
            done = session.get_one(Case, case.id)
            assert (done.state, done.outcome) == ("closed", "account_works")
            events = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id)).all()
            assert [each.kind for each in events] == ["opened", "closed"]
