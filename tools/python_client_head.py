"""A small client of chitra's API: the standard library alone, one file to copy.

Written by tools/python_client.py out of the OpenAPI document; change it there.
"""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

TOLERANCE_SECONDS = 300


class ChitraError(Exception):
    """The service said no.

    Attributes:
        status: of the answer
        problem: what it said (RFC 9457): `type` stays, `detail` is for a person
    """

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> Any:
    """Return what a webhook tells, where it comes from who has the secret.

    Args:
        secret: as it was shown when the webhook was added
        headers: of the request, their names in lower case
        body: its bytes, as they came
        now: seconds, for tests

    Raises:
        ValueError: it does not, or it is too old
    """
    stamp = headers["webhook-timestamp"]
    if abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE_SECONDS:
        raise ValueError("too old")
    signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mark = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    if not any(hmac.compare_digest(mark, each) for each in headers["webhook-signature"].split()):
        raise ValueError("not signed by us")
    return json.loads(body)


def pages(call: Callable[..., Any], *given: Any, **named: Any) -> Iterator[Any]:
    """Give the items of all pages of a list, e.g. of `client.cases`."""
    cursor = None
    while True:
        page = call(*given, **named, **({"cursor": cursor} if cursor else {}))
        yield from page["items"]
        cursor = page.get("next")
        if not cursor:
            return


def _part(value: object) -> str:
    return urllib.parse.quote(str(value), safe="")


class Chitra:
    """The API at one address, asked with one token or key.

    Attributes:
        etag: of the last answer that had one, for `change_case`
    """

    def __init__(self, url: str, token: str, *, language: str = "vi", timeout: float = 60) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        self._timeout = timeout
        self.etag = ""

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        body: Any = None,
        if_match: str = "",
        wait: int = 0,
    ) -> Any:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        address = self._url + path + (f"?{urllib.parse.urlencode(given, doseq=True)}" if given else "")
        headers = dict(self._headers)
        if content is not None:
            headers["Content-Type"] = "application/octet-stream"
        elif body is not None:
            content, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        if if_match:
            headers["If-Match"] = if_match
        if wait:
            headers["Prefer"] = f"wait={wait}"
        request = urllib.request.Request(address, content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout + wait) as answer:
                self.etag = answer.headers.get("ETag") or self.etag
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                raise ChitraError(error.code, json.loads(error.read() or b"{}")) from None
