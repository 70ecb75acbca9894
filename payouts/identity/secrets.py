"""Passwords, keys and tokens: how they are made, and what of them is kept."""

import functools
import hashlib
import secrets
import threading

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

UNMISTAKABLE = (
    "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/i/l: one-time passwords are read out on the phone
)


# Each hash takes 64 MiB: many at once must not take the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(2)


@functools.cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@functools.cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def hash_password(password: str) -> str:
    """Hash a password with Argon2id."""
    with _AT_ONCE:
        return _hasher().hash(password)


def password_fits(password: str, kept: str | None) -> bool:
    """Compare a password with its hash; where there is none it takes as long, so nobody learns of names."""
    expected = kept or _nobodys_hash()
    with _AT_ONCE:
        fits = _hasher().verify(password.encode("utf-8", "surrogatepass"), expected)
    return fits and kept is not None


def make_one_time_password() -> str:
    """Make a password of about 79 bits that can be read out: `k7mq-pv3x-9dth-2wgc`."""
    return "-".join("".join(secrets.choice(UNMISTAKABLE) for _ in range(4)) for _ in range(4))


def make_token(kind: str) -> str:
    """Make a bearer token of 256 bits; its beginning `chitra_{kind}_` lets secret scanners find it."""
    return f"chitra_{kind}_{secrets.token_urlsafe(32)}"


def hash_token(token: str) -> str:
    """Hash a token; it is random enough that a fast hash keeps it safe."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
