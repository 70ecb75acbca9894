"""What was found wrong while a file was read, and what becomes of the file for it."""

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
        problems: at most MOST_PROBLEMS of them, and all that refuse the file
        problem_count: how many there were
        gravest: the gravest of them
    """

    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    gravest: Literal["none", "warning", "quarantine", "refuse"] = "none"

    MOST_PROBLEMS: ClassVar[int] = 1000

    def add(self, problem: Problem) -> None:
        """Note a problem; past MOST_PROBLEMS only the count and the gravest are kept."""
        self.problem_count += 1
        if _ORDER.index(problem.severity) > _ORDER.index(self.gravest):
            self.gravest = problem.severity
        if len(self.problems) < self.MOST_PROBLEMS or problem.severity == "refuse":
            self.problems.append(problem)

    @property
    def outcome(self) -> Outcome:
        """What becomes of the file."""
        return _OUTCOMES.get(self.gravest, "accepted")
