"""What a room says when a rule forbids what was asked: typed, and knowing nothing of HTTP or the shell.

Rooms speak Vietnamese, with the values at hand; refusals.csv beside this module says the same in English.
"""

import csv
import functools
from collections.abc import Sequence
from importlib import resources

from payouts.core.problems import Language, Problem


@functools.cache
def refusals_in_english() -> dict[str, str]:
    """Read refusals.csv: code -> what it says in English."""
    text = (resources.files("payouts.core") / "refusals.csv").read_text(encoding="utf-8")
    return {row["code"]: row["en"] for row in csv.DictReader(text.splitlines())}


class DomainError(Exception):
    """A rule of the house forbids what was asked.

    Args:
        code: stable name of the rule, also the last part of the problem type's address
        message: for a person: what is wrong and how to mend it
        problems: the lines of a file that are the cause, if any
    """

    def __init__(self, code: str, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.problems = tuple(problems)

    def said(self, language: Language = "vi") -> str:
        """Say what is wrong and how to mend it; a code not in refusals.csv speaks as it was made."""
        return self.message if language == "vi" else refusals_in_english().get(self.code, self.message)


class NotFoundError(DomainError):
    """There is no such thing, or none that this person may see."""


class ForbiddenError(DomainError):
    """The person or bank is known, and may not do this."""


class UnauthenticatedError(DomainError):
    """Nobody knows who asks."""


class ConflictError(DomainError):
    """It contradicts what is already kept."""


class StaleError(DomainError):
    """Somebody else changed it since it was read."""


class RefusedError(DomainError):
    """The file or value is not acceptable as it is."""
