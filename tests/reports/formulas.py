"""Calculates the formulas of a workbook anew, as a spreadsheet would, as far as reports use them."""

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.workbook import Workbook


def calculated(path: Path) -> list[tuple[str, Any, Any]]:
    """Give each formula of a workbook: where it stands, what the file says it comes to, what it does."""
    told, formulas = (openpyxl.load_workbook(path, data_only=plain) for plain in (True, False))
    return [
        (
            f"{sheet.title}!{cell.coordinate}",
            told[sheet.title][cell.coordinate].value,
            _value(formulas, sheet.title, cell.value),
        )
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.data_type == "f"
    ]


def _value(book: Workbook, sheet: str, formula: Any) -> Any:
    if not (isinstance(formula, str) and formula.startswith("=")):
        return formula
    names = {
        "SUM": _sum,
        "SUMIFS": _sumifs,
        "IF": lambda wanted, then, other: then() if wanted() else other(),
    }
    names["at"] = lambda place: _at(book, sheet, place)
    inside: list[str] = []
    written = "".join(_python(token, inside) for token in Tokenizer(formula).items)
    return eval(written, names)  # noqa: S307  # our own formulas


def _python(token: Token, inside: list[str]) -> str:
    """Write a token in Python; IF gets its arguments as functions, so that it calls one branch alone."""
    if token.type == Token.OPERAND and token.subtype == Token.RANGE:
        return f"at({token.value!r})"
    if token.subtype == Token.OPEN:
        inside.append(token.value)
    elif token.subtype == Token.CLOSE:
        inside.pop()
    later = "lambda: " if inside and inside[-1] == "IF(" else ""
    if token.type == Token.SEP:
        return f", {later}"
    if token.type == Token.FUNC and token.subtype == Token.OPEN:
        return token.value + later
    return "==" if token.value == "=" else token.value


def _at(book: Workbook, sheet: str, place: str) -> Any:
    name, _, cells = place.rpartition("!")
    name = name.strip("'") or sheet
    found = book[name][cells.replace("$", "")]
    if not isinstance(found, tuple):
        return _value(book, name, found.value) or 0
    return [_value(book, name, row[0].value) for row in found]


def _if(wanted: Any, then: Any, other: Any) -> Any:
    return then() if wanted() else other()


def _sum(cells: Any) -> Any:
    return sum(each for each in cells if isinstance(each, int | float))


def _sumifs(added: list[Any], *wanted: Any) -> Any:
    pairs = list(zip(wanted[::2], wanted[1::2], strict=True))
    return sum(
        value or 0
        for at, value in enumerate(added)
        if all((cells[at] or "") == (text or "") for cells, text in pairs)
    )
