"""Registry files: sent on a page by a plain form, and their receipts with what is wrong in which line."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from payouts.api.uploads import waited
from payouts.core.errors import RefusedError
from payouts.core.ids import as_id
from payouts.core.limits import LARGEST_ID
from payouts.core.receipts import problems_of
from payouts.core.storage import Arrival, arriving
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.jobs.asking import take_registry_file
from payouts.registry.files.intake import find_registry_file, registry_files
from payouts.registry.files.models import RegistryFile
from payouts.registry.rules import opt_out_reasons, payee_relations
from payouts.web.access import Desk, Form, ReaderDep
from payouts.web.multipart import desk_of_sender, read_upload
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/registry/files")

ROWS = 50
PROBLEMS_SHOWN = 200
PATIENCE_SECONDS = 20  # for a file to be read before its receipt is shown
SAID = {
    "sent": N_("The file was taken in."),
    "known": N_("This very file was sent before; this is its first receipt."),
}


@router.get("")
def show_files(request: Request, desk: ReaderDep, before: int = LARGEST_ID) -> Response:
    """List the registry files, the latest first, with the form to send one."""
    require(desk.signed_in.staff, "registry.see")
    return _shown(request, desk, before=before)


@router.post("/send")
async def send(request: Request) -> Response:
    """Take the file in and lead to its receipt."""
    desk = await desk_of_sender(request, "registry.send")
    form: Form = {}
    with arriving(desk.settings.data_dir) as arrival:
        try:
            largest = desk.settings.largest_file
            filename = await read_upload(request, desk, arrival, form, largest=largest)
            _must_be_chosen(filename)
        except RefusedError as refusal:
            return await run_in_threadpool(_shown, request, desk, error=refusal)
        kept, new = await run_in_threadpool(_keep, desk, arrival, filename)
    await waited(PATIENCE_SECONDS, lambda: _look(desk, kept.id or 0), lambda file: file.state != "received")
    return RedirectResponse(f"/registry/files/{kept.id}?said={'sent' if new else 'known'}", 303)


@router.get("/send")
def show_after_reload() -> Response:
    """Lead back to the files from the address of the form."""
    return RedirectResponse("/registry/files", 303)


@router.get("/{file_id}")
def show_file(request: Request, desk: ReaderDep, file_id: int, said: str = "") -> Response:
    """Show one receipt: what became of the people it names, and each problem with its line."""
    staff, language = desk.signed_in.staff, language_of(request)
    require(staff, "registry.see")
    file = _look(desk, as_id(file_id))
    with desk.database.session() as session:
        audit.note(session, staff.who, "registry_file.read", f"registry file {file.id}")
    problems = problems_of(file.problems[:PROBLEMS_SHOWN])
    return page(
        request,
        "registry_file.html",
        file=file,
        problems=[(each, each.what(language), each.mend(language)) for each in problems],
        said=SAID.get(said, ""),
    )


def _must_be_chosen(filename: str) -> None:
    if not filename:
        raise RefusedError("no_file_chosen", "Hãy chọn tệp hồ sơ.")


def _keep(desk: Desk, arrival: Arrival, filename: str) -> tuple[RegistryFile, bool]:
    who = desk.signed_in.staff.who
    stored = arrival.keep()
    with desk.database.session() as session:
        kept, new = take_registry_file(session, stored, filename=filename, by=who)
        audit.note(
            session, who, "registry_file.sent", f"registry file {kept.id}", sha256=stored.sha256, new=new
        )
    return kept, new


def _look(desk: Desk, file_id: int) -> RegistryFile:
    with desk.database.reading() as session:
        return find_registry_file(session, file_id)


def _shown(
    request: Request, desk: Desk, *, before: int = LARGEST_ID, error: RefusedError | None = None
) -> Response:
    with desk.database.reading() as session:
        files = registry_files(session, before=min(before, LARGEST_ID), limit=ROWS + 1)
    return page(
        request,
        "registry_files.html",
        status=422 if error else 200,
        files=files[:ROWS],
        next_before=files[ROWS - 1].id if len(files) > ROWS else None,
        may_send=desk.signed_in.staff.may("registry.send"),
        reasons=opt_out_reasons().values(),
        relations=payee_relations().values(),
        error=error.said(language_of(request)) if error else "",
    )
