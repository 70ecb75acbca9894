"""Writes a payment order as CSV or XLSX by a layout, always the same bytes."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator

import xlsxwriter

from payouts.core.banks import banks
from payouts.orders.layouts import Layout
from payouts.orders.models import PaymentOrder
from payouts.orders.pain001 import decimal
from payouts.orders.payment import Payment, bank_bin

_AT_ONCE = 2_000  # rows of one piece of text
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # of every workbook: the same order is the same file
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number


def _values(order: PaymentOrder, currency: str) -> dict[str, Callable[[Payment], str | int]]:
    """Say what stands in a column, by the name of its field."""
    return {
        "number": lambda each: each.number,
        "reference": lambda each: each.reference,
        "bank_code": lambda each: each.bank_code,
        "bank_bin": lambda each: bank_bin(each.bank_code),
        "bank_name": lambda each: (
            banks()[each.bank_code].short_name if each.bank_code in banks() else each.bank_code
        ),
        "account_no": lambda each: each.account_no,
        "account_name": lambda each: each.account_name,
        "amount": lambda each: each.amount,
        "currency": lambda _each: currency,
        "citizen_id": lambda each: each.citizen_id,
        "remittance_info": lambda each: each.remittance_info,
        "debtor_account": lambda _each: order.debtor_account or "",
        "execute_on": lambda _each: f"{order.execute_on:%d/%m/%Y}",
    }


def csv_order(
    order: PaymentOrder, payments: Iterable[Payment], layout: Layout, currency: str
) -> Iterator[bytes]:
    """Write an order as CSV in UTF-8; no cell is a formula to a spreadsheet.

    Args:
        order: the order
        payments: its payments in their order
        layout: its columns
        currency: ISO 4217
    """
    fields, values = list(layout.columns.values()), _values(order, currency)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(layout.columns)
    for at, payment in enumerate(payments, 1):
        writer.writerow([_cell(name, values[name](payment), currency) for name in fields])
        if at % _AT_ONCE == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    if layout.total:
        totals = [decimal(order.amount, currency) if name == "amount" else "" for name in fields]
        writer.writerow(_with_total(totals, layout, order))
    yield text.getvalue().encode()


def xlsx_order(order: PaymentOrder, payments: Iterable[Payment], layout: Layout, currency: str) -> bytes:
    """Write an order as a workbook: identifiers are text, amounts are numbers.

    Args, return value: as csv_order
    """
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    fields, values = list(layout.columns.values()), _values(order, currency)
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": order.message_id, "company": "chitra", "created": _MADE})
        sheet = book.add_worksheet("Lenh chi")
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
        sheet.set_column(0, len(fields) - 1, 22)
        sheet.write_row(0, 0, list(layout.columns), bold)
        row = 0
        for row, payment in enumerate(payments, 1):
            for column, name in enumerate(fields):
                value = values[name](payment)
                if isinstance(value, int) and value < _EXACT and currency == "VND":
                    sheet.write_number(row, column, value, money if name == "amount" else None)
                else:
                    sheet.write_string(row, column, _cell(name, value, currency))
        if layout.total:
            totals = [decimal(order.amount, currency) if name == "amount" else "" for name in fields]
            sheet.write_row(row + 1, 0, _with_total(totals, layout, order), bold)
    return target.getvalue()


def _cell(field: str, value: str | int, currency: str) -> str:
    if isinstance(value, int):
        return decimal(value, currency) if field == "amount" else str(value)
    return f"'{value}" if value.startswith(_FORMULA) else value


def _with_total(cells: list[str], layout: Layout, order: PaymentOrder) -> list[str]:
    """Write the last row: the word for it and how many payments stand above, beside what they add up to."""
    free = [at for at, cell in enumerate(cells) if not cell]
    for at, said in zip(free, (layout.total, str(order.lines)), strict=False):
        cells[at] = said
    return cells
