"""What a receipt keeps of a file's problems, as plain JSON, and back again."""

from collections.abc import Iterable
from typing import Any

from payouts.core.problems import Problem


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return problems as JSON values, in the order of the file's lines, the whole file's first."""
    return [
        {"code": problem.code, "line": problem.line, "field": problem.field, "values": problem.values}
        | ({"ruled": problem.ruled} if problem.ruled else {})
        for problem in sorted(problems, key=lambda problem: (problem.line or 0, problem.field or ""))
    ]


def problems_of(rows: Iterable[dict[str, Any]]) -> list[Problem]:
    """Return the problems that `problem_rows` wrote; their words are made when they are shown."""
    return [Problem(**row) for row in rows]
