"""Reads a file and keeps nothing: which receipt would it get, and what stands in its lines?"""

import contextlib
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from payouts.core.settings import Settings
from payouts.core.storage import path_of, space
from payouts.settlements.apart import Apart
from payouts.settlements.controls import Policy
from payouts.settlements.intake import conclude
from payouts.settlements.models import SettlementFile


def try_file(
    receipt: SettlementFile, settings: Settings, path: Path, policy: Policy | None = None
) -> SettlementFile:
    """Fill in a receipt that is in no database.

    Args:
        receipt: with the bank, the name and the profile of the file
        settings: the currency
        path: where the bytes are
        policy: of the bank for failing controls; as shipped by default

    Returns:
        the receipt, `accepted`, `quarantined` or `refused`
    """
    reading = Apart(
        path,
        profile=receipt.profile or None,
        currency=settings.currency,
        client_bank=receipt.bank_code,
        policy=policy or {},
    )
    for _ in reading.batches():
        pass
    conclude(receipt, reading.report)
    return receipt


def lines_again(
    receipt: SettlementFile, settings: Settings, *, after: int, limit: int
) -> list[dict[str, Any]]:
    """Read the lines of a test file, which are kept nowhere, from its bytes.

    Args:
        receipt: of the file, once it is read
        settings: where the bytes are, and the currency
        after: only lines with a greater number
        limit: at most so many

    Returns:
        each line's columns (formats.base.LINES), in the order of the file; none of a refused file
    """
    if receipt.state not in {"accepted", "quarantined"}:
        return []
    reading = Apart(
        path_of(space(settings.data_dir, test=True), receipt.sha256),
        profile=receipt.profile or None,
        currency=settings.currency,
        client_bank=receipt.bank_code,
        policy={},
    )
    found: list[dict[str, Any]] = []
    with contextlib.closing(reading.batches()) as batches:
        for batch in batches:
            wanted = batch.filter(pc.greater(batch["line"], after))
            found += wanted.slice(0, limit - len(found)).to_pylist()
            if len(found) == limit:
                break
    return found
