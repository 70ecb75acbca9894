"""A bank's file sent by staff in its stead: a plain form, and a small script that shows how far it is."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from payouts.api.files import Sender, keep_file
from payouts.api.uploads import waited
from payouts.core.banks import bank_code, banks
from payouts.core.errors import RefusedError
from payouts.core.storage import arriving
from payouts.identity.banks import UNLISTED_CODE, list_bank_clients
from payouts.identity.rules import require
from payouts.settlements.models import SettlementFile
from payouts.settlements.profiles import profile_named, profiles
from payouts.settlements.store import find_file
from payouts.web.access import Desk, Form, ReaderDep
from payouts.web.multipart import desk_of_sender, read_upload
from payouts.web.render import language_of, page

router = APIRouter(prefix="/files/send")

PATIENCE_SECONDS = 10  # for a file to be read before its receipt is shown


@router.get("")
def show_form(request: Request, desk: ReaderDep) -> Response:
    """Show the form."""
    require(desk.signed_in.staff, "files.send")
    return _shown(request, desk, {})


@router.post("")
async def send(request: Request) -> Response:
    """Take the file in and lead to its receipt."""
    desk = await desk_of_sender(request, "files.send")
    asked: Form = {}
    with arriving(desk.settings.data_dir) as arrival:
        try:
            largest = desk.settings.largest_file
            filename = await read_upload(request, desk, arrival, asked, largest=largest, check=_check)
            _must_be_chosen(filename)
        except RefusedError as refusal:
            return await run_in_threadpool(_shown, request, desk, asked, refusal)
        sender = Sender(_bank(asked), desk.signed_in.staff.who)
        kept, _ = await run_in_threadpool(
            keep_file, desk.database, arrival, sender, filename, asked.get("profile") or None, None
        )
    await waited(PATIENCE_SECONDS, lambda: _look(desk, kept.id or 0), lambda file: file.state != "received")
    return RedirectResponse(f"/files/{kept.id}", 303)


def _check(form: Form) -> None:
    if not UNLISTED_CODE.fullmatch(_bank(form)):
        raise RefusedError("no_bank_chosen", "Hãy chọn ngân hàng của tệp này.")
    if form.get("profile"):
        profile_named(form["profile"])


def _must_be_chosen(filename: str) -> None:
    if not filename:
        raise RefusedError("no_file_chosen", "Hãy chọn tệp mà ngân hàng gửi.")


def _bank(form: Form) -> str:
    given = form.get("bank", "")
    return bank_code(given) or given.upper()


def _look(desk: Desk, file_id: int) -> SettlementFile:
    with desk.database.reading() as session:
        return find_file(session, file_id, None)


def _shown(request: Request, desk: Desk, form: Form, refusal: RefusedError | None = None) -> Response:
    """Show the form as it was filled in, and what was wrong with it."""
    with desk.database.reading() as session:
        payers = {key.bank_code for key in list_bank_clients(session)} - banks().keys()
    return page(
        request,
        "send.html",
        status=422 if refusal else 200,
        scripts=["send.js"],
        form=form,
        error=refusal.said(language_of(request)) if refusal else "",
        banks={code: bank.short_name for code, bank in sorted(banks().items())},
        payers=sorted(payers),
        profiles={name: profile.title for name, profile in profiles().items()},
    )
