"""/v1/cycles/…/reports: reports of a cycle as XLSX, PDF or CSV by `Accept`, and the evidence of one line."""

import base64
import contextlib
import datetime as dt
from collections.abc import Mapping
from pathlib import Path as PathOf
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from payouts.api.access import DatabaseDep, LanguageDep, SettingsDep, staff_with
from payouts.api.errors import ProtocolError, weighed
from payouts.api.parameters import CycleName, Id, Programme, RunNumber, Text
from payouts.api.report_shapes import IssueShape, KindShape, ReportList, issue_shape, kind_shape
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.reports.catalogue import (
    ALL_CELLS,
    KINDS,
    MEDIA_TYPES,
    Form,
    Kind,
    kind_of,
    may_take,
    require_kind,
)
from payouts.reports.issuing import (
    Line,
    Wanted,
    filename_of,
    find_issue,
    give,
    give_evidence,
    issues_of,
    kept_bytes,
    room_for,
)
from payouts.reports.models import ReportIssue
from payouts.runs.store import find_cycle

router = APIRouter(prefix="/v1/cycles/{programme}/{cycle}", tags=["reports"])

Seeing = Annotated[Staff, staff_with("cycle.see")]
Taking = Annotated[Staff, staff_with("evidence.take")]
OnDay = Annotated[dt.date | None, Query(description="As known at the end of this day, in Vietnam.")]
LineRef = Annotated[str, Path(pattern=r"^[A-Z0-9]{1,16}$", description="Reference of a payout line.")]
ZIP = "application/zip"
AS_FILE = {
    200: {
        "description": "The report in the form that `Accept` prefers; XLSX where it prefers none.",
        "content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()},
    }
}


@router.get("/reports")
def list_reports(
    database: DatabaseDep, staff: Seeing, programme: Programme, cycle: CycleName, language: LanguageDep
) -> ReportList:
    """List the reports that who asks may take of a cycle, and those that were given out of it lately."""
    with database.reading() as session:
        find_cycle(session, programme, cycle, staff.scope)
        issues = issues_of(session, programme, cycle, staff.scope)
    kinds: list[KindShape] = [
        kind_shape(name, kind, language) for name, kind in KINDS.items() if may_take(staff, kind)
    ]
    given: list[IssueShape] = [issue_shape(each) for each in issues]
    return ReportList(reports=kinds, issued=given)


@router.get("/reports/{name}", response_class=FileResponse, responses=AS_FILE)  # type: ignore[arg-type]  # as OpenAPI has them
def get_report(
    request: Request,
    database: DatabaseDep,
    settings: SettingsDep,
    staff: Seeing,
    language: LanguageDep,
    programme: Programme,
    cycle: CycleName,
    name: str,
    run: RunNumber = None,
    on: OnDay = None,
    by: Annotated[
        Literal["verdict", "ward", "bank", "channel"] | None, Query(description="Strata of a sample.")
    ] = None,
    size: Annotated[int | None, Query(ge=1, le=200, description="Lines of a stratum.")] = None,
    seed: Text = None,
) -> FileResponse:
    """Give a report of a cycle, as known now, when a run was done, or on a day; the taking is logged."""
    kind = kind_of(name)
    require_kind(staff, kind)
    form = wished_form(request, kind)
    options = {"by": by, "size": size, "seed": seed}
    told = {each: str(value) for each, value in options.items() if value is not None}
    wanted = Wanted(name, programme, cycle, form, run, on, language, told, staff.may(ALL_CELLS))
    with contextlib.ExitStack() as held:
        path = held.enter_context(room_for(settings, form))
        issue = give(database, settings, wanted, staff.scope, path, by=staff.who)
        gone = held.pop_all()
    headers = {"Vary": "Accept, Accept-Language", "Content-Language": language}
    return report_file(issue, path, headers, gone)


@router.get("/issued-reports/{issue_id}", response_class=FileResponse, responses=AS_FILE)  # type: ignore[arg-type]  # as OpenAPI has them
def get_issued(
    database: DatabaseDep,
    settings: SettingsDep,
    staff: Seeing,
    programme: Programme,
    cycle: CycleName,
    issue_id: Id,
) -> FileResponse:
    """Give a report that was made by itself, the very bytes."""
    with database.session() as session:
        find_cycle(session, programme, cycle, staff.scope)
        issue = find_issue(session, issue_id, staff.scope)
        require_kind(staff, kind_of(issue.name))
        path = kept_bytes(settings, issue)
        audit.note(session, staff.who, "report.taken", f"report {issue.id}", sha256=issue.sha256)
    return report_file(issue, path, {})


@router.get("/evidence/{line_ref}", response_class=FileResponse, responses={200: {"content": {ZIP: {}}}})
def get_evidence(
    database: DatabaseDep,
    settings: SettingsDep,
    staff: Taking,
    programme: Programme,
    cycle: CycleName,
    line_ref: LineRef,
    run: RunNumber = None,
    on: OnDay = None,
) -> FileResponse:
    """Give all that is known of one payout line, with raw lines and digests of files, as a ZIP; logged."""
    with contextlib.ExitStack() as held:
        path = held.enter_context(room_for(settings, "zip"))
        name = give_evidence(
            database, settings, Line(programme, cycle, line_ref, run, on), staff.scope, path, by=staff.who
        )
        gone = held.pop_all()
    return FileResponse(path, media_type=ZIP, filename=name, background=BackgroundTask(gone.close))


def report_file(
    issue: ReportIssue, path: PathOf, headers: Mapping[str, str], gone: contextlib.ExitStack | None = None
) -> FileResponse:
    """Answer with the bytes of a report and their digest; what holds the place is let go afterwards."""
    digest = base64.b64encode(bytes.fromhex(issue.sha256)).decode()
    media_type = next(kind for form, kind in MEDIA_TYPES.items() if form == issue.form)
    return FileResponse(
        path,
        media_type=media_type,
        filename=filename_of(issue),
        headers={**headers, "Content-Digest": f"sha-256=:{digest}:"},
        background=BackgroundTask(gone.close) if gone else None,
    )


def wished_form(request: Request, kind: Kind) -> Form:
    """Choose the form of a report by `Accept`.

    Raises:
        ProtocolError: it cannot be had in any form that is accepted
    """
    weights = dict(weighed(request.headers.get("accept", "*/*")))

    def weight(form: Form) -> float:
        exact = MEDIA_TYPES[form].partition(";")[0]
        names = (exact, f"{exact.partition('/')[0]}/*", "*/*")
        return next((weights[each] for each in names if each in weights), 0)

    best = max(kind.forms, key=weight)
    if not weight(best):
        raise ProtocolError(
            406,
            "form_not_given",
            (
                f"Báo cáo này chỉ có dạng {', '.join(form.upper() for form in kind.forms)}.",
                f"This report can be had as {', '.join(form.upper() for form in kind.forms)} only.",
            ),
        )
    return best
