"""What is closed, as one text that stands for the month: its hash is printed on every report of it.

The text is JSON with sorted keys, without spaces, so that the same facts make the same text on any machine.
Each payout line is in it by a digest: the reference of every line with what became of each đồng.
"""

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlmodel import Session, col, select

from payouts.closing.banks import by_bank
from payouts.closing.identity import Identity, add_up, from_before
from payouts.closing.parts import by_part
from payouts.closing.payer import payer_month
from payouts.closing.rules import BUCKETS, SIDES
from payouts.closing.states import Known, states
from payouts.lists.models import PayoutList

FORM = 1  # of the text; a change of it is a new number
_DIGESTED = ("line_ref", "carried", "area_code", "amount", *BUCKETS)
_BEFORE = ("payout_line_id", "area_code", *SIDES, *BUCKETS, "late", "why")


@dataclass(frozen=True, slots=True)
class Content:
    """What is closed.

    Attributes:
        text: canonical JSON
        hash: SHA-256 of it, in hexadecimal digits
        identity: the figures in it
        own: the month's own debts, as states.states gives them
        before: the debts of earlier months, as identity.from_before gives them
    """

    text: str
    hash: str
    identity: Identity
    own: pa.Table
    before: pa.Table


def content_of(session: Session, known: Known, number: int) -> Content:
    """Put together what is closed of a month.

    Args:
        session: the transaction
        known: what is known of the month; a run of it is done
        number: of the close
    """
    cycle, run = known.cycle, known.runs[known.cycle.id or 0]
    own, before = states(session, known, cycle), from_before(session, known)
    figures = add_up(session, known, own, before)
    told: dict[str, Any] = {
        "form": FORM,
        "programme": cycle.programme,
        "cycle": cycle.cycle,
        "number": number,
        "run": {"number": run.number, "as_of": run.as_of.isoformat()},
        "lists": _lists(session, known),
        "lines": _digest(own, _DIGESTED, "line_ref"),
        "debts_before": _digest(before, _BEFORE, "payout_line_id"),
        "identity": {
            "wards": {area: each.as_dict() for area, each in figures.wards.items()},
            "people": {area: each.as_dict() for area, each in figures.people.items()},
            "before": figures.before.as_dict(),
            "late": figures.late,
            "surplus": figures.surplus,
            "to_others": figures.to_others,
        },
        "parts": by_part(session, known, own),
        "banks": [each.as_dict() for each in by_bank(session, run.id or 0)],
        "payer": payer_month(session, cycle).as_dict(),
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Content(text, hash_of(text), figures, own, before)


def hash_of(text: str) -> str:
    """Give the hash of a content."""
    return hashlib.sha256(text.encode()).hexdigest()


def _lists(session: Session, known: Known) -> list[dict[str, Any]]:
    """Name the lists that count, by the digest of their bytes."""
    lists = session.exec(
        select(PayoutList)
        .where(
            PayoutList.cycle_id == known.cycle.id,
            PayoutList.state == "accepted",
            col(PayoutList.superseded_by).is_(None),
        )
        .order_by(PayoutList.sha256)
    )
    return [{"sha256": each.sha256, "lines": each.good_lines, "amount": each.amount} for each in lists]


def _digest(rows: pa.Table, names: tuple[str, ...], by: str) -> str:
    """Give the SHA-256 of rows as CSV, in the order of one column."""
    ordered = rows.select(list(names)).take(
        pc.sort_indices(rows, [(each, "ascending") for each in (by, names[1])])
    )
    printed = io.BytesIO()
    csv.write_csv(ordered, printed)
    return hashlib.sha256(printed.getbuffer()).hexdigest()
