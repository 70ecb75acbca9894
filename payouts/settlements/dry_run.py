"""Reads a file to its end and keeps nothing: which receipt would it get?"""

from pathlib import Path

from payouts.core.settings import Settings
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
