"""Layouts of banks' files: which there are, and a proposal of a new one from an unknown file."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from payouts.core.errors import DomainError, RefusedError
from payouts.core.storage import arriving, plain_name
from payouts.identity.rules import require
from payouts.settlements.guessing.guess import guess
from payouts.settlements.guessing.trial import Trial, try_profile
from payouts.settlements.guessing.written import as_yaml, doubts
from payouts.settlements.profiles import ProfileError, broken_profiles, profiles, read_profile
from payouts.web.access import (
    Desk,
    Form,
    FormDep,
    ReaderDep,
    WriterDep,
)
from payouts.web.multipart import desk_of_sender, read_upload
from payouts.web.render import language_of, page

router = APIRouter(prefix="/profiles")

LARGEST_LOOKED_AT = 4 * 1024 * 1024  # bytes of a file that is only looked at: a few lines are enough
MOST_SHOWN = 50  # problems of it


@router.get("")
def show_profiles(request: Request, desk: ReaderDep) -> Response:
    """Show the layouts there are, the broken ones with what is wrong, and the form for an unknown file."""
    require(desk.signed_in.staff, "files.send")
    return _page(request)


@router.post("")
async def look_at_file(request: Request) -> Response:
    """Propose the layout of an unknown file, or read it by the one that was sent; nothing is kept."""
    desk = await desk_of_sender(request, "files.send")
    sent: Form = {}
    with arriving(desk.settings.data_dir) as arrival:
        try:
            filename = await read_upload(request, desk, arrival, sent, largest=LARGEST_LOOKED_AT)
            return await run_in_threadpool(_looked_at, request, desk, arrival.path, filename, sent)
        except DomainError as error:
            refusal = error
    return await run_in_threadpool(_refused, request, refusal, sent)


@router.post("/yaml")
def download(desk: WriterDep, form: FormDep) -> Response:
    """Hand a proposal back as a file, as it stands in the form."""
    require(desk.signed_in.staff, "files.send")
    name = plain_name(form.get("name", "")).rpartition(".")[0] or "profile"
    safe = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "_-") else "_" for letter in name
    )
    return Response(
        form.get("yaml", "") + "\n",
        media_type="application/yaml",
        headers={"Content-Disposition": f'attachment; filename="{safe[:60]}.yaml"'},
    )


def _looked_at(request: Request, desk: Desk, path: Path, filename: str, sent: Form) -> Response:
    """Say what a file seems to be, and how it is read by the YAML that was sent, else by the proposal."""
    language = language_of(request)
    if not filename:
        raise RefusedError("no_file_chosen", "Hãy chọn tệp mà ngân hàng gửi.")
    made = guess(path, filename)
    yaml = sent.get("yaml") or as_yaml(made, filename, language)
    trial: Trial | None = None
    unfinished = ""
    try:
        trial = try_profile(path, read_profile("new", yaml), desk.settings.currency)
    except ProfileError as error:
        unfinished = error.said(language)
    problems = trial.report.problems[:MOST_SHOWN] if trial else []
    return _page(
        request,
        guess=made,
        doubts=[] if sent.get("yaml") else doubts(made, language),
        yaml=yaml,
        trial=trial,
        unfinished=unfinished,
        problems=[(each.line, each.message(language)) for each in problems],
        filename=filename,
    )


def _refused(request: Request, error: DomainError, sent: Form) -> Response:
    problem = "file", error.said(language_of(request))
    return _page(request, status=422, problem=problem, yaml=sent.get("yaml", ""))


def _page(request: Request, *, status: int = 200, **knows: Any) -> Response:
    broken = {name: error.said(language_of(request)) for name, error in broken_profiles().items()}
    shown = {"problem": None, "guess": None, "yaml": "", "filename": "", **knows}
    return page(
        request,
        "profiles.html",
        status=status,
        profiles=profiles().values(),
        broken=broken,
        **shown,
    )
