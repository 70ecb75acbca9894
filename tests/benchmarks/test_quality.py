"""A small share of benchmarks/quality: every family of defects, judged as it was made."""

import csv

import pytest

from benchmarks.quality import making
from benchmarks.quality.__main__ import judged
from benchmarks.quality.report import disagreements, families, side_by_side
from benchmarks.quality.rivals import RIVALS
from benchmarks.quality.scores import score
from benchmarks.quality.stories import STORIES


@pytest.mark.parametrize("seed", [1, 2])
def test_no_payment_is_falsely_paid_and_no_exception_missed_in_any_family(seed: int) -> None:
    cycle = making.make(20_000, making.shares("hard"), seed)
    scores = score(cycle, judged(cycle))
    wrong = scores.table().drop(columns=["lines", "links"])
    odd = wrong[wrong.any(axis=1)]
    assert odd.empty, f"{odd.to_string()}\n{disagreements(cycle, scores, 5)}"
    assert len(cycle.expected) == len(scores.lines) == 20_000


def test_every_family_has_its_shares() -> None:
    with making.SHARES.open(encoding="utf-8") as file:
        assert {row["family"] for row in csv.DictReader(file)} == set(STORIES)


def test_every_family_says_what_it_is_about() -> None:
    assert [name for name, told in STORIES.items() if not told.about] == []


def test_the_same_seed_makes_the_same_cycle() -> None:
    first, second = (making.make(500, making.shares("real"), 7) for _ in range(2))
    assert first.expected.equals(second.expected)
    assert first.reported.equals(second.reported)


def test_other_ways_to_match_are_scored_on_the_same_cycle() -> None:
    cycle = making.make(3_000, making.shares("hard"), 3)
    scores = {name: score(cycle, say(cycle)) for name, say in {"chitra": judged, **RIVALS}.items()}
    assert all(each.total()["false paid"] > 0 for name, each in scores.items() if name != "chitra")
    assert "reference+Splink ratio" in side_by_side(scores)
    assert "mixed_defects" in families(scores)
