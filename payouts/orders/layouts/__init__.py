"""The columns of a payment file in CSV or XLSX as data: one YAML file a bank's layout.

Those of the package come with the service. An administrator adds more in the folder `layouts` of the data
folder; none of them takes the name of one that came with the service.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar

from payouts.core.errors import NotFoundError
from payouts.core.quick import quick_settings
from payouts.core.yamlfile import SUFFIX, YamlFile, YamlFileError, files_in, read_text

# What may stand in a column, and what it is.
FIELDS = {
    "number": "1, 2, 3 within the order",
    "reference": "by which the bank tells the result: line_ref, or the new one of a debt paid again",
    "bank_code": "the bank of the account",
    "bank_bin": "its 6 digits of the card scheme, the code where it has none",
    "bank_name": "its short name",
    "account_no": "",
    "account_name": "the holder, unmarked and in capitals; the beneficiary where the list names none",
    "amount": "a whole number",
    "currency": "ISO 4217",
    "citizen_id": "identity number of the beneficiary",
    "remittance_info": "programme, month and reference, unmarked",
    "debtor_account": "from which it is paid",
    "execute_on": "the day on which it is to be paid, 25/11/2026",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: what stands in which column, and the word before the totals; empty for no such row."""

    name: str
    title: str
    columns: Mapping[str, str]
    total: str


class LayoutError(YamlFileError):
    """A layout file cannot be as it is."""

    code_of_kind = "bad_layout"


class _File(YamlFile):
    kind: ClassVar[tuple[str, str]] = ("mẫu tệp lệnh chi", "payment layout")
    error: ClassVar[type[YamlFileError]] = LayoutError


def read_layout(name: str, text: str) -> Layout:
    """Read and check one layout.

    Args:
        name: of the file
        text: its YAML

    Raises:
        LayoutError: it cannot be so; the message names the key and how to mend it
    """
    file = _File(name, text)
    raw = file.raw
    file.only(("title", "columns", "total"), raw, "")
    columns = raw.get("columns")
    if not isinstance(columns, Mapping) or not columns:
        raise file.wrong("columns", "cần ít nhất một cột", "needs at least one column")
    for heading, field in columns.items():
        if field not in FIELDS:
            known = ", ".join(FIELDS)
            raise file.wrong(f"columns.{heading}", f"hãy chọn một trong: {known}", f"choose one of: {known}")
    if not {"reference", "remittance_info"} & set(columns.values()) or "amount" not in columns.values():
        raise file.wrong(
            "columns",
            "cần có amount và reference (hoặc remittance_info), nếu không sẽ không đối chiếu được kết quả",
            "needs amount and reference (or remittance_info), else no result can be reconciled",
        )
    told = {str(heading): str(field) for heading, field in columns.items()}
    return Layout(name, str(raw.get("title") or name), told, str(raw.get("total") or ""))


def layouts() -> dict[str, Layout]:
    """Give all layouts that can be used: name -> layout."""
    found = {}
    for name, path in _files().items():
        with contextlib.suppress(LayoutError):
            found[name] = _read(name, path)
    return found


def layout_named(name: str) -> Layout:
    """Find a layout.

    Raises:
        NotFoundError: `no_such_layout`
        LayoutError: it is in the data folder, and broken
    """
    path = _files().get(name)
    if path is None:
        raise NotFoundError(
            "no_such_layout", f"Không có mẫu tệp lệnh chi “{name}”. Hiện có: {', '.join(layouts())}."
        )
    return _read(name, path)


def _files() -> dict[str, Path | Traversable]:
    """Find the files by name; one that comes with the service cannot be replaced."""
    shipped = resources.files("payouts.orders.layouts").iterdir()
    own = [path for path, _, _ in files_in(quick_settings().data_dir / "layouts")]
    return {file.name.removesuffix(SUFFIX): file for file in (*own, *shipped) if file.name.endswith(SUFFIX)}


def _read(name: str, file: Path | Traversable) -> Layout:
    if isinstance(file, Path):
        return read_layout(name, read_text(file, file.stat().st_size, LayoutError))
    return read_layout(name, file.read_text(encoding="utf-8"))
