"""Receipts as the API gives them, made from what is kept or, for a check, from what was just read."""

import datetime as dt

from payouts.api.errors import problem_rows
from payouts.api.shapes import FileReceipt, ListReceipt
from payouts.core.problems import Language
from payouts.core.receipts import problems_of
from payouts.lists.models import PayoutList
from payouts.settlements.models import SettlementFile


def file_receipt(kept: SettlementFile, language: Language) -> FileReceipt:
    """Make the receipt of a settlement file."""
    return FileReceipt.model_validate(
        {
            **kept.model_dump(),
            "profile": kept.read_by_profile or kept.profile or None,
            "bank_code": kept.bank_code or None,
            "problems": problem_rows(problems_of(kept.problems), language),
            "received_at": kept.received_at if kept.id else None,
        }
    )


def list_receipt(kept: PayoutList, language: Language) -> ListReceipt:
    """Make the receipt of a payout list."""
    return ListReceipt.model_validate(
        {**kept.model_dump(), "problems": problem_rows(problems_of(kept.problems), language)}
    )


def next_of(items: list[SettlementFile] | list[PayoutList], limit: int) -> str | None:
    """Say where the next page begins, where `limit` + 1 receipts were asked for."""
    return str(items[limit - 1].id) if len(items) > limit else None


def utc(moment: dt.datetime | None) -> dt.datetime | None:
    """Take a moment without a time zone as UTC."""
    return moment.replace(tzinfo=dt.UTC) if moment and moment.tzinfo is None else moment
