"""A bank may still know a person by the old CMND: how the number becomes known, and what it is worth."""

from sqlmodel import select

from payouts.identity.scope import EVERYTHING
from payouts.registry.models import EarlierId
from payouts.runs.store import verdict_page
from tests.facts import OWED, Office

BORN = {**OWED, "date_of_birth": "1945-04-12"}
CMND, CCCD = "011234567", "001145003417"
BY_CMND = {"remittance_info": f"tro cap CMND {CMND} thang 11"}


def verdict(office: Office) -> tuple[str, str | None]:
    office.run()
    with office.database.reading() as session:
        [row] = verdict_page(session, "BTXH", "2026-11", EVERYTHING).items
    return row["verdict"], row["rule"]


def known(office: Office) -> list[tuple[str, str]]:
    with office.database.reading() as session:
        return [(each.earlier_id, each.known_by) for each in session.exec(select(EarlierId))]


def test_a_list_tells_the_old_number_and_the_bank_pays_by_it(office: Office) -> None:
    kept = office.owe({"Số CMND cũ": CMND}, usual={**OWED, "Số CMND cũ": ""})
    assert kept.state == "accepted", kept.problems
    office.say("a.csv", BY_CMND)
    assert verdict(office) == ("paid", "citizen_amount")
    assert known(office) == [(CMND, "list")]


def test_without_the_old_number_the_money_is_nobodys(office: Office) -> None:
    office.owe({})
    office.say("a.csv", BY_CMND)
    assert verdict(office) == ("missing", None)
    assert known(office) == []


def test_name_birth_and_account_of_an_earlier_list_tell_the_old_number(office: Office) -> None:
    office.owe({"line_ref": "L0", "citizen_id": CMND, "period": "2026-10"}, usual=BORN, cycle="2026-10")
    office.say("oct.csv", {"end_to_end_id": "L0", "booked_on": "2026-10-05"})
    office.run(cycle="2026-10")
    office.owe({"citizen_id": CCCD}, usual=BORN)
    office.say("a.csv", BY_CMND)
    assert verdict(office) == ("paid", "citizen_amount")
    assert known(office) == [(CMND, "account")]


def test_a_name_and_an_account_without_a_birth_date_tell_nothing(office: Office) -> None:
    office.owe({"line_ref": "L0", "citizen_id": CMND, "period": "2026-10"}, cycle="2026-10")
    office.owe({"citizen_id": CCCD})
    assert known(office) == []


def test_an_old_number_stays_known_when_a_later_list_leaves_it_out(office: Office) -> None:
    usual = {**OWED, "Số CMND cũ": ""}
    office.owe({"line_ref": "L0", "period": "2026-10", "Số CMND cũ": CMND}, usual=usual, cycle="2026-10")
    office.say("oct.csv", {"end_to_end_id": "L0", "booked_on": "2026-10-05"})
    office.run(cycle="2026-10")
    office.owe({})
    office.say("a.csv", BY_CMND)
    assert verdict(office) == ("paid", "citizen_amount")


def test_an_old_number_that_is_none_is_an_error_of_its_line(office: Office) -> None:
    kept = office.owe({"Số CMND cũ": "12345"}, usual={**OWED, "Số CMND cũ": ""})
    assert kept.state == "quarantined"
    assert [(each["field"], each["code"]) for each in kept.problems] == [("other_ids", "citizen_id_wrong")]
