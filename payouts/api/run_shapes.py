"""What the API takes and gives of runs and of what changed between two. Money is a whole number of đồng."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from payouts.api.cycle_shapes import VerdictSum, split
from payouts.core.explained import explained
from payouts.core.problems import Language
from payouts.identity.rules import Staff
from payouts.lists.models import PayoutCycle
from payouts.runs.changes import Changes, Move
from payouts.runs.explaining import LineChange
from payouts.runs.history import Past
from payouts.runs.pairs import Pair
from payouts.runs.store import Page
from payouts.runs.why import Cause


class RunAsked(BaseModel):
    """How a run is asked for."""

    model_config = ConfigDict(extra="forbid")

    as_of: dt.date | None = Field(
        default=None, description="The day on which the question is asked; today by default."
    )


class RunName(BaseModel):
    """Which run of which cycle."""

    programme: str
    cycle: str
    number: int


class RunShape(BaseModel):
    """One reconciliation of a cycle; it never changes once it is done."""

    id: int
    number: int = Field(description="From 1, within the cycle.")
    programme: str
    cycle: str
    as_of: dt.date
    state: Literal["waiting", "done", "refused"]
    asked_at: dt.datetime
    asked_by: str = Field(description="`chitra` where late evidence led to it by itself.")
    after_run: RunName | None = Field(description="The run of another cycle that led to it.")
    after_file: str | None = Field(description="The settlement file that led to it.")
    done_at: dt.datetime | None
    rules: str | None = Field(description="Version of the rules by which it judged.")
    verdicts: dict[str, VerdictSum] = Field(description="Within the asker's areas; empty until done.")
    net: dict[str, int] = Field(description="Lines more or less, by verdict, than the run before it says.")
    summary: dict[str, Any] | None = Field(
        description="As summary.json of `chitra match`; null until done, and for who sees some areas only."
    )


class RunList(BaseModel):
    """Runs of a cycle, the latest first."""

    items: list[RunShape]
    next: str | None


class ChangeSum(BaseModel):
    """How many payout lines went from one verdict to another, `none` where a line was not there."""

    before: str
    after: str
    lines: int
    owed: int
    settled_before: int
    settled_after: int


class LineSum(BaseModel):
    """How many settlement lines went from one disposition to another, `none` where not looked at."""

    before: str
    after: str
    lines: int
    amount: int


class SaidShape(BaseModel):
    """What a run says of a payout line."""

    verdict: str
    owed: int
    settled: int
    reason_code: str | None
    differences: list[str]
    rule: str | None
    evidence: list[str]
    explanation: str | None


class CauseShape(BaseModel):
    """Why something else is said now."""

    code: str = Field(description="A row of causes.csv; stable.")
    said: str = Field(description="For a person.")
    file: str | None
    line: int | None


class ChangeShape(BaseModel):
    """A payout line of which the later run says something else."""

    line_ref: str
    full_name: str
    citizen_id: str | None
    area_code: str | None
    before: SaidShape | None = Field(description="Null where the line was not there.")
    after: SaidShape | None = Field(description="Null where the line is there no more.")
    changed: list[str]
    why: list[CauseShape]


class ChangePage(BaseModel):
    """What changed between two runs, in the order of lists and rows."""

    run: int
    since: int
    as_of: dt.date
    since_as_of: dt.date
    totals: list[ChangeSum] | None = Field(description="On the first page only.")
    settlement_lines: list[LineSum] | None = Field(
        description="On the first page only, and for who sees all areas."
    )
    items: list[ChangeShape]
    next: str | None


class LineChangeShape(BaseModel):
    """A settlement line of which the later run says something else."""

    file: str
    line: int
    status: str
    amount: int | None
    booked_on: dt.date | None
    before: str | None = Field(description="Its disposition then; null where it was not looked at.")
    after: str | None = Field(description="Its disposition now; null where it is not looked at any more.")
    line_refs_before: list[str]
    line_refs_after: list[str]


class LineChangePage(BaseModel):
    """Settlement lines of which something else is said, in the order of files and lines."""

    run: int
    since: int
    items: list[LineChangeShape]
    next: str | None


def line_change_page(pair: Pair, page: Page) -> LineChangePage:
    """Make the shape of a page of settlement lines of which something else is said."""
    refs = ("line_refs_before", "line_refs_after")
    items = [{**row, **{name: split(row[name]) for name in refs}} for row in page.items]
    told = {"run": pair.after.number, "since": pair.before.number, "items": items, "next": page.next}
    return LineChangePage.model_validate(told)


def run_shape(cycle: PayoutCycle, past: Past, *, waiting: bool, staff: Staff) -> RunShape:
    """Make the shape of a run; its summary is over all areas, so it is for those who see all."""
    run = past.run
    led, seen = past.after_run, staff.scope.programmes
    return RunShape.model_validate(
        {
            **run.model_dump(),
            "programme": cycle.programme,
            "cycle": cycle.cycle,
            "state": "waiting" if waiting else run.state,
            "after_run": {"programme": led[0].programme, "cycle": led[0].cycle, "number": led[1].number}
            if led and (seen is None or led[0].programme in seen)
            else None,
            "after_file": past.after_file.label if past.after_file else None,
            "rules": past.rules,
            "verdicts": past.totals,
            "net": past.net,
            "summary": run.summary if run.summary and staff.scope.areas is None else None,
        }
    )


def change_page(
    pair: Pair,
    page: Changes,
    sums: Sequence[Move] | None,
    lines: Sequence[Move] | None,
    language: Language,
) -> ChangePage:
    """Make the shape of a page of changes."""
    return ChangePage.model_validate(
        {
            "run": pair.after.number,
            "since": pair.before.number,
            "as_of": pair.after.as_of,
            "since_as_of": pair.before.as_of,
            "totals": None if sums is None else [_fields(each, ChangeSum) for each in sums],
            "settlement_lines": None
            if lines is None
            else [{**_fields(each, LineSum), "amount": each.owed} for each in lines],
            "items": [_change(each, language) for each in page.items],
            "next": page.next,
        }
    )


def _fields(move: Move, shape: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(move, name) for name in shape.model_fields if hasattr(move, name)}


def _change(change: LineChange, language: Language) -> dict[str, Any]:
    return {
        **{name: change.line[name] for name in ("line_ref", "full_name", "citizen_id", "area_code")},
        "before": _said(change.before, language),
        "after": _said(change.after, language),
        "changed": change.changed,
        "why": [_cause(each, language) for each in change.why],
    }


def _said(said: dict[str, Any] | None, language: Language) -> dict[str, Any] | None:
    if said is None:
        return None
    lists = {name: split(said[name]) for name in ("differences", "evidence")}
    return {**said, **lists, "explanation": explained(said["explanation"] or "", language) or None}


def _cause(cause: Cause, language: Language) -> dict[str, Any]:
    told = cause.told
    return {
        "code": cause.code,
        "said": cause.said(language),
        "file": told.file if told else None,
        "line": told.line if told else None,
    }
