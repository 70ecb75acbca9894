"""Photos and PDF of a case: taken in as a stream, told by their content, handed out as a download alone."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse

from payouts.cases.proofs import ENDINGS, add_proof, find_proof, media_type_of
from payouts.cases.store import find_case
from payouts.core.errors import RefusedError
from payouts.core.ids import as_id
from payouts.core.storage import Arrival, arriving, path_of, plain_name
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, ReaderDep
from payouts.web.case_page import done, show_again
from payouts.web.multipart import desk_of_sender, read_upload

router = APIRouter(prefix="/cases/{case_id}/papers")

MOST_DRAINED = (
    64 * 1024 * 1024
)  # bytes of a file that is too large, read so that the browser shows the answer


@router.post("")
async def add(request: Request, case_id: int) -> Response:
    """Take a photo or PDF in; the same one again is the same."""
    desk = await desk_of_sender(request, "cases.work")
    form: Form = {}
    with arriving(desk.settings.data_dir) as arrival:
        try:
            filename = await read_upload(request, desk, arrival, form, largest=desk.settings.largest_proof)
            await run_in_threadpool(_keep, desk, case_id, form, arrival, filename)
        except RefusedError as error:
            if error.code == "file_too_large":
                await _drain(request)
                error = _too_large(desk)
            return await run_in_threadpool(show_again, request, desk, case_id, form, error)
    return done(case_id, "proof_added")


@router.get("/{paper_id}")
def paper(desk: ReaderDep, case_id: int, paper_id: int) -> Response:
    """Hand a photo or PDF out, to be kept on disk: a browser never shows it among our pages."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    with desk.database.session() as session:
        case = find_case(session, as_id(case_id), staff.scope)
        proof = find_proof(session, case, as_id(paper_id))
        audit.note(session, staff.who, "proof.read", f"case {case_id}", proof=proof.id)
    name = f"viec-{case_id}-giay-to-{proof.id}{ENDINGS[proof.media_type]}"
    return FileResponse(
        path_of(desk.settings.data_dir, proof.sha256), media_type=proof.media_type, filename=name
    )


def _keep(desk: Desk, case_id: int, form: Form, arrival: Arrival, filename: str) -> None:
    staff = desk.signed_in.staff
    if not filename or not arrival.size:
        raise RefusedError("no_proof_chosen", "Hãy chọn ảnh hoặc tệp PDF.")
    media_type = media_type_of(arrival.path)
    with desk.database.session() as session:
        case = find_case(session, as_id(case_id), staff.scope)
        add_proof(
            session,
            case,
            arrival.keep(),
            what=form.get("what", ""),
            filename=plain_name(filename),
            media_type=media_type,
            by=staff.who,
        )
        audit.note(session, staff.who, "proof.added", f"case {case_id}", filename=plain_name(filename))


def _too_large(desk: Desk) -> RefusedError:
    mebibytes = desk.settings.largest_proof // 2**20
    return RefusedError(
        "proof_too_large", f"Ảnh hoặc PDF lớn hơn {mebibytes} MB. Hãy chụp với cỡ nhỏ hơn hoặc quét lại."
    )


async def _drain(request: Request) -> None:
    """Read what still comes, so that the browser gets to our answer."""
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > MOST_DRAINED:
            break
