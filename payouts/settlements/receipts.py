"""The receipt of a settlement file as its sender reads it, the same by HTTP and beside a dropped file."""

from typing import Any

from payouts.core.problems import Language
from payouts.core.receipts import problems_of, said_problems
from payouts.settlements.models import SettlementFile

INSIDE = frozenset(
    {"label", "balanced", "servicer", "movement", "written_on", "received_by", "read_by_profile"}
)


def receipt_values(kept: SettlementFile, language: Language) -> dict[str, Any]:
    """Return what a receipt tells, by name: Python values, the problems in words.

    Args:
        kept: the receipt; one without an id is of a file that was only looked at
        language: of the words
    """
    return {
        **{name: value for name, value in kept.model_dump().items() if name not in INSIDE},
        "profile": kept.read_by_profile or kept.profile or None,
        "bank_code": kept.bank_code or None,
        "problems": said_problems(problems_of(kept.problems), language),
        "received_at": kept.received_at if kept.id else None,
    }
