"""A cycle opened from the one before: every difference is shown, adds up, is approved, then counts."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from payouts.core import clock
from payouts.core.allowances import rates, tariff
from payouts.core.errors import DomainError
from payouts.core.settings import Settings
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.jobs.granting import answer_approval
from payouts.lists.intake import read_received
from payouts.lists.models import PayoutLine
from payouts.orders.drafts.drafting import ask_to_open, drop_draft, make_draft
from payouts.orders.models import CycleDraft, DraftEffect
from payouts.registry.models import Stop
from tests.facts import OWED, Office

KT, TP = (
    Staff(number, name, role, EVERYTHING)
    for number, name, role in ((1, "kt", "accountant"), (2, "tp", "province"))
)
USUAL = {
    **OWED, "amount": "975000", "category_code": "BTXH_5_6_N", "period": "", "account_name": "",
    "amount_arrears": "", "note": "",
}  # fmt: skip
Effect = tuple[str | None, int, str | None]
HEAD = "scheme,area,valid_from,valid_to,amount,legal_basis,source,status\n"


def person(number: int, **more: str) -> dict[str, str]:
    return {
        "line_ref": f"L{number}",
        "citizen_id": f"0011450034{number:02}",
        "account_no": f"15002050044{number:02}",
        **more,
    }


def own_table(office: Office, *rows: str) -> Office:
    office.settings.data_dir.mkdir(exist_ok=True)
    path = office.settings.data_dir / "amounts.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    rates.cache_clear()
    return Office(office.database, Settings(data_dir=office.settings.data_dir, standard_amounts=path))


def draft(office: Office, cycle: str = "2026-12", **more: Any) -> CycleDraft:
    return make_draft(office.database, office.settings, "BTXH", cycle, EVERYTHING, by="kt", **more)


def effects(office: Office, made: CycleDraft) -> dict[str, list[Effect]]:
    found: dict[str, list[Effect]] = {}
    with office.database.reading() as session:
        for each in session.exec(select(DraftEffect).where(DraftEffect.draft_id == made.id)):
            found.setdefault(each.kind, []).append(((each.citizen_id or "")[-2:], each.amount, each.about))
    return found


def stop(office: Office, number: str, last_month: str) -> None:
    day, moment = dt.date(2026, 11, 10), clock.now()
    with office.database.session() as session:
        session.add(
            Stop(
                citizen_id=number, why="died", happened_on=day, document_no="12", document_on=day,
                last_month=last_month, approval_id=0, made_at=moment, made_by="tp",
            )
        )  # fmt: skip


def test_the_list_of_the_next_month_is_shown_approved_by_another_and_then_counts(office: Office) -> None:
    office.owe(
        person(1), person(2, category_code="MTP_11", amount="10800000", note="Mai táng"), person(3),
        person(4),
        person(5, channel="cash", account_no="", bank_code=""),
        person(6, period="2026-10", note="Truy lĩnh", amount="100000"), usual=USUAL,
    )  # fmt: skip
    office.say(
        "kq.csv",
        {"bank_ref": "F1", "end_to_end_id": "L1", "amount": "975000"},
        {
            "bank_ref": "F3",
            "end_to_end_id": "L3",
            "amount": "975000",
            "status": "rejected",
            "reason_code": "AC04",
        },
    )
    office.run()
    stop(office, "001145003404", "2026-11")
    made = draft(office)
    assert (made.base_cycle, made.base_lines, made.base_amount) == ("2026-11", 4, 4 * 975_000)
    told = effects(office, made)
    assert told["stopped"] == [("04", -975_000, "2026-11")]
    assert told["carried_over"] == [("03", 975_000, "2026-11 L3"), ("05", 975_000, "2026-11 L5")]
    assert {row[0] for row in told["unsettled"]} >= {"04", "02"}
    assert (made.lines, made.amount) == (5, 5 * 975_000)
    with office.database.session() as session:
        approval = ask_to_open(session, made.id or 0, KT, reason="Đã xem.")
    for refused in (lambda: draft(office), lambda: _drop(office, made)):
        with pytest.raises(DomainError) as error:
            refused()
        assert error.value.code == "draft_asked"
    with office.database.session() as session, pytest.raises(DomainError) as error:
        answer_approval(session, approval.id or 0, "approve", KT)
    assert error.value.code == "same_person"
    with office.database.session() as session:
        answer_approval(session, approval.id or 0, "approve", TP)
        opened = session.get_one(CycleDraft, made.id)
    receipt = read_received(office.database, office.settings, opened.list_id or 0)
    assert (receipt.state, receipt.sha256, receipt.lines, receipt.amount) == (
        "accepted", made.sha256, 5, made.amount,
    )  # fmt: skip
    with office.database.reading() as session:
        lines = session.exec(select(PayoutLine).where(PayoutLine.list_id == receipt.id)).all()
    assert sorted((each.carried_from or "", each.period) for each in lines) == [
        ("", "2026-12"), ("", "2026-12"), ("", "2026-12"), ("L3", "2026-11"), ("L5", "2026-11"),
    ]  # fmt: skip
    with pytest.raises(DomainError) as error:
        draft(office)
    assert error.value.code == "cycle_has_list"


def _drop(office: Office, made: CycleDraft) -> None:
    with office.database.session() as session:
        drop_draft(session, made.id or 0, KT)


def test_a_raise_that_came_late_is_paid_back_for_the_months_that_lacked_it(office: Office) -> None:
    told = own_table(office, "BTXH,VN,2024-07-01,2026-09-30,500000,cũ,,", "BTXH,VN,2026-10-01,,540000,mới,,")
    for cycle, more in (
        ("2026-09", {}),
        ("2026-10", {}),
        ("2026-11", {"amount": "830000", "amount_current": "810000", "amount_arrears": "20000"}),
    ):
        told.owe(
            person(1, **{"amount": "750000", "line_ref": f"{cycle[5:]}A", **more}),
            person(2, amount="777777", line_ref=f"{cycle[5:]}B"),
            cycle=cycle, usual={**USUAL, "amount_current": ""}, deadline=dt.date(2026, 12, 1),
        )  # fmt: skip
    made = draft(told)
    found = effects(told, made)
    # October and November lack 60.000 and 0 (810.000 was listed); 20.000 were paid back already.
    assert found["arrears"] == [("01", 40_000, "2026-10..2026-10")]
    assert "raised" not in found
    assert found["kept"] == [("02", 0, None)]
    assert made.amount == 810_000 + 40_000 + 777_777


def test_a_raise_within_a_month_counts_from_the_next_and_is_told(office: Office) -> None:
    told = own_table(office, "BTXH,VN,2024-07-01,2026-12-14,500000,cũ,,", "BTXH,VN,2026-12-15,,540000,mới,,")
    told.owe(person(1, amount="750000"), usual=USUAL)
    made = draft(told)
    assert made.amount == 750_000
    assert [each["code"] for each in made.notes] == ["not_judged", "mid_month"]
    later = draft(told, "2027-01")
    assert effects(told, later)["raised"] == [("01", 60_000, None)]
    assert "cycles_between" in {each["code"] for each in later.notes}


def test_a_decision_takes_no_more_off_than_it_may_and_never_all(office: Office) -> None:
    office.owe(person(1), person(2), usual=USUAL)
    most = {"001145003401": 200_000, "001145003402": 9_000_000}
    made = draft(office, deductible=lambda *_: most)
    assert effects(office, made)["deducted"] == [("01", -200_000, None), ("02", -974_999, None)]


def test_nothing_opens_without_a_cycle_before_and_a_drop_frees_the_month(office: Office) -> None:
    with pytest.raises(DomainError) as error:
        draft(office)
    assert error.value.code == "nothing_to_open_from"
    office.owe(person(1), usual=USUAL)
    first = draft(office)
    _drop(office, first)
    second = draft(office)
    assert second.sha256 == first.sha256
    assert draft(office).id != second.id


def test_the_shipped_tables_give_what_hanoi_pays() -> None:
    hanoi, country = tariff("BTXH", "HN"), tariff("BTXH", "")
    assert hanoi.monthly("BTXH_5_6_DBN_TE_NCT", "2026-11") == 1_625_000
    assert country.monthly("BTXH_5_6_N", "2026-11") == 810_000
    assert country.monthly("BTXH_5_6_N", "2026-06") == 750_000
    assert tariff("HTXH", "").monthly("HTXH_75", "2026-07") == 540_000
    assert hanoi.monthly("MTP_11", "2026-11") is None
    assert country.times("BTXH_5_4", 1_080_000, "2026-11") == 2
    assert country.times("BTXH_5_4", 500_000, "2026-11") == 1
    assert country.times("BTXH_5_4", 123_456, "2026-11") is None


def test_a_table_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "amounts.csv"
    path.write_text("scheme,area\nBTXH,VN\n", "utf-8")
    with pytest.raises(DomainError) as error:
        tariff("BTXH", "HN", path)
    assert error.value.code == "bad_standard_amounts"
