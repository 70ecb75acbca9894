"""How texts are folded before they are compared: small cases of each rule."""

import datetime as dt

import pyarrow as pa
import pytest

from reconciliation import normalise, prepare


def folded(fold: object, *texts: str | None) -> list[str]:
    assert callable(fold)
    found: list[str] = fold(pa.chunked_array([pa.array(texts, pa.string())])).to_pylist()
    return found


@pytest.mark.parametrize("others", [(), ("", "7", None, "Đ", "12.3 4")])
@pytest.mark.parametrize(
    ("fold", "text", "wanted"),
    [
        (normalise.fold_text, " vba ", "VBA"),
        (normalise.fold_text, None, ""),
        (normalise.fold_reference, " l1 ", "L1"),
        *((normalise.fold_reference, none, "") for none in ("NotProvided", "NOT PROVIDED", "nonref", "N/A")),
        (normalise.fold_reference, "None", ""),
        (normalise.fold_account, "0201.234-568 9", "02012345689"),
        (normalise.fold_account, "****6789", ""),
        (normalise.fold_account, "•••6789", ""),
        (normalise.fold_account, "xxx6789", ""),
        (normalise.fold_account, "XX6789", "XX6789"),
        (normalise.fold_account, "0011", "0011"),
        (normalise.without_leading_zeros, "0011", "11"),
        (normalise.without_leading_zeros, "1100", "1100"),
        (normalise.fold_citizen_id, "1145003417", "001145003417"),
        (normalise.fold_citizen_id, "01145003417", "001145003417"),
        (normalise.fold_citizen_id, "011 234.567", "011234567"),
        (normalise.fold_citizen_id, "011-234-567", "011234567"),
        (normalise.fold_citizen_id, "B123456789", "B123456789"),
        (normalise.fold_name, "Nguyễn-Thị  Hòa.", "NGUYENTHI HOA"),
        (normalise.fold_name, " đặng ðức Ðào ", "DANG DUC DAO"),
        (normalise.fold_name, "N*** V** A*", "N*** V** A*"),
        (normalise.fold_name, "a\tb", "A B"),
        (normalise.fold_name, "Anh 2", "ANH 2"),
        (normalise.fold_name, None, ""),
        (normalise.fold_bank, "970405", "VBA"),
        (normalise.fold_bank, "vbaavnvx", "VBA"),
        (normalise.fold_bank, "VBAAVNVXXXX", "VBA"),
        (normalise.fold_bank, "VBAAVNVXX", "VBAAVNVXX"),
        (normalise.fold_bank, "01204001", "VBA"),
        (normalise.fold_bank, "0120400", "0120400"),
        (normalise.fold_bank, "204", "VBA"),
        (normalise.fold_bank, "a bank unknown", "A BANK UNKNOWN"),
    ],
)  # fmt: skip
def test_a_text_is_folded(
    fold: object, text: str | None, wanted: str, others: tuple[str | None, ...]
) -> None:
    assert folded(fold, text, *others)[0] == wanted


@pytest.mark.parametrize(
    ("cycle", "day"),
    [
        ("2026-11", dt.date(2026, 10, 25)),
        ("2026-01", dt.date(2025, 12, 25)),
        ("2026-13", None),
        ("", None),
    ],
)
def test_a_payment_opens_on_the_25th_of_the_month_before(cycle: str, day: dt.date | None) -> None:
    assert prepare.opening_day(cycle) == day


def test_rows_are_put_in_the_order_of_their_keys() -> None:
    table = pa.table({"file": ["b", "a", "a"], "line": [1, 3, 2]})
    assert prepare.in_order(table, ("file", "line")).to_pylist() == [
        {"file": "a", "line": 2}, {"file": "a", "line": 3}, {"file": "b", "line": 1},
    ]  # fmt: skip


def test_rows_that_stand_twice_are_named_five_at_most() -> None:
    table = pa.table({"file": ["a"] * 14, "line": [n // 2 for n in range(14)]})
    with pytest.raises(ValueError, match=" a:0, a:1, a:2, a:3, a:4: stands twice"):
        prepare.in_order(table, ("file", "line"))
