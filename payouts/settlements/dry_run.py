"""Reads a file to its end and keeps nothing: which receipt would it get?"""

from pathlib import Path

from payouts.core.settings import Settings
from payouts.settlements.intake import conclude
from payouts.settlements.models import SettlementFile
from payouts.settlements.reading import open_settlement


def try_file(receipt: SettlementFile, settings: Settings, path: Path) -> SettlementFile:
    """Fill in a receipt that is in no database.

    Args:
        receipt: with the bank, the name and the profile of the file
        settings: the currency
        path: where the bytes are

    Returns:
        the receipt, `accepted`, `quarantined` or `refused`
    """
    reading = open_settlement(
        path, profile=receipt.profile or None, currency=settings.currency, client_bank=receipt.bank_code
    )
    for _ in reading.batches():
        pass
    conclude(receipt, reading.report)
    return receipt
