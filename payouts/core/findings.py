"""What was found wrong while a file was read, and what becomes of the file for it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from payouts.core.problems import Problem

Outcome = Literal["accepted", "quarantined", "refused"]
_ORDER = ("none", "warning", "quarantine", "refuse")
_OUTCOMES: dict[str, Outcome] = {"refuse": "refused", "quarantine": "quarantined"}


@dataclass(slots=True)
class Findings:
    """The problems of one file.

    Attributes:
        problems: at most MOST_PROBLEMS of each gravity, so that warnings hide no error; all that refuse
        problem_count: how many there were
        gravest: the gravest of them
    """

    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    gravest: Literal["none", "warning", "quarantine", "refuse"] = "none"
    _kept: Counter[str] = field(default_factory=Counter, repr=False)

    MOST_PROBLEMS: ClassVar[int] = 1000

    def add(self, problem: Problem) -> None:
        """Note a problem; past MOST_PROBLEMS of its gravity it is only counted."""
        self.problem_count += 1
        severity = problem.severity
        if _ORDER.index(severity) > _ORDER.index(self.gravest):
            self.gravest = severity
        if self._kept[severity] < self.MOST_PROBLEMS or severity == "refuse":
            self._kept[severity] += 1
            self.problems.append(problem)

    @property
    def outcome(self) -> Outcome:
        """What becomes of the file."""
        return _OUTCOMES.get(self.gravest, "accepted")
