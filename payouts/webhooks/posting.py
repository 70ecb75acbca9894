"""One POST to an address that somebody else chose: never into the office's own network, never for long."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from payouts.webhooks.rules import Allowed

SECONDS = 15.0  # for all of it
ANSWER_KEPT = 500  # characters of an answer
DONE = range(200, 300)
USUAL_PORTS = {"https": 443, "http": 80}

# What an exception says was in the way, the first that fits.
IN_THE_WAY: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "tls"),
    (http.client.HTTPException, "broken"),
    (OSError, "unreachable"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a POST.

    Attributes:
        status: of the answer, None where there was none
        problem: a key of rules.PROBLEMS where there was none
        text: how the answer begins
        retry_after: what it says of the next attempt
        took_ms: milliseconds
    """

    status: int | None
    problem: str | None = None
    text: str = ""
    retry_after: str | None = None
    took_ms: int = 0

    @property
    def taken(self) -> bool:
        """Whether the receiver took what was sent."""
        return self.status in DONE


class _NotSentError(Exception):
    """Nothing was sent.

    Attributes:
        problem: a key of rules.PROBLEMS
    """

    def __init__(self, *, problem: str) -> None:
        super().__init__()
        self.problem = problem


def post(
    url: str, body: bytes, headers: Mapping[str, str], allowed: Allowed, *, seconds: float = SECONDS
) -> Answer:
    """Send a body, and tell what became of it; redirects are not followed.

    The host's name is resolved once and each of its addresses is checked; the connection goes to one of them:
    a name that leads elsewhere later changes nothing. http is for allowed hosts alone.

    Args:
        url: http or https
        body: what is sent
        headers: beside those of its type and length
        allowed: what of the office's own network may be reached
        seconds: for all of it
    """
    begun = time.monotonic()
    status, text, retry_after, problem = None, "", None, None
    try:
        status, text, retry_after = _post(url, body, headers, allowed, seconds)
    except _NotSentError as refused:
        problem = refused.problem
    except (OSError, http.client.HTTPException) as error:
        late = time.monotonic() - begun >= seconds or isinstance(error, TimeoutError)
        problem = "slow" if late else next(name for kind, name in IN_THE_WAY if isinstance(error, kind))
    took = int((time.monotonic() - begun) * 1000)
    return Answer(status, problem, text, retry_after, took)


def _post(
    url: str, body: bytes, headers: Mapping[str, str], allowed: Allowed, seconds: float
) -> tuple[int, str, str | None]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or USUAL_PORTS[parts.scheme]
    address = _checked_address(host, port, allowed, tls=parts.scheme == "https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    told = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "chitra",
        **headers,
    }
    with _connected(address, port, seconds) as plain:
        secured = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            if parts.scheme == "https"
            else plain
        )
        connection = http.client.HTTPConnection(host, port)
        connection.sock = secured
        connection.request("POST", path, body, told)
        response = connection.getresponse()
        text = response.read1(ANSWER_KEPT).decode("utf-8", "replace")
        return response.status, text, response.getheader("Retry-After")


def _checked_address(host: str, port: int, allowed: Allowed, *, tls: bool) -> str:
    """Resolve a host's name to an address that may be sent to.

    Raises:
        _NotSentError: it has none, or one that is private
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _NotSentError(problem="unresolved") from None
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not addresses or not all(allowed.takes(host, each) for each in addresses):
        raise _NotSentError(problem="private")
    if not tls and not all(allowed.inside(host, each) for each in addresses):
        raise _NotSentError(problem="plain")
    return addresses[0]


@contextlib.contextmanager
def _connected(address: str, port: int, seconds: float) -> Iterator[socket.socket]:
    """Connect, and cut the connection when the time is over, however slowly the other side talks."""
    connection = socket.create_connection((address, port), timeout=seconds)
    patience = threading.Timer(seconds, _cut, (connection,))
    patience.daemon = True
    patience.start()
    try:
        yield connection
    finally:
        patience.cancel()
        connection.close()


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
