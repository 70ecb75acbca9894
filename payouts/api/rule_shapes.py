"""What the API takes and gives of rules, and of what a run would say by them. Money is whole đồng."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from payouts.api.cycle_shapes import VerdictSum, split
from payouts.core.banks import banks
from payouts.core.explained import explained
from payouts.core.problems import Language
from payouts.core.rulebook import RuleBook, changed_values, shipped_rules
from payouts.core.yamlfile import LARGEST
from payouts.runs.again import WhatIf


class RuleVersion(BaseModel):
    """One version of the rules."""

    version: str
    valid_from: dt.date
    note: str = Field(description="Who decided, by which document.")
    sha256: str
    shipped: bool = Field(description="Whether it comes with the service.")
    in_force: bool = Field(description="Whether questions of today are answered by it.")


class BrokenRules(BaseModel):
    """A rule file that cannot be used; while there is one, no run starts."""

    file: str
    said: str


class RuleList(BaseModel):
    """All versions, the earliest first."""

    items: list[RuleVersion]
    broken: list[BrokenRules]
    next: None = None


class ChangedValue(BaseModel):
    """A key that has another value than in the shipped version, both as YAML has them."""

    key: str
    shipped: str
    now: str


class RuleText(BaseModel):
    """What a rule file says."""

    version: str
    valid_from: dt.date
    note: str
    sha256: str
    changed: list[ChangedValue]
    unlisted_banks: list[str] = Field(
        description="Banks with a tolerance that the list of banks does not know."
    )
    text: str = Field(description="The file itself, YAML.")


class RulesIn(BaseModel):
    """A rule file as it would be put into the folder."""

    model_config = ConfigDict(extra="forbid")

    rules: str = Field(min_length=1, max_length=LARGEST, description="YAML, as in a rule file.")


class WhatIfIn(BaseModel):
    """By which rules to judge, and as of which day."""

    model_config = ConfigDict(extra="forbid")

    as_of: dt.date | None = Field(default=None, description="Today by default.")
    rules: str | None = Field(
        default=None,
        min_length=1,
        max_length=LARGEST,
        description="YAML, as in a rule file; by default the version in force on that day.",
    )


class LastRun(BaseModel):
    """The run that is compared with."""

    number: int
    as_of: dt.date


class MoveShape(BaseModel):
    """What would become of what; `none` where a line is judged on one side only."""

    before: str
    after: str
    lines: int
    owed: int


class WhatIfSide(BaseModel):
    """What is said of a payout line."""

    verdict: str
    owed: int
    settled: int
    reason_code: str
    differences: list[str]
    rule: str
    evidence: list[str]
    explanation: str


class WhatIfLine(BaseModel):
    """A payout line of which something else would be said."""

    line_ref: str
    changed: list[str]
    before: WhatIfSide | None
    after: WhatIfSide | None


class WhatIfShape(BaseModel):
    """What a run would say; nothing of it is kept."""

    programme: str
    cycle: str
    as_of: dt.date
    rules: str = Field(description="Version gone by.")
    last_run: LastRun | None
    before: dict[str, VerdictSum]
    after: dict[str, VerdictSum]
    moves: list[MoveShape]
    lines_changed: int
    items: list[WhatIfLine] = Field(description="The first of them: with another verdict, then the others.")


def rule_version(book: RuleBook, in_force: RuleBook | None) -> RuleVersion:
    """Make the shape of a version; none is in force while a file is broken."""
    return RuleVersion(
        version=book.version,
        valid_from=book.valid_from,
        note=book.note,
        sha256=book.hash,
        shipped=book.source is None,
        in_force=book is in_force,
    )


def rule_text(book: RuleBook) -> RuleText:
    """Make the shape of what a rule file says."""
    changed = changed_values(shipped_rules(), book)
    return RuleText(
        version=book.version,
        valid_from=book.valid_from,
        note=book.note,
        sha256=book.hash,
        changed=[ChangedValue(key=key, shipped=was, now=now) for key, (was, now) in changed.items()],
        unlisted_banks=sorted(set(book.matching.fee_tolerance_by_bank) - banks().keys()),
        text=book.text,
    )


def what_if_shape(found: WhatIf, programme: str, cycle: str, *, most: int, language: Language) -> WhatIfShape:
    """Make the shape of what a run would say, with the first lines of which it would say something else."""
    both = found.verdicts
    return WhatIfShape.model_validate(
        {
            "programme": programme,
            "cycle": cycle,
            "as_of": found.as_of,
            "rules": found.book.version,
            "last_run": found.last and {"number": found.last.number, "as_of": found.last.as_of},
            "before": both.before,
            "after": both.after,
            "moves": both.moves,
            "lines_changed": both.lines.num_rows,
            "items": [_line(row, language) for row in both.first_lines(most)],
        }
    )


def _line(row: dict[str, Any], language: Language) -> dict[str, Any]:
    sides = {side: _side(row, side, language) for side in ("before", "after")}
    return {"line_ref": row["line_ref"], "changed": split(row["fields"]), **sides}


def _side(row: dict[str, Any], side: str, language: Language) -> dict[str, Any] | None:
    if not row[f"verdict_{side}"]:
        return None
    said = {name: row[f"{name}_{side}"] for name in WhatIfSide.model_fields}
    lists = {name: split(said[name]) for name in ("differences", "evidence")}
    return {**said, **lists, "explanation": explained(said["explanation"], language)}
