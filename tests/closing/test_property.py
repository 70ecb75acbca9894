"""Whatever happens in three months, in whatever order: the identity is off by 0 đồng."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.closing.months import KINDS, MONTHS, PEOPLE, Facts, play

facts = st.tuples(st.integers(0, 2), st.integers(0, PEOPLE - 1), st.sampled_from(KINDS))
lists = st.tuples(*(st.frozensets(st.integers(0, PEOPLE - 2), max_size=2) for _ in MONTHS))
happenings = st.tuples(*(st.lists(facts, max_size=8) for _ in MONTHS))


# Many more of them: benchmarks/closed_months.py.
@given(carried=lists, told=happenings)
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_identity_of_every_month_is_off_by_0_whatever_happened(
    sqlite_template: Path, carried: tuple[frozenset[int], ...], told: tuple[list[Facts], ...]
) -> None:
    play(sqlite_template, carried, told)


def test_a_return_a_death_and_a_voucher_after_the_close_are_told_once(sqlite_template: Path) -> None:
    before = [(0, 0, "pay"), (0, 1, "pay"), (0, 2, "reject"), (0, 3, "voucher")]
    after = [(0, 0, "close"), (0, 0, "return"), (0, 1, "die"), (0, 2, "pay"), (1, 0, "pay"), (1, 1, "pay")]
    last = [(0, 0, "close"), (1, 1, "live"), (1, 0, "return"), (2, 0, "short"), (0, 0, "close")]
    play(sqlite_template, (frozenset(), frozenset({2}), frozenset()), (before, after, last))
