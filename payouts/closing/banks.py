"""By bank: what it was sent = what it settled + what it sent back or rejected + what is pending."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlmodel import Session

from payouts.core.tables import table_behind
from payouts.identity.scope import EVERYTHING, Scope
from payouts.runs.models import BankTotal
from payouts.runs.rules import RIGHT_PERSON

BANKS = table_behind(BankTotal)


@dataclass(slots=True)
class BankSums:
    """What one bank of beneficiaries was sent, and what became of it; in đồng but for the lines.

    Attributes:
        bank_code: the bank
        lines: payout lines
        sent: what they owe
        settled: of it what stands settled, whoever got it
        returned: rejected or returned
        pending: what nobody knows yet, what is missing, and what lacks of an amount
        beyond: settled over what was sent, beside these
    """

    bank_code: str
    lines: int = 0
    sent: int = 0
    settled: int = 0
    returned: int = 0
    pending: int = 0
    beyond: int = 0

    def as_dict(self) -> dict[str, int | str]:
        """Give the figures by name."""
        return asdict(self)


def by_bank(session: Session, run_id: int, scope: Scope = EVERYTHING) -> list[BankSums]:
    """Add up a run by bank of the beneficiaries; money that goes through no bank is left out.

    Args:
        session: the transaction
        run_id: the run
        scope: the areas that count

    Returns:
        the banks, by code; sent = settled + returned + pending holds for each
    """
    found: dict[str, BankSums] = {}
    rows = session.execute(
        select(
            *(BANKS.c[name] for name in ("bank_code", "verdict", "lines", "owed", "settled", "paid"))
        ).where(BANKS.c.run_id == run_id, BANKS.c.bank_code != "", *scope.conditions(area=BANKS.c.area_code))
    )
    for bank, verdict, lines, owed, settled, paid in rows:
        sums = found.setdefault(bank, BankSums(bank))
        reached = paid if verdict in RIGHT_PERSON else min(settled, owed)
        sums.lines, sums.sent = sums.lines + lines, sums.sent + owed
        sums.settled, sums.beyond = sums.settled + reached, sums.beyond + settled - reached
        if verdict == "failed":
            sums.returned += owed - reached
        else:
            sums.pending += owed - reached
    return [found[bank] for bank in sorted(found)]
