"""A batch of payments that an upstream system asks for becomes a payout list like any other."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.errors import ConflictError
from payouts.core.once import add_once
from payouts.core.settings import Settings
from payouts.core.storage import Stored, arriving
from payouts.jobs.asking import take_list
from payouts.webhooks.g2p import as_list
from payouts.webhooks.models import Disbursal


def disburse(
    session: Session,
    settings: Settings,
    request: Stored,
    *,
    sender_id: str,
    transaction_id: str,
    message_id: str,
    disbursements: Sequence[Mapping[str, Any]],
    programme: str,
    cycle: str,
    by: str,
    deadline: dt.date | None = None,
) -> tuple[Disbursal, bool]:
    """Keep a batch and ask for its list to be read.

    Args:
        session: the transaction
        settings: where bytes are kept
        request: the request as it came, kept
        sender_id: the upstream system, as it calls itself
        transaction_id: its number of the batch
        message_id: its number of the request
        disbursements: what is to be paid
        programme: e.g. BTXH
        cycle: a month like 2026-11
        by: who sends it
        deadline: the last day for the banks' answer, where the list makes the cycle

    Returns:
        the batch, and whether it is new: the same batch with the same payments is the same

    Raises:
        ConflictError: the sender used the number for other payments
        RefusedError: no programme or cycle can be called so
    """
    same = select(Disbursal).where(
        Disbursal.sender_id == sender_id, Disbursal.transaction_id == transaction_id
    )
    with arriving(settings.data_dir) as arrival:
        arrival.write(as_list(sender_id, disbursements))
        stored = arrival.keep()
    taken = ConflictError(
        "transaction_taken", f"Mã giao dịch {transaction_id[:50]} đã dùng cho những khoản chi khác."
    )
    receipt, _ = take_list(
        session,
        stored,
        programme=programme,
        cycle=cycle,
        filename=f"g2p-{transaction_id}.csv",
        by=by,
        deadline=deadline,
    )
    known = session.exec(same).one_or_none()
    if known is not None:
        if known.list_id != receipt.id:
            raise taken
        return known, False
    made = Disbursal(
        sender_id=sender_id,
        transaction_id=transaction_id,
        correlation_id=secrets.token_hex(16),
        message_id=message_id,
        sha256=request.sha256,
        list_id=receipt.id or 0,
        received_at=clock.now(),
        received_by=by,
    )
    add_once(session, made, taken)
    return made, True
