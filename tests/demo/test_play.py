"""The invented cycle: the same every time, never in the future, and nobody in it exists twice."""

import datetime as dt
from pathlib import Path

import pytest

from payouts.demo.banks import write_files
from payouts.demo.lists import write_lists
from payouts.demo.play import PROGRAMMES, invent, schedule
from payouts.settlements.reading import open_settlement

DAYS = [
    dt.date(2026, 11, 1),
    dt.date(2026, 11, 24),
    dt.date(2027, 3, 1),
    dt.date(2028, 2, 29),
    dt.date(2026, 12, 31),
]


def test_the_same_cycle_gives_the_same_people_amounts_and_stories() -> None:
    early, late = invent("2026-11", dt.date(2026, 11, 3)), invent("2026-11", dt.date(2026, 11, 30))
    assert early.lines == late.lines
    assert [(each.line_ref, each.status, each.amount) for each in early.events] == [
        (each.line_ref, each.status, each.amount) for each in late.events
    ]
    assert invent("2026-11", dt.date(2026, 11, 24)) == invent("2026-11", dt.date(2026, 11, 30))
    assert invent("2026-12", dt.date(2026, 12, 24)).lines != late.lines


@pytest.mark.parametrize("today", DAYS)
def test_no_day_lies_in_the_future_and_all_follow_one_another(today: dt.date) -> None:
    days = schedule(f"{today:%Y-%m}", today)
    assert (
        days.opens_on
        < days.first_day
        <= days.last_day
        <= days.deadline
        <= days.late_day
        < days.as_of
        <= today
    )
    plan = invent(days.cycle, today)
    told = {event.booked_on for event in [*plan.events, *plan.strangers]}
    assert days.opens_on < min(told)
    assert max(told) < days.as_of


def test_every_line_has_its_own_reference_and_every_person_a_number() -> None:
    plan = invent("2026-11", dt.date(2026, 11, 24))
    lines = [line for of_programme in plan.lines.values() for line in of_programme]
    assert (
        len({line.line_ref for line in lines}) == len(lines) == sum(each.size for each in PROGRAMMES) == 2_000
    )
    assert all(len(line.line_ref) <= 16 and line.line_ref.isalnum() for line in lines)
    assert all(len(line.person.citizen_id) == 12 and line.person.citizen_id.isdecimal() for line in lines)


def test_banks_files_are_of_four_formats_and_more_and_can_be_read(tmp_path: Path) -> None:
    plan = invent("2026-11", dt.date(2026, 11, 24))
    outcomes = {}
    for sent in write_files(plan, tmp_path):
        reading = open_settlement(sent.path, client_bank=sent.bank)
        lines = sum(batch.num_rows for batch in reading.batches())
        assert lines == reading.report.good_lines > 0, sent.path.name
        outcomes[sent.path.name] = (reading.report.format, reading.report.outcome)
    assert {of for of, _ in outcomes.values()} == {"camt.053", "camt.054", "pain.002", "mt940", "csv", "xlsx"}
    assert [name for name, (_, outcome) in outcomes.items() if outcome != "accepted"] == [
        "BIDV-dieu-chinh-2026-11.csv"
    ]


def test_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    plan = invent("2026-11", dt.date(2026, 11, 24))
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        write_lists(plan, folder)
        write_files(plan, folder)
        written.append({path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".xlsx"})
    assert written[0] == written[1]
