"""Answers whatever goes wrong as a problem (RFC 9457) with a type that stays, and never with a traceback."""

import contextlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from payouts.api.problem_types import problem_types
from payouts.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    StaleError,
    UnauthenticatedError,
)
from payouts.core.limits import SENDER_SECONDS
from payouts.core.problems import Language, problem_kinds
from payouts.core.receipts import HELP, said_problems
from payouts.core.sqlite import BusyError
from payouts.identity.sessions import ThrottledError

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:problem-type:chitra:"
TRY_AGAIN_SECONDS = 5

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (ThrottledError, 429),
    (BusyError, 503),
    (UnauthenticatedError, 401),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (StaleError, 412),
    (ConflictError, 409),
    (RefusedError, 422),
)

TITLES: dict[int, tuple[str, str]] = {
    400: ("Không đọc được yêu cầu", "The request cannot be read"),
    401: ("Chưa xác thực", "Not authenticated"),
    403: ("Không được phép", "Not permitted"),
    404: ("Không tìm thấy", "Not found"),
    405: ("Địa chỉ này không nhận cách gọi đó", "The address does not take this method"),
    406: ("Không có dạng trả lời được yêu cầu", "Not available in the form asked for"),
    408: ("Gửi quá chậm", "Sent too slowly"),
    409: ("Mâu thuẫn với dữ liệu đã có", "It contradicts what is kept"),
    411: ("Thiếu độ dài", "Length needed"),
    412: ("Đã có người khác thay đổi", "Somebody else changed it"),
    413: ("Quá lớn", "Too large"),
    415: ("Không nhận dạng dữ liệu này", "Media type not taken"),
    422: ("Dữ liệu không hợp lệ", "Not acceptable as it is"),
    428: ("Thiếu If-Match", "If-Match needed"),
    429: ("Quá nhiều lần thử", "Too many attempts"),
    500: ("Lỗi hệ thống", "Our mistake"),
    503: ("Hệ thống đang bận", "Busy"),
}

# Code of an error that belongs to HTTP alone, and what to do about it.
CODES: dict[int, tuple[str, str, str]] = {
    400: ("unreadable", "Hãy xem lại nội dung gửi.", "Check what was sent."),
    404: ("no_such_address", "Không có địa chỉ này.", "There is no such address."),
    405: ("method_not_allowed", "Xem tiêu đề Allow.", "See the Allow header."),
    408: (
        "too_slow",
        f"Trong {SENDER_SECONDS} giây nhận được quá ít. Hãy gửi lại.",
        f"Too little came in {SENDER_SECONDS} seconds. Send it again.",
    ),
    413: ("too_large", "Nội dung gửi lớn hơn mức nhận.", "More was sent than is taken."),
}

# Type of a value that is not valid, as pydantic names it -> what to say of it.
VALUES: dict[str, tuple[str, str]] = {
    "missing": ("Thiếu giá trị bắt buộc.", "A required value is missing."),
    "extra_forbidden": ("Không có trường này.", "There is no such field."),
    "literal_error": ("Không phải một trong các giá trị cho phép.", "Not one of the allowed values."),
    "string_pattern_mismatch": ("Viết không đúng mẫu.", "Not written as it has to be."),
    "string_too_long": ("Quá dài.", "Too long."),
    "string_too_short": ("Quá ngắn.", "Too short."),
    "string_unicode": ("Có ký tự không hợp lệ.", "Holds a character that is none."),
    "json_invalid": ("Không phải JSON.", "Not JSON."),
}
NOT_VALID = ("Giá trị không hợp lệ.", "Not a valid value.")


class ProtocolError(Exception):
    """The request breaks a rule of HTTP rather than one of the house.

    Args:
        status: HTTP status
        code: last part of the problem's type
        detail: what is wrong and how to mend it, in Vietnamese and English
        headers: what the answer carries besides
    """

    def __init__(
        self, status: int, code: str, detail: tuple[str, str], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail[1])
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})


def weighed(header: str) -> list[tuple[str, float]]:
    """Read what a client would like (`Accept`, `Accept-Language`): names in lower case, each weighed."""
    found = []
    for wish in header.lower().split(","):
        name, *parameters = (part.strip() for part in wish.split(";"))
        given = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        with contextlib.suppress(ValueError):
            found.append((name, float(given)))
    return found


def language_of(request: Request) -> Language:
    """Choose the language of an answer: of Vietnamese and English the one preferred, else the settings'."""
    wishes: dict[str, float] = {}
    for name, weight in weighed(request.headers.get("accept-language", "")):
        wishes.setdefault(name.partition("-")[0], weight)
    default: Language = request.app.state.settings.language
    vi, en = wishes.get("vi", 0), wishes.get("en", 0)
    return default if vi == en else "vi" if vi > en else "en"


def answer(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    problems: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Make a problem of RFC 9457.

    Args:
        request: what is answered
        status: HTTP status
        code: last part of the problem's type; it stays the same for the same mistake
        detail: for a person: what is wrong and how to mend it
        problems: the lines or fields that are the cause
        headers: what the answer carries besides
    """
    body: dict[str, Any] = {
        "type": TYPE + code,
        "title": _chosen(TITLES.get(status, TITLES[400 if status < 500 else 500]), language_of(request)),  # noqa: PLR2004  # HTTP's own border
        "status": status,
        "detail": detail,
    }
    if code in problem_types() or code in problem_kinds():
        body["help"] = HELP + code
    if problems:
        body["problems"] = list(problems)
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Let every error of the API be answered as a problem."""
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(ProtocolError, _protocol)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _broken)


def _chosen(words: tuple[str, str], language: Language) -> str:
    return words[0] if language == "vi" else words[1]


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)  # noqa: S101  # registered for it
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 409)
    headers = {}
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = 'Bearer realm="chitra"'
    if isinstance(error, ThrottledError):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, BusyError):
        headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    language = language_of(request)
    rows = said_problems(error.problems, language)
    return answer(request, status, error.code, error.said(language), problems=rows, headers=headers)


def _protocol(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProtocolError)  # noqa: S101  # registered for it
    detail = _chosen(error.detail, language_of(request))
    return answer(request, error.status, error.code, detail, headers=error.headers)


def _not_valid(request: Request, error: Exception) -> Response:
    """Say which values are not valid; one in the address means that there is no such thing."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it
    language = language_of(request)
    wrong = error.errors()
    if any(each["loc"][:1] == ("path",) for each in wrong):
        return answer(request, 404, CODES[404][0], _chosen(CODES[404][1:], language))
    rows = [
        {
            "line": None,
            "field": ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0]),
            "code": each["type"],
            "message": _chosen(VALUES.get(each["type"], NOT_VALID), language),
        }
        for each in wrong
    ]
    fields = ", ".join(row["field"] or "" for row in rows)
    detail = _chosen((f"Giá trị không hợp lệ: {fields}.", f"Not valid: {fields}."), language)
    return answer(request, 422, "not_valid", detail, problems=rows)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for it
    code, *detail = CODES.get(error.status_code, CODES[400])
    said = _chosen((detail[0], detail[1]), language_of(request))
    return answer(request, error.status_code, code, said, headers=error.headers)


def _gone(request: Request, _error: Exception) -> Response:
    """Answer for the log's sake: whoever sent half a body is gone, and nothing of it is kept."""
    return answer(request, 400, CODES[400][0], _chosen(CODES[400][1:], language_of(request)))


async def _broken(request: Request, error: Exception) -> Response:
    """Log and answer in the loop's own thread: the frames of the request still live there."""
    number = uuid.uuid4().hex[:12]
    structlog.get_logger().error("request_failed", number=number, path=request.url.path, exc_info=error)
    detail = (
        f"Lỗi của hệ thống, đã được ghi lại với số {number}. Không có gì được lưu dở dang.",
        f"Our mistake, recorded under number {number}. Nothing was half saved.",
    )
    return answer(request, 500, "broken", _chosen(detail, language_of(request)))
