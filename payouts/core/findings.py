"""What was found wrong while a file was read, and what becomes of the file for it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from payouts.core.keys import LINES_A_FILE
from payouts.core.problems import Problem, Severity, problem_kinds

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
        codes: how many there were of each code
        in_error: a byte for each line number, 1 where a problem that is no warning names the line
    """

    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    gravest: Literal["none", "warning", "quarantine", "refuse"] = "none"
    codes: Counter[str] = field(default_factory=Counter)
    in_error: bytearray = field(default_factory=bytearray, repr=False)
    _kept: Counter[str] = field(default_factory=Counter, repr=False)

    MOST_PROBLEMS: ClassVar[int] = 1000

    def add(self, problem: Problem) -> None:
        """Note a problem; past MOST_PROBLEMS of its gravity it is only counted."""
        self.problem_count += 1
        self.codes[problem.code] += 1
        severity = problem.severity
        if _ORDER.index(severity) > _ORDER.index(self.gravest):
            self.gravest = severity
        if self._kept[severity] < self.MOST_PROBLEMS or severity == "refuse":
            self._kept[severity] += 1
            self.problems.append(problem)
        if problem.line and severity != "warning" and problem.line < LINES_A_FILE:
            if problem.line >= len(self.in_error):
                self.in_error.extend(bytes(problem.line + 1 - len(self.in_error)))
            self.in_error[problem.line] = 1

    def rule(self, policy: Mapping[str, Severity]) -> None:
        """Let a policy say how grave problems are; what it does not name stays as it was.

        Args:
            policy: code of a problem -> how grave it is for this file
        """
        kinds = problem_kinds()
        self.problems = [
            replace(each, ruled=policy[each.code])
            if each.code in policy and policy[each.code] != kinds[each.code].severity
            else each
            for each in self.problems
        ]
        said = (policy.get(code, kinds[code].severity) for code in self.codes)
        self.gravest = max(said, key=_ORDER.index, default="none")

    @property
    def outcome(self) -> Outcome:
        """What becomes of the file."""
        return _OUTCOMES.get(self.gravest, "accepted")
