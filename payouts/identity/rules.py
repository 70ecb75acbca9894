"""What each role may do, and who counts as asking: pure decisions over the table in data/permissions.csv."""

import csv
import datetime as dt
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.core.errors import ForbiddenError
from payouts.identity.scope import Scope

ROLES = ("admin", "province", "ward", "accountant", "auditor", "visitor")
BOUND_TO_AREAS = frozenset({"ward", "visitor"})  # without an area such a role sees nobody; the others see all


@functools.cache
def permissions() -> dict[str, frozenset[str]]:
    """Read data/permissions.csv: permission -> the roles that have it."""
    text = (resources.files("payouts.identity") / "data" / "permissions.csv").read_text(encoding="utf-8")
    return {
        row["permission"]: frozenset(role for role in ROLES if row[role])
        for row in csv.DictReader(text.splitlines())
    }


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff who asks, signed in or through a personal token."""

    user_id: int
    username: str
    role: str
    scope: Scope
    must_change_password: bool = False

    @property
    def who(self) -> str:
        """Their name in the audit trail."""
        return self.username

    def may(self, permission: str) -> bool:
        """Say whether their role has a permission."""
        return self.role in permissions()[permission]


@dataclass(frozen=True, slots=True)
class BankClient:
    """A bank that asks; it may send files and see its own, nothing else."""

    key_id: int
    bank_code: str
    test: bool = False  # its files are read like others and never evidence
    key_ends_at: dt.datetime | None = None

    @property
    def who(self) -> str:
        """Its name in the audit trail."""
        return f"bank {self.bank_code}{' (test)' if self.test else ''}"


Actor = Staff | BankClient


def require(staff: Staff, permission: str) -> None:
    """Refuse what the role of a member of staff does not have.

    Raises:
        ForbiddenError: it has not
    """
    if not staff.may(permission):
        raise ForbiddenError(
            "not_permitted", "Vai trò của bạn không được làm việc này. Hãy hỏi người quản trị."
        )


def scope_of(role: str, areas: frozenset[str], programmes: frozenset[str]) -> Scope:
    """Turn grants into a scope: a role bound to areas sees those only, others see all unless limited."""
    return Scope(
        areas=areas if areas or role in BOUND_TO_AREAS else None,
        programmes=programmes or None,
    )
