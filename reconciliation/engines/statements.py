"""The few kinds of statement of the steps, taken apart for engines that keep tables in their own way."""

import re
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

_KINDS = {
    "create": r"CREATE (?:OR REPLACE )?TABLE (?P<name>\w+) AS\s(?P<rest>.*)",
    "define": r"CREATE TABLE (?P<name>\w+) \((?P<rest>.*)\)",
    "view": r"CREATE (?:OR REPLACE )?VIEW (?P<name>\w+) AS\s(?P<rest>.*)",
    "insert": r"INSERT INTO (?P<name>\w+)\s(?P<rest>.*)",
    "delete": r"DELETE FROM (?P<name>\w+)(?:\s+WHERE\s(?P<rest>.*))?",
    "drop": r"DROP TABLE (?P<name>\w+)(?P<rest>)",
}


class Statement(NamedTuple):
    """One statement.

    Attributes:
        kind: create, define, view, insert, delete or drop
        name: the table that it is about
        rest: the query, the columns or the condition; empty where there is none
    """

    kind: str
    name: str
    rest: str


def text_of(step: str) -> str:
    """Give one file of sql/ as it stands."""
    return (resources.files("reconciliation") / "sql" / f"{step}.sql").read_text("utf-8")


def statements(text: str) -> Iterator[str]:
    """Give the statements of a file one by one, without comments."""
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    yield from (part.strip() for part in re.split(r";\s*(?:\n|$)", bare) if part.strip())


def parsed(statement: str) -> Statement:
    """Take a statement apart.

    Raises:
        ValueError: it is of no kind that the steps may use
    """
    for kind, head in _KINDS.items():
        found = re.fullmatch(head, statement.strip(), re.DOTALL)
        if found:
            return Statement(kind, found["name"], found["rest"] or "")
    raise ValueError(f"no statement of a step: {statement[:80]}")
