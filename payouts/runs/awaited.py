"""Which banks' files a cycle waits for: who sent what since it opened, and whose people have no answer."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from payouts.core.clock import VIETNAM
from payouts.identity.models import BankKey
from payouts.lists.models import PayoutCycle
from payouts.runs.totals import Tally
from payouts.settlements.models import SettlementFile
from payouts.settlements.rules import COUNTING

UNANSWERED = frozenset({"missing", "pending"})

# Where a bank's files stand, the best last.
NOTHING = "none"
ORDER = (
    *(NOTHING, "superseded", "withdrawn", "refused", "rejected", "quarantined", "received"),
    *("released", "accepted"),
)


@dataclass(frozen=True, slots=True)
class Awaited:
    """One bank and a cycle.

    Attributes:
        bank: its code
        lines: payout lines of its account holders
        unanswered: of these, lines of which no bank has said a last word
        sent: where the best of its files stands, one of ORDER
        files: how many it sent since the cycle opened
        last_at: when the last of them came
        sends: whether it has a key, so that it is expected to send
    """

    bank: str
    lines: int
    unanswered: int
    sent: str
    files: int
    last_at: dt.datetime | None
    sends: bool

    @property
    def missing(self) -> bool:
        """Whether a file is waited for: none counts, and the bank sends files or people lack an answer."""
        return self.sent not in COUNTING and (self.unanswered > 0 or (self.sends and self.lines > 0))


def awaited(session: Session, cycle: PayoutCycle, by_bank: Mapping[str, Tally]) -> list[Awaited]:
    """Say of each bank of a cycle what it has sent, those waited for first.

    A file is taken for one of the cycle that was open when it came: which month its lines are for, only
    matching knows.

    Args:
        session: the transaction
        cycle: of the programme
        by_bank: what its last run adds up to by bank of the beneficiaries
    """
    sent = _sent(session, *_window(session, cycle))
    keys = select(BankKey.bank_code).where(col(BankKey.disabled_at).is_(None), col(BankKey.test).is_(False))
    senders = set(session.exec(keys))
    found = []
    for bank in ({*by_bank, *senders, *sent}) - {""}:
        tally, files = by_bank.get(bank, Tally()), sent.get(bank, [])
        found.append(
            Awaited(
                bank=bank,
                lines=tally.lines,
                unanswered=sum(count for verdict, count in tally.verdicts.items() if verdict in UNANSWERED),
                sent=max((state for state, _ in files), key=ORDER.index, default=NOTHING),
                files=len(files),
                last_at=max((at for _, at in files), default=None),
                sends=bank in senders,
            )
        )
    return sorted(found, key=lambda each: (not each.missing, -each.unanswered, -each.lines, each.bank))


def _window(session: Session, cycle: PayoutCycle) -> tuple[dt.datetime, dt.datetime | None]:
    """Give the moments between which files are taken for a cycle's: until the programme's next one opens."""
    following: dt.date | None = session.exec(
        select(func.min(PayoutCycle.opens_on)).where(
            PayoutCycle.programme == cycle.programme, PayoutCycle.opens_on > cycle.opens_on
        )
    ).one()
    return _midnight(cycle.opens_on), _midnight(following) if following else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def _sent(
    session: Session, since: dt.datetime, until: dt.datetime | None
) -> dict[str, list[tuple[str, dt.datetime]]]:
    """Find what banks sent between two moments: bank -> where each file stands, and when it came."""
    now = func.coalesce(col(SettlementFile.decision), col(SettlementFile.state))
    query = select(col(SettlementFile.bank_code), now, col(SettlementFile.received_at)).where(
        col(SettlementFile.test).is_(False), SettlementFile.received_at >= since
    )
    if until is not None:
        query = query.where(SettlementFile.received_at < until)
    found: dict[str, list[tuple[str, dt.datetime]]] = {}
    for bank, state, at in session.execute(query):
        found.setdefault(bank, []).append((state, at))
    return found
