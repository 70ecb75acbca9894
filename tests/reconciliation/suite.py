"""A quick exam of the judgement: a few large questions with known answers, those that find most first.

`questions` takes the answers from the fine points and the second reading, without the judgement; `ask` puts
a question to the judgement and gives what it answers wrongly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tests.reconciliation.comparing import Answer, Cycle, answer, both_sides, odd, set_apart
from tests.reconciliation.cycles import AS_OF, cash_cycle, nasty_cycle
from tests.reconciliation.test_fine_points import POINTS


@dataclass(frozen=True)
class Question:
    """Many cycles, each apart from the others, as one question, and what must be said of each."""

    expected: pa.Table
    reported: pa.Table
    answers: Sequence[Answer]
    points: Sequence[tuple[Cycle, str, str]]


def questions(*, little: bool = False) -> Iterator[Question]:
    """Give the questions; a little exam is the first of them, which finds most."""
    points = [
        (
            set_apart((lines, [{**row, "line": n} for n, row in enumerate(told, start=2)]), mark),
            verdicts,
            ends,
        )
        for mark, (lines, told, verdicts, ends) in enumerate(POINTS.values(), start=900_000)
    ]
    nasty = [set_apart(nasty_cycle(seed), seed) for seed in range(80)]
    cash = [set_apart(cash_cycle(seed), seed + 500_000) for seed in range(40)]
    yield _question([*nasty, *cash], points)
    if little:
        return
    for first in range(80, 3_000, 730):
        yield _question([set_apart(nasty_cycle(seed), seed) for seed in range(first, first + 730)], [])
    for first in (40, 1_000, 2_000):
        cycles = [set_apart(cash_cycle(seed), seed + 500_000) for seed in range(first, first + 460)]
        yield _question(cycles, [])


def _question(cycles: list[Cycle], points: list[tuple[Cycle, str, str]]) -> Question:
    expected, reported = both_sides([*cycles, *(cycle for cycle, _, _ in points)])
    return Question(expected, reported, [answer(cycle) for cycle in cycles], points)


def ask(question: Question) -> Iterator[str]:
    """Ask the judgement and yield what it says wrongly."""
    from reconciliation import reconcile  # noqa: PLC0415  # the one that is there when it is asked

    result = reconcile(question.expected, question.reported, as_of=AS_OF)
    verdicts = {row["line_ref"]: row for row in result.verdicts.to_pylist()}
    lines = {(row["file"], row["line"]): row for row in result.dispositions.to_pylist()}
    for each in question.answers:
        yield from odd(each, verdicts, lines)
    for (owed, told), wanted, ends in question.points:
        said = " ".join(
            f"{row['verdict']} {row['settled']} {row['reason_code'] or ''}".strip()
            for row in (
                verdicts[line["line_ref"]] for line in sorted(owed, key=lambda line: line["line_ref"])
            )
        )
        if said != " ".join(point.split(" ", 1)[1] for point in wanted.split(", ")):
            yield f"{owed[0]['line_ref']}: {wanted} wanted, {said} said"
        ended = sorted(lines[row["file"], row["line"]]["disposition"] for row in told)
        if ended != sorted(ends.split()):
            yield f"{told[0]['file']}: {ends} wanted, {ended} said"
