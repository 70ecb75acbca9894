"""Two counts of months in a row that are never mixed: not paid, and offered but not collected."""

from hypothesis import given
from hypothesis import strategies as st

from payouts.cases.months import Past, PastLine, past
from reconciliation.tables import VERDICTS

NOW = "2026-11"


def line(cycle: str, verdict: str | None, **more: object) -> PastLine:
    settled = 810_000 if verdict == "paid" else 0
    usual = {"reason_code": None, "owed": 810_000, "settled": settled, "told": False}
    return PastLine(cycle, verdict, **{**usual, **more})  # type: ignore[arg-type]  # named as the fields


def counts(found: Past) -> tuple[int, int]:
    return found.not_paid.months, found.not_collected.months


def test_two_months_without_money_are_a_flag_and_three_an_alarm() -> None:
    lines = [line("2026-11", "failed", reason_code="AC04"), line("2026-10", "missing")]
    assert past(lines, until=NOW).not_paid.level == "flag"
    found = past([*lines, line("2026-09", "unconfirmed"), line("2026-08", "paid")], until=NOW).not_paid
    assert (found.months, found.level, found.cycles[0]) == (3, "alarm", "2026-11")
    assert found.faults == {"bank": 1, "record": 1, "unclear": 1}


def test_what_was_offered_and_not_collected_is_never_counted_as_not_paid() -> None:
    lines = [line(cycle, "offline", told=True) for cycle in ("2026-11", "2026-10", "2026-09")]
    found = past(lines, until=NOW)
    assert counts(found) == (0, 3)
    assert found.not_collected.level == "alarm"


def test_a_month_of_one_kind_ends_a_row_of_the_other() -> None:
    lines = [line("2026-11", "failed"), line("2026-10", "offline", told=True), line("2026-09", "failed")]
    assert counts(past(lines, until=NOW)) == (1, 0)


def test_cash_of_which_nobody_says_anything_is_not_held_against_the_person() -> None:
    lines = [
        line("2026-11", "offline", told=True),
        line("2026-10", "offline"),
        line("2026-09", "offline", told=True),
    ]
    assert counts(past(lines, until=NOW)) == (0, 1)
    lines = [line("2026-11", "failed"), line("2026-10", "offline"), line("2026-09", "failed")]
    assert counts(past(lines, until=NOW)) == (2, 0)


def test_a_month_that_is_open_yet_ends_neither_row() -> None:
    lines = [line("2026-11", "pending"), line("2026-10", "failed"), line("2026-09", "failed")]
    assert counts(past(lines, until=NOW)) == (2, 0)


def test_any_money_that_stands_is_money_received() -> None:
    lines = [line("2026-11", "failed"), line("2026-11", "paid"), line("2026-10", "failed")]
    found = past(lines, until=NOW)
    assert counts(found) == (0, 0)
    assert found.months[0].became == "received"
    assert (found.months[0].owed, found.months[0].settled) == (1_620_000, 810_000)


def test_what_waits_for_a_banks_whole_file_is_counted_nowhere() -> None:
    lines = [line("2026-11", "missing", parked=True), line("2026-10", "missing")]
    found = past(lines, until=NOW)
    assert found.months[0].became == "open"
    assert counts(found) == (1, 0)


def test_twelve_months_are_shown_over_the_turn_of_the_year() -> None:
    shown = past([line("2026-01", "paid"), line("2025-12", "paid")], until="2026-02").months
    assert [month.cycle for month in shown][:3] == ["2026-02", "2026-01", "2025-12"]
    assert shown[-1].cycle == "2025-03"


MONTHS = [f"2026-{month:02}" for month in range(1, 12)]
LINES = st.builds(
    line,
    st.sampled_from(MONTHS),
    st.sampled_from([*VERDICTS, None]),
    told=st.booleans(),
    parked=st.booleans(),
)


@given(st.lists(LINES, max_size=30))
def test_no_month_is_ever_in_both_counts(lines: list[PastLine]) -> None:
    found = past(lines, until=NOW)
    assert not set(found.not_paid.cycles) & set(found.not_collected.cycles)
    assert min(counts(found)) == 0 or found.months[0].became in {"open", "unknown", "none"}
    for month in found.months:
        verdicts = {each.verdict for each in month.lines if not each.parked}
        if month.cycle in found.not_collected.cycles:
            assert "offline" in verdicts
            assert not verdicts & {"failed", "missing", "unconfirmed"}
