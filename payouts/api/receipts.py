"""Receipts as the API gives them, made from what is kept or, for a check, from what was just read."""

import csv
import datetime as dt
import io
import re
from typing import Any

from fastapi import Request, Response

from payouts.api.errors import language_of, weighed
from payouts.api.list_shapes import ListReceipt
from payouts.api.shapes import FileReceipt
from payouts.core.problems import Language
from payouts.core.receipts import problems_of, said_problems
from payouts.lists.models import PayoutList
from payouts.settlements.models import SettlementFile
from payouts.settlements.receipts import receipt_values

CSV_COLUMNS = (
    "record",
    *("id", "state", "bank_code", "filename", "sha256", "size", "format", "lines", "good_lines"),
    *("problem_count", "received_at", "read_at"),
    *("currency", "debit_lines", "debit", "credit_lines", "credit"),
    *("line", "field", "code", "severity", "message", "mend", "help"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def file_receipt(kept: SettlementFile, language: Language) -> FileReceipt:
    """Make the receipt of a settlement file."""
    return FileReceipt.model_validate(receipt_values(kept, language))


def told(request: Request, response: Response, kept: SettlementFile) -> FileReceipt | Response:
    """Give a receipt as the asker prefers it, JSON or CSV.

    Args:
        request: with its `Accept` and `Accept-Language`
        response: status and headers of the answer
        kept: the receipt
    """
    receipt = file_receipt(kept, language_of(request))
    response.headers["Vary"] = "Accept, Accept-Language"
    if not prefers_csv(request.headers.get("accept", "")):
        return receipt
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Response(as_csv(receipt), response.status_code or 200, headers, "text/csv; charset=utf-8")


def prefers_csv(accept: str) -> bool:
    """Say whether `Accept` names CSV, and nothing else before it."""
    weights = dict(weighed(accept))
    wished = weights.get("text/csv", 0)
    return wished > weights.get("application/json", 0) and wished >= weights.get("*/*", 0)


def as_csv(receipt: FileReceipt) -> str:
    """Write a receipt as CSV: a row for the file, one for each currency's totals, one for each problem.

    What a spreadsheet would take for a formula gets an apostrophe before it.
    """
    told = receipt.model_dump(mode="json")
    rows = [
        {"record": "file", **told},
        *({"record": "total", **total} for total in told["totals"]),
        *({"record": "problem", **problem} for problem in told["problems"]),
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _plain(value: Any) -> Any:
    risky = isinstance(value, str) and value.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(value)
    return f"'{value}" if risky else value


def list_receipt(kept: PayoutList, language: Language) -> ListReceipt:
    """Make the receipt of a payout list."""
    return ListReceipt.model_validate(
        {
            **kept.model_dump(),
            "supersedes": kept.supersedes or None,
            "counts": kept.state == "accepted" and kept.superseded_by is None,
            "problems": said_problems(problems_of(kept.problems), language),
        }
    )


def next_of(items: list[SettlementFile] | list[PayoutList], limit: int) -> str | None:
    """Say where the next page begins, where `limit` + 1 receipts were asked for."""
    return str(items[limit - 1].id) if len(items) > limit else None


def utc(moment: dt.datetime | None) -> dt.datetime | None:
    """Take a moment without a time zone as UTC."""
    return moment.replace(tzinfo=dt.UTC) if moment and moment.tzinfo is None else moment
