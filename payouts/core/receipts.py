"""What a receipt keeps of a file's problems, as plain JSON, back again, and in words for people."""

from collections.abc import Iterable
from typing import Any

from payouts.core.problems import Language, Problem

HELP = "/problems/"  # path of the page about a problem's code, which follows


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


def said_problems(problems: Iterable[Problem], language: Language) -> list[dict[str, Any]]:
    """Say problems in words: line, field, code, how grave it is, what it is and how to mend it."""
    return [
        {
            "line": problem.line,
            "field": problem.field,
            "code": problem.code,
            "severity": problem.severity,
            "message": problem.what(language),
            "mend": problem.mend(language),
            "help": HELP + problem.code,
        }
        for problem in problems
    ]
