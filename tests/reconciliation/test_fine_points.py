"""The fine points of the rules, one a test: few lines, and what must be said of them."""

import pytest

from reconciliation import reconcile
from tests.reconciliation.comparing import both_sides, set_apart
from tests.reconciliation.oracle import judge
from tests.reconciliation.points import AS_OF, Point, Row
from tests.reconciliation.points_back import BACK
from tests.reconciliation.points_paired import PAIRED
from tests.reconciliation.points_told import TOLD

POINTS = BACK | PAIRED | TOLD


def numbered(name: str) -> Point:
    lines, movements, verdicts, dispositions = POINTS[name]
    return lines, [{**row, "line": n} for n, row in enumerate(movements, start=2)], verdicts, dispositions


@pytest.fixture(scope="module")
def judgement() -> tuple[dict[str, Row], dict[tuple[str, int], Row]]:
    """What is said of all points, asked at once, each apart from the others: verdicts and dispositions."""
    apart = [set_apart(numbered(name)[:2], mark) for mark, name in enumerate(POINTS)]
    result = reconcile(*both_sides(apart), as_of=AS_OF)
    return (
        {row["line_ref"]: row for row in result.verdicts.to_pylist()},
        {(row["file"], row["line"]): row for row in result.dispositions.to_pylist()},
    )


@pytest.mark.parametrize("name", POINTS)
def test_the_judgement_says_so(
    judgement: tuple[dict[str, Row], dict[tuple[str, int], Row]], name: str
) -> None:
    mark = list(POINTS).index(name)
    lines, movements = set_apart(numbered(name)[:2], mark)
    rows = [judgement[0][ref] for ref in sorted(line["line_ref"] for line in lines)]
    said = ", ".join(
        f"{row['line_ref'][:2]} {row['verdict']} {row['settled']} {row['reason_code'] or ''}".strip()
        for row in rows
    )
    assert said == POINTS[name][2]
    ends = [judgement[1][row["file"], row["line"]]["disposition"] for row in movements]
    assert sorted(ends) == sorted(POINTS[name][3].split())


@pytest.mark.parametrize("name", POINTS)
def test_the_plain_reading_says_so_too(name: str) -> None:
    lines, movements, verdicts, dispositions = numbered(name)
    said, places = judge(lines, movements, AS_OF)
    assert verdicts == ", ".join(
        f"{ref} {line.verdict} {line.settled} {line.reason_code}".strip()
        for ref, line in sorted(said.items())
    )
    assert sorted(dispositions.split()) == sorted(line.disposition for line in places.values())
