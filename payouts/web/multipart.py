"""Reads a form that carries a file: its fields first, then the file, streamed to disk and never held."""

import contextlib
from collections.abc import Callable

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from payouts.core.errors import RefusedError
from payouts.core.limits import LARGEST_JSON
from payouts.core.storage import Arrival
from payouts.identity.rules import require
from payouts.identity.sessions import CSRF_FIELD, fits
from payouts.web.access import (
    MOST_FIELDS,
    Desk,
    Form,
    SignInNeededError,
    UnknownFormError,
    desk_of_reader,
    typed,
)

WRITTEN_AT_ONCE = 1 << 20  # bytes gathered before a thread writes them


class _Parts:
    """What has come so far: fields, and of the file its name and the bytes nobody has written yet."""

    def __init__(self) -> None:
        self.fields: dict[str, bytes] = {}
        self.filename: str | None = None
        self.gathered = bytearray()
        self._header, self._value, self._headers = b"", b"", dict[bytes, bytes]()
        self._name: str | None = None

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._headers.clear,
            "on_header_begin": self._begin_header,
            "on_header_field": self._add_header,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin,
            "on_part_data": self._add,
        }

    def _begin_header(self) -> None:
        self._header = self._value = b""

    def _add_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._value

    def _begin(self) -> None:
        _, told = parse_options_header(self._headers.get(b"content-disposition", b""))
        if self.filename is not None or len(self.fields) > MOST_FIELDS:
            raise _unreadable()  # the file is the last part
        if b"filename" in told:
            self._name, self.filename = None, told[b"filename"].decode("utf-8", "replace")
        else:
            self._name = told.get(b"name", b"").decode("utf-8", "replace")
            self.fields[self._name] = b""

    def _add(self, data: bytes, start: int, end: int) -> None:
        if self._name is None:
            self.gathered += data[start:end]
            return
        self.fields[self._name] += data[start:end]
        if len(self.fields[self._name]) > LARGEST_JSON:
            raise _unreadable()


async def desk_of_sender(request: Request, permission: str) -> Desk:
    """Let in who is signed in and may send a file; what they typed beside it is held for who has to sign in.

    Args:
        request: `multipart/form-data`, of which nothing was read yet
        permission: a row of identity/data/permissions.csv

    Raises:
        SignInNeededError, PasswordChangeNeededError, ForbiddenError: as for any page
    """
    try:
        desk = await run_in_threadpool(desk_of_reader, request)
    except SignInNeededError:
        with contextlib.suppress(FormParserError, RefusedError):
            await _fields_of(request)
        raise
    require(desk.signed_in.staff, permission)
    return desk


async def _fields_of(request: Request) -> None:
    """Read a form up to its file."""
    parts, parser = _begun(request)
    async for chunk in request.stream():
        parser.write(chunk)
        if parts.filename is not None:
            request.state.typed = list(_form(parts.fields).items())
            return


def _begun(request: Request) -> tuple[_Parts, MultipartParser]:
    _, told = parse_options_header(request.headers.get("content-type", ""))
    parts = _Parts()
    return parts, MultipartParser(told.get(b"boundary", b""), parts.callbacks())  # type: ignore[arg-type]  # as it documents


async def read_upload(
    request: Request,
    desk: Desk,
    arrival: Arrival,
    form: Form,
    *,
    largest: int,
    check: Callable[[Form], None] | None = None,
) -> str:
    """Read a form whose last part is a file, and write the file's bytes where they are to be kept.

    Args:
        request: `multipart/form-data`
        desk: of who sends it
        arrival: takes the bytes of the file
        form: takes the fields, before more than a first piece of the file is taken
        largest: bytes that the file may have
        check: is shown the fields then; what it raises ends it

    Returns:
        the name of the file, empty where none was chosen

    Raises:
        UnknownFormError: the form is of another session
        RefusedError: no such form, or the file is larger
    """
    parts, parser = _begun(request)
    begun = False
    try:
        async for chunk in request.stream():
            parser.write(chunk)
            if parts.filename is not None and not begun:
                begun = True
                form.update(_form(parts.fields))
                request.state.typed = list(form.items())
                if not fits(form.get(CSRF_FIELD, ""), desk.signed_in):
                    raise UnknownFormError
                if check:
                    check(form)
            if arrival.size + len(parts.gathered) > largest:
                raise RefusedError("file_too_large", f"Tệp lớn hơn {largest} byte. Hãy chia nhỏ rồi gửi lại.")
            if len(parts.gathered) >= WRITTEN_AT_ONCE:
                await run_in_threadpool(_write, arrival, parts)
        parser.finalize()
    except FormParserError:
        raise _unreadable() from None
    if not begun:
        raise _unreadable()
    await run_in_threadpool(_write, arrival, parts)
    return parts.filename or ""


def _write(arrival: Arrival, parts: _Parts) -> None:
    arrival.write(bytes(parts.gathered))
    parts.gathered.clear()


def _form(fields: dict[str, bytes]) -> Form:
    return {name: typed(value.decode("utf-8", "replace")) for name, value in fields.items()}


def _unreadable() -> RefusedError:
    return RefusedError("form_unreadable", "Không đọc được nội dung gửi. Hãy tải lại trang rồi gửi lại.")
