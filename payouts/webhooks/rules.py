"""What may be told, how it is signed, where it may be sent and when it is tried again: pure decisions."""

import base64
import csv
import datetime as dt
import functools
import hashlib
import hmac
import ipaddress
import random
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from urllib.parse import urlsplit

from payouts.core.problems import Language

SECRET_BYTES = 32
OVERLAP = dt.timedelta(hours=24)  # for which an old secret signs beside the new one
PING = "ping"  # a message of this type says nothing

# Pauses between attempts, as Standard Webhooks proposes them; after the last one a message is given up.
PAUSES = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
LONGEST_PAUSE = dt.timedelta(hours=24)
JITTER = 0.1  # of a pause, more or less
GONE = 410
TOO_MANY = 429
SERVER_ERRORS = 500

# What was in the way where there was no answer: (Vietnamese, English).
PROBLEMS = {
    "unresolved": ("Không tìm thấy địa chỉ của máy chủ", "The name of the host has no address"),
    "plain": (
        "Chỉ gửi qua https, trừ máy trong mạng nội bộ được phép",
        "https only, but for allowed hosts inside",
    ),
    "private": (
        "Địa chỉ nằm trong mạng nội bộ, không được phép gửi tới",
        "The address is private, and not allowed",
    ),
    "unreachable": ("Không kết nối được", "No connection"),
    "tls": ("Chứng thư của máy chủ không hợp lệ", "The certificate of the host is not valid"),
    "slow": ("Không trả lời kịp", "No answer in time"),
    "broken": ("Câu trả lời không đúng HTTP", "The answer is no HTTP"),
}

STATES = {
    "waiting": ("Đang chờ gửi", "Waiting"),
    "delivered": ("Đã nhận", "Delivered"),
    "given_up": ("Không gửi được nữa", "Given up"),
    "dropped": ("Bỏ, không gửi", "Dropped"),
}

_URL = re.compile(r"https?://[^\s\x00-\x1f\x7f]+")
_WITHIN_IPV6 = tuple(
    ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


@dataclass(frozen=True, slots=True)
class EventType:
    """One row of data/events.csv.

    Attributes:
        of: the table that says it: run, case_event or expected_file_event
        kinds: the kinds of its rows that say it; none: all
        vi: what it tells, in Vietnamese
        en: the same in English
    """

    of: str
    kinds: frozenset[str]
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Say it in a language."""
        return self.vi if language == "vi" else self.en


@functools.cache
def event_types() -> dict[str, EventType]:
    """Read data/events.csv: type -> what it tells."""
    text = (resources.files("payouts.webhooks") / "data" / "events.csv").read_text(encoding="utf-8")
    return {
        row["type"]: EventType(
            row["of"], frozenset(filter(None, row["kinds"].split(";"))), row["vi"], row["en"]
        )
        for row in csv.DictReader(text.splitlines())
    }


def make_secret() -> str:
    """Make a secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secrets_in_use: Iterable[str], uid: str, at: dt.datetime, body: str) -> dict[str, str]:
    """Return the headers that say who sends a message and when (Standard Webhooks, scheme v1).

    Args:
        secrets_in_use: each signs, so that a receiver may still know an old one
        uid: of the message
        at: the moment of this attempt
        body: the bytes that are sent, as text
    """
    stamp = str(int(at.timestamp()))
    signed = f"{uid}.{stamp}.{body}".encode()
    marks = [
        "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()
        for secret in secrets_in_use
    ]
    return {"webhook-id": uid, "webhook-timestamp": stamp, "webhook-signature": " ".join(marks)}


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def pause_after(failures: int, retry_after: str | None = None) -> dt.timedelta | None:
    """Say how long to wait after so many failures in a row; None: it is given up.

    Args:
        failures: from 1
        retry_after: what the receiver asked for, in seconds
    """
    if failures > len(PAUSES):
        return None
    pause = PAUSES[failures - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret: it spreads retries
    if retry_after and retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 8:  # noqa: PLR2004  # digits of a number of seconds
        pause = max(pause, dt.timedelta(seconds=int(retry_after)))
    return min(pause, LONGEST_PAUSE)


def host_at_fault(status: int | None) -> bool:
    """Say whether an attempt failed for the address as a whole, so that other messages would fail too."""
    return status is None or status == TOO_MANY or status >= SERVER_ERRORS


def readable_url(url: str) -> bool:
    """Say whether a text is an address that messages may be sent to: http or https, nothing secret in it."""
    if not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.username is None and parts.port != 0 and not parts.fragment
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Allowed:
    """What of the office's own network messages may reach, as the setting `webhook_hosts` says.

    Attributes:
        names: of hosts
        networks: of addresses
    """

    names: frozenset[str] = frozenset()
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def of(cls, setting: str) -> "Allowed":
        """Read names and networks, by commas."""
        names, networks = set(), []
        for word in filter(None, (each.strip().lower() for each in setting.split(","))):
            try:
                networks.append(ipaddress.ip_network(word, strict=False))
            except ValueError:
                names.add(word)
        return cls(frozenset(names), tuple(networks))

    def takes(self, host: str, address: str) -> bool:
        """Say whether an address that a host's name leads to may be sent to."""
        return self.inside(host, address) or is_public(ipaddress.ip_address(address))

    def inside(self, host: str, address: str) -> bool:
        """Say whether the setting names a host or its address."""
        found = ipaddress.ip_address(address)
        return host.lower() in self.names or any(
            found in net for net in self.networks if net.version == found.version
        )


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Say whether an address is one of the open internet; what hides an IPv4 address in IPv6 is not."""
    hidden = isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped is not None or any(address in net for net in _WITHIN_IPV6)
    )
    return address.is_global and not address.is_multicast and not address.is_reserved and not hidden
