"""Gives a report out: makes it, and writes down what it takes to make the same bytes again."""

import contextlib
import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from payouts.core.database import Database
from payouts.core.errors import NotFoundError
from payouts.core.problems import Language
from payouts.core.settings import Settings
from payouts.core.storage import keep_copy, path_of
from payouts.identity import audit
from payouts.identity.scope import Scope
from payouts.reports.asking import Asked, ask
from payouts.reports.catalogue import Form, kind_of
from payouts.reports.evidence import write_evidence
from payouts.reports.making import make
from payouts.reports.models import ReportIssue
from payouts.runs.models import Run
from payouts.runs.record import program
from payouts.runs.store import find_cycle


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that somebody asks for; see asking.ask. `all_cells`: also cells of fewer than five people."""

    name: str
    programme: str
    cycle: str
    form: Form
    run: int | None = None
    on: dt.date | None = None
    language: Language = "vi"
    options: Mapping[str, str] | None = None
    all_cells: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A payout line whose evidence somebody asks for; see asking.ask."""

    programme: str
    cycle: str
    line_ref: str
    run: int | None = None
    on: dt.date | None = None


def give(
    database: Database,
    settings: Settings,
    wanted: Wanted,
    scope: Scope,
    path: Path,
    *,
    by: str,
    plan_id: int | None = None,
) -> ReportIssue:
    """Make a report and note that it was given out.

    Args:
        database: where the facts are
        settings: of this installation
        wanted: which report, of what, and in which form
        scope: the areas and programmes of who asks
        path: where to write
        by: who asks
        plan_id: the plan by which it is made; its bytes are then kept in the data folder

    Raises:
        DomainError: as asking.ask and making.make
    """
    with database.reading() as session:
        asked = ask(
            session,
            wanted.programme,
            wanted.cycle,
            scope,
            by=by,
            run=wanted.run,
            on=wanted.on,
            language=wanted.language,
            options=_told(wanted),
        )
        make(session, settings, wanted.name, asked, wanted.form, path=path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if plan_id is not None:
        keep_copy(settings.data_dir, path)
    issue = ReportIssue(
        name=wanted.name,
        programme=wanted.programme,
        cycle=wanted.cycle,
        run_id=asked.run_id,
        run_number=asked.run.number,
        known_at=asked.at,
        form=wanted.form,
        language=wanted.language,
        options=dict(asked.options),
        areas=sorted(scope.areas) if scope.areas is not None else None,
        program=program(),
        sha256=digest,
        size=path.stat().st_size,
        kept=plan_id is not None,
        made_at=asked.made_at,
        made_by=by,
        plan_id=plan_id,
    )
    with database.session() as session:
        session.add(issue)
        session.flush()
        told = {"report": wanted.name, "form": wanted.form, "run": asked.run.number, "sha256": digest}
        audit.note(session, by, "report.taken", f"cycle {wanted.programme} {wanted.cycle}", **told)
    return issue


def give_evidence(
    database: Database, settings: Settings, line: Line, scope: Scope, path: Path, *, by: str
) -> str:
    """Write the evidence of a payout line as a ZIP, note that it was taken, and name the file.

    Args:
        database: where the facts are
        settings: of this installation
        line: which, and as known when
        scope: the areas and programmes of who asks
        path: where to write
        by: who asks

    Raises:
        DomainError: as asking.ask and evidence.write_evidence
    """
    with database.reading() as session:
        asked = ask(session, line.programme, line.cycle, scope, by=by, run=line.run, on=line.on)
        write_evidence(session, settings, asked, line.line_ref, path)
    with database.session() as session:
        told = {"line_ref": line.line_ref, "run": asked.run.number}
        audit.note(session, by, "evidence.taken", f"cycle {line.programme} {line.cycle}", **told)
    return f"evidence-{line.line_ref}-run-{asked.run.number}.zip"


def filename_of(issue: ReportIssue) -> str:
    """Name the file of a report: settlement-BTXH-2026-11-run-3.xlsx."""
    return f"{issue.name}-{issue.programme}-{issue.cycle}-run-{issue.run_number}.{issue.form}"


@contextlib.contextmanager
def room_for(settings: Settings, form: str) -> Iterator[Path]:
    """Give a place in the data folder for a report that is handed on at once; it is gone in the end."""
    folder = settings.data_dir / "reports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as own:
        yield Path(own) / f"report.{form}"


def again(session: Session, settings: Settings, issue: ReportIssue, path: Path) -> bool:
    """Make a report again as it was given out, and say whether it is the same bytes.

    Args:
        session: the transaction
        settings: of this installation
        issue: as it was noted
        path: where to write
    """
    scope = Scope(frozenset(issue.areas) if issue.areas is not None else None, frozenset({issue.programme}))
    found = find_cycle(session, issue.programme, issue.cycle, scope)
    asked = Asked(
        found,
        session.get_one(Run, issue.run_id),
        issue.known_at,
        scope,
        issue.made_at,
        issue.made_by,
        "vi" if issue.language == "vi" else "en",
        issue.options,
    )
    form: Form = next(form for form in kind_of(issue.name).forms if form == issue.form)
    make(session, settings, issue.name, asked, form, path=path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == issue.sha256


def issues_of(
    session: Session, programme: str, cycle: str, scope: Scope, *, limit: int = 50
) -> list[ReportIssue]:
    """List what was given out of a cycle, the latest first, as far as it lies within a scope."""
    found = session.exec(
        select(ReportIssue)
        .where(ReportIssue.programme == programme, ReportIssue.cycle == cycle)
        .order_by(col(ReportIssue.id).desc())
        .limit(limit)
    )
    return [each for each in found if within(each, scope)]


def find_issue(session: Session, issue_id: int, scope: Scope) -> ReportIssue:
    """Find what was given out by its number.

    Raises:
        NotFoundError: there is none, or it tells of areas or a programme outside the scope
    """
    found = session.get(ReportIssue, issue_id)
    if found is None or not within(found, scope):
        raise NotFoundError("no_such_report", f"Không có báo cáo số {issue_id} trong phạm vi của bạn.")
    return found


def issued_as(session: Session, sha256: str) -> list[ReportIssue]:
    """Find under which numbers bytes were given out, the latest first."""
    query = select(ReportIssue).where(ReportIssue.sha256 == sha256).order_by(col(ReportIssue.id).desc())
    return list(session.exec(query))


def within(issue: ReportIssue, scope: Scope) -> bool:
    """Say whether all that a report tells of lies within a scope."""
    areas = issue.areas
    seen = scope.areas is None or (areas is not None and scope.areas >= set(areas))
    return seen and (scope.programmes is None or issue.programme in scope.programmes)


def kept_bytes(settings: Settings, issue: ReportIssue) -> Path:
    """Return where the bytes of a report that was made by itself lie.

    Raises:
        NotFoundError: they were not kept
    """
    path = path_of(settings.data_dir, issue.sha256)
    if not issue.kept or not path.is_file():
        raise NotFoundError("report_not_kept", "Tệp của báo cáo này không được lưu. Hãy lập lại báo cáo.")
    return path


def _told(wanted: Wanted) -> dict[str, str]:
    """Give the options that the report takes."""
    options, kind = wanted.options or {}, kind_of(wanted.name)
    told = {name: options[name] for name in kind.options if options.get(name)}
    return told | ({"cells": "all"} if kind.hides and wanted.all_cells else {})
