"""Sums are exact, bounded, and taken only where one reading fits."""

from hypothesis import given
from hypothesis import strategies as st

from reconciliation.sums import Combination, subsets, unique_combinations


def every_pair(payouts: dict[int, int], units: dict[int, int]) -> frozenset[tuple[int, int]]:
    return frozenset((p, u) for p in payouts for u in units)


def test_instalments_that_add_up_belong_to_their_line() -> None:
    payouts, units = {1: 900}, {7: 400, 8: 500}
    assert unique_combinations(payouts, units, every_pair(payouts, units), 8) == [Combination((1,), (7, 8))]


def test_one_movement_for_a_couple_belongs_to_both() -> None:
    payouts, units = {1: 400, 2: 500}, {7: 900}
    assert unique_combinations(payouts, units, every_pair(payouts, units), 8) == [Combination((1, 2), (7,))]


def test_two_ways_to_add_up_are_none() -> None:
    payouts, units = {1: 900}, {7: 400, 8: 500, 9: 500}
    assert unique_combinations(payouts, units, every_pair(payouts, units), 8) == []


def test_sums_that_share_a_line_are_none() -> None:
    payouts, units = {1: 900, 2: 1000}, {7: 400, 8: 500, 9: 600}
    assert unique_combinations(payouts, units, every_pair(payouts, units), 8) == []


def test_a_movement_that_came_too_early_is_left_out_of_the_sum() -> None:
    assert unique_combinations({1: 900}, {7: 400, 8: 500}, frozenset({(1, 7)}), 8) == []


def test_a_sum_that_fits_in_very_many_ways_leaves_no_line_free() -> None:
    payouts, units = {1: 540, 2: 1_001, 3: 7}, dict.fromkeys(range(10, 24), 90) | {24: 1_000, 25: 1}
    pairs = every_pair({1: 540, 2: 1_001}, units)
    assert unique_combinations(payouts, units, pairs, 8) == []
    assert unique_combinations({2: 1_001}, units, pairs, 8) == [Combination((2,), (24, 25))]


@given(st.lists(st.integers(1, 30), max_size=9), st.integers(1, 80), st.integers(2, 5))
def test_every_subset_found_adds_up_and_none_is_missed(amounts: list[int], total: int, most: int) -> None:
    found = {frozenset(s) for s in subsets(total, list(enumerate(amounts)), most)}
    wanted = set()
    for mask in range(1 << len(amounts)):
        chosen = [i for i in range(len(amounts)) if mask >> i & 1]
        if 2 <= len(chosen) <= most and sum(amounts[i] for i in chosen) == total:
            wanted.add(frozenset(chosen))
    assert found == wanted
