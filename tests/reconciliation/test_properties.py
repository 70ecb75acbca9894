"""What must not move a verdict: the order of rows and files, how files are cut, other references, strangers.

Crowded cycles: forty payout lines and sixty settlement lines over the few accounts, people and references of
the small nasty ones, so that nearly everything collides; many of them, each apart, are one question.
"""

import random
from collections.abc import Callable

import pytest

from reconciliation import reconcile
from tests.reconciliation.comparing import Cycle, both_sides, in_order, set_apart
from tests.reconciliation.cycles import AS_OF, Row, nasty_cycle, payout_line, settlement_line

SEEDS = range(12)
Said = tuple[dict[str, tuple[str, int, str, str]], dict[str, int]]


def crowded_cycle(seed: int) -> Cycle:
    rng = random.Random(seed)  # noqa: S311  # a repeatable cycle, not a secret
    owed = [payout_line(rng, number) for number in range(1, 41)]
    told = [settlement_line(rng, number, owed) for number in range(1, 61)]
    return owed, told


def said(cycles: list[Cycle]) -> Said:
    """What is said of the payout lines, and how many settlement lines have which disposition and amount."""
    result = reconcile(*both_sides(cycles), as_of=AS_OF)
    verdicts = {
        row["line_ref"]: (
            row["verdict"],
            row["settled"],
            row["reason_code"] or "",
            in_order(frozenset((row["differences"] or "").split(";"))),
        )
        for row in result.verdicts.to_pylist()
    }
    ends: dict[str, int] = {}
    for row in result.dispositions.to_pylist():
        end = f"{row['disposition']} {row['status']} {row['amount']}"
        ends[end] = ends.get(end, 0) + 1
    return verdicts, ends


def shuffled(owed: list[Row], told: list[Row], rng: random.Random) -> Cycle:
    return rng.sample(owed, len(owed)), rng.sample(told, len(told))


def renumbered(owed: list[Row], told: list[Row], rng: random.Random) -> Cycle:
    """Other names of files, and the rows of each in another order."""
    lines = rng.sample(range(1, len(told) + 1), len(told))
    return owed, [
        {**row, "file": row["file"][::-1], "line": line} for row, line in zip(told, lines, strict=True)
    ]


def cut(owed: list[Row], told: list[Row], rng: random.Random) -> Cycle:
    """Each line in one of seven files of its sender."""
    return owed, [{**row, "file": f"{rng.randrange(7)}-{row['file']}"} for row in told]


CHANGES: dict[str, Callable[[list[Row], list[Row], random.Random], Cycle]] = {
    "the order of rows": shuffled,
    "the names of files and the order in them": renumbered,
    "one file as many": cut,
}


def crowds_marked(first: int) -> list[Cycle]:
    """Cycles in which every sender is named, and no statement counts the same movement twice."""
    cycles = [set_apart(crowded_cycle(seed), first + seed) for seed in SEEDS]
    return [
        (owed, [{**row, "sender": row["sender"] or "MB", "statement": None} for row in told])
        for owed, told in cycles
    ]


@pytest.fixture(scope="module")
def crowds() -> list[Cycle]:
    return crowds_marked(0)


@pytest.fixture(scope="module")
def usual(crowds: list[Cycle]) -> Said:
    return said(crowds)


@pytest.mark.parametrize("change", CHANGES)
def test_this_says_nothing(crowds: list[Cycle], usual: Said, change: str) -> None:
    rng = random.Random(change)  # noqa: S311  # a repeatable change, not a secret
    assert said([CHANGES[change](owed, told, rng) for owed, told in crowds]) == usual


def test_the_order_of_rows_says_nothing_where_statements_count_what_they_tell_twice() -> None:
    cycles = [set_apart(crowded_cycle(seed), seed) for seed in SEEDS]
    rng = random.Random(1)  # noqa: S311  # a repeatable order, not a secret
    assert said([shuffled(owed, told, rng) for owed, told in cycles]) == said(cycles)


def test_other_references_accounts_and_people_say_nothing(usual: Said) -> None:
    verdicts, ends = said(crowds_marked(700_000))
    assert (list(verdicts.values()), ends) == (list(usual[0].values()), usual[1])


def test_people_and_money_that_have_nothing_to_do_with_a_cycle_say_nothing(
    crowds: list[Cycle], usual: Said
) -> None:
    strangers = [set_apart(nasty_cycle(seed), seed) for seed in range(600_000, 600_200)]
    verdicts, _ = said([*crowds, *strangers])
    assert {ref: verdicts[ref] for ref in usual[0]} == usual[0]


def test_a_crowd_is_no_single_verdict(usual: Said) -> None:
    """The crowds are worth asking about: each verdict is among them, and most lines are decided."""
    verdicts = [verdict for verdict, *_ in usual[0].values()]
    assert {"paid", "failed", "missing", "review", "paid_twice", "account_differs"} <= set(verdicts)
    assert verdicts.count("review") < len(verdicts) * 0.9
