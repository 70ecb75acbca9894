"""One payment as a bank reads it: unmarked text, whole amounts, the reference wherever there is room."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from payouts.core.banks import banks
from payouts.core.words import without_marks
from payouts.orders.models import PaymentOrder

LONGEST_NAME = 140  # characters of a name in ISO 20022
_REFUSED = re.compile(r"[^A-Z0-9 .'/-]")


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of an order.

    Attributes:
        number: from 1, of the order
        reference: by which the bank tells what became of it
        bank_code: of the account
        account_no: to which it goes
        account_name: the holder, unmarked and in capitals
        amount: in the currency's smallest unit
        citizen_id: of the beneficiary; empty where the list names none
        remittance_info: programme, month and reference
    """

    number: int
    reference: str
    bank_code: str
    account_no: str
    account_name: str
    amount: int
    citizen_id: str
    remittance_info: str


def payments(order: PaymentOrder, rows: Iterable[Any]) -> Iterator[Payment]:
    """Make payments of the rows of orders.store.payments_of.

    The reference stands in the text too, as a word of its own: a bank that forgets the field may keep that.
    What somebody is paid for stands nowhere: a category may tell of an illness.
    """
    for row in rows:
        month = row.period or order.cycle
        yield Payment(
            row.number,
            row.reference,
            row.bank_code or order.bank_code,
            row.account_no or "",
            as_banks_write(row.account_name or row.full_name),
            row.amount,
            row.citizen_id or "",
            f"{order.programme} {month[5:]}/{month[:4]} {row.reference}",
        )


def as_banks_write(text: str) -> str:
    """Write a name as banks take it: without marks, in capitals, with no sign that some bank refuses."""
    return " ".join(_REFUSED.sub(" ", without_marks(text).upper()).split())[:LONGEST_NAME]


def bank_bin(code: str) -> str:
    """Give the 6 digits by which banks know each other; the code where a bank has none."""
    known = banks().get(code)
    return (known.bin if known else "") or code
