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

    def send_settlement_file(
        self,
        content: bytes,
        *,
        filename: str,
        supersedes: int | None = None,
        bank: str | None = None,
        profile: str | None = None,
        wait: int = 0,
    ) -> Any:
        """Send a settlement file."""
        return self._call(
            "POST",
            "/v1/settlement-files",
            query={"filename": filename, "supersedes": supersedes, "bank": bank, "profile": profile},
            content=content,
            wait=wait,
        )

    def check_settlement_file(
        self,
        content: bytes,
        *,
        filename: str,
        bank: str | None = None,
        profile: str | None = None,
        wait: int = 0,
    ) -> Any:
        """Say which receipt a file would get, also for one that would be refused."""
        return self._call(
            "POST",
            "/v1/settlement-files/check",
            query={"filename": filename, "bank": bank, "profile": profile},
            content=content,
            wait=wait,
        )

    def settlement_files(
        self,
        *,
        state: str | None = None,
        since: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Any:
        """List receipts, the latest first."""
        return self._call(
            "GET",
            "/v1/settlement-files",
            query={"state": state, "since": since, "cursor": cursor, "limit": limit},
        )

    def settlement_file(
        self,
        file_id: int,
    ) -> Any:
        """Give the receipt of a file."""
        return self._call(
            "GET",
            f"/v1/settlement-files/{_part(file_id)}",
        )

    def settlement_lines(
        self,
        file_id: int,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Any:
        """Give the lines of a file as they were read, and what the last run says of each."""
        return self._call(
            "GET",
            f"/v1/settlement-files/{_part(file_id)}/lines",
            query={"cursor": cursor, "limit": limit},
        )

    def send_payout_list(
        self,
        content: bytes,
        *,
        cycle: str,
        programme: str,
        filename: str,
        deadline: str | None = None,
        supersedes: int | None = None,
        wait: int = 0,
    ) -> Any:
        """Send a payout list."""
        return self._call(
            "POST",
            "/v1/payout-lists",
            query={"cycle": cycle, "programme": programme, "filename": filename, "deadline": deadline, "supersedes": supersedes},
            content=content,
            wait=wait,
        )

    def payout_list(
        self,
        list_id: int,
    ) -> Any:
        """Give the receipt of a payout list."""
        return self._call(
            "GET",
            f"/v1/payout-lists/{_part(list_id)}",
        )

    def cycles(
        self,
    ) -> Any:
        """List the payout cycles, the latest first."""
        return self._call(
            "GET",
            "/v1/cycles",
        )

    def cycle(
        self,
        programme: str,
        cycle: str,
        *,
        run: int | None = None,
    ) -> Any:
        """Add up a cycle as its last run, or an earlier one, sees it, within the areas of who asks."""
        return self._call(
            "GET",
            f"/v1/cycles/{_part(programme)}/{_part(cycle)}",
            query={"run": run},
        )

    def start_run(
        self,
        programme: str,
        cycle: str,
        body: Any = None,
        *,
        wait: int = 0,
    ) -> Any:
        """Reconcile a cycle."""
        return self._call(
            "POST",
            f"/v1/cycles/{_part(programme)}/{_part(cycle)}/runs",
            body=body,
            wait=wait,
        )

    def runs(
        self,
        programme: str,
        cycle: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Any:
        """List the runs of a cycle, the latest first."""
        return self._call(
            "GET",
            f"/v1/cycles/{_part(programme)}/{_part(cycle)}/runs",
            query={"cursor": cursor, "limit": limit},
        )

    def verdicts(
        self,
        programme: str,
        cycle: str,
        *,
        verdict: str | None = None,
        area: str | None = None,
        run: int | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        lang: str | None = None,
    ) -> Any:
        """List payout lines with what the last run, or an earlier one, says of each."""
        return self._call(
            "GET",
            f"/v1/cycles/{_part(programme)}/{_part(cycle)}/verdicts",
            query={"verdict": verdict, "area": area, "run": run, "cursor": cursor, "limit": limit, "lang": lang},
        )

    def changes(
        self,
        programme: str,
        cycle: str,
        number: int,
        *,
        since: int | None = None,
        from_: str | None = None,
        to: str | None = None,
        area: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        lang: str | None = None,
    ) -> Any:
        """List what a run says otherwise than the run before it, or since an earlier one, and why."""
        return self._call(
            "GET",
            f"/v1/cycles/{_part(programme)}/{_part(cycle)}/runs/{_part(number)}/changes",
            query={"since": since, "from": from_, "to": to, "area": area, "cursor": cursor, "limit": limit, "lang": lang},
        )

    def order_payments(
        self,
        programme: str,
        cycle: str,
        body: Any = None,
        *,
        lang: str | None = None,
    ) -> Any:
        """Make one order a bank of all payments that no order holds yet."""
        return self._call(
            "POST",
            f"/v1/cycles/{_part(programme)}/{_part(cycle)}/payment-orders",
            query={"lang": lang},
            body=body,
        )

    def cases(
        self,
        *,
        programme: str | None = None,
        cycle: str | None = None,
        verdict: str | None = None,
        area: str | None = None,
        hamlet: str | None = None,
        state: str | None = None,
        assignee: str | None = None,
        reason: str | None = None,
        kind: str | None = None,
        incident: int | None = None,
        bank: str | None = None,
        due: str | None = None,
        age: int | None = None,
        hardship: int | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Any:
        """List cases, by default the one due first on top."""
        return self._call(
            "GET",
            "/v1/cases",
            query={"programme": programme, "cycle": cycle, "verdict": verdict, "area": area, "hamlet": hamlet, "state": state, "assignee": assignee, "reason": reason, "kind": kind, "incident": incident, "bank": bank, "due": due, "age": age, "hardship": hardship, "q": q, "sort": sort, "cursor": cursor, "limit": limit},
        )

    def case(
        self,
        case_id: int,
        *,
        lang: str | None = None,
    ) -> Any:
        """Give a case."""
        return self._call(
            "GET",
            f"/v1/cases/{_part(case_id)}",
            query={"lang": lang},
        )

    def change_case(
        self,
        case_id: int,
        body: Any,
        *,
        lang: str | None = None,
        if_match: str,
    ) -> Any:
        """Change a case as it was when it was read."""
        return self._call(
            "PATCH",
            f"/v1/cases/{_part(case_id)}",
            query={"lang": lang},
            body=body,
            if_match=if_match,
        )

    def note_case(
        self,
        case_id: int,
        body: Any,
        *,
        lang: str | None = None,
    ) -> Any:
        """Write something down about a case."""
        return self._call(
            "POST",
            f"/v1/cases/{_part(case_id)}/notes",
            query={"lang": lang},
            body=body,
        )

    def coverage(
        self,
        *,
        on: str | None = None,
        by: str | None = None,
        but_force_majeure: bool | None = None,
    ) -> Any:
        """Tell coverage of a day within the areas of who asks."""
        return self._call(
            "GET",
            "/v1/coverage",
            query={"on": on, "by": by, "but_force_majeure": but_force_majeure},
        )

    def quality(
        self,
        *,
        by: str | None = None,
    ) -> Any:
        """Give the four scores by ward as last measured, within the areas of who asks."""
        return self._call(
            "GET",
            "/v1/quality",
            query={"by": by},
        )

    def expected_files(
        self,
        *,
        programme: str | None = None,
        cycle: str | None = None,
        bank: str | None = None,
        state: str | None = None,
    ) -> Any:
        """List the files that banks owe."""
        return self._call(
            "GET",
            "/v1/expected-files",
            query={"programme": programme, "cycle": cycle, "bank": bank, "state": state},
        )

    def add_webhook(
        self,
        body: Any,
    ) -> Any:
        """Let a program be told from now on."""
        return self._call(
            "POST",
            "/v1/webhooks",
            body=body,
        )

    def webhook_messages(
        self,
        webhook_id: int,
        *,
        state: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Any:
        """List what a program was sent, the latest first, with every attempt."""
        return self._call(
            "GET",
            f"/v1/webhooks/{_part(webhook_id)}/messages",
            query={"state": state, "cursor": cursor, "limit": limit},
        )

    def disburse(
        self,
        body: Any,
        *,
        programme: str | None = None,
        cycle: str | None = None,
        deadline: str | None = None,
    ) -> Any:
        """Ask for a batch of payments."""
        return self._call(
            "POST",
            "/v1/g2p/disburse",
            query={"programme": programme, "cycle": cycle, "deadline": deadline},
            body=body,
        )

    def disbursement_status(
        self,
        body: Any,
    ) -> Any:
        """Say how the payments of a batch stand, or some of them."""
        return self._call(
            "POST",
            "/v1/g2p/disburse/txn/status",
            body=body,
        )
