"""Invents the people of a cycle, a column at a time: who they are, where their money goes, what is owed."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SURNAMES = (
    "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan",
    "Vũ", "Võ",
    "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Trương", "Quách",
)  # fmt: skip
MIDDLES = (
    "Thị", "Thị", "Thị", "Văn", "Văn", "Đức", "Hữu", "Thanh", "Ngọc", "Minh", "Quang", "Xuân", "Thu",
    "Đình", "Kim",
)  # fmt: skip
SECOND_MIDDLES = ("Hoàng", "Thanh", "Phương", "Quỳnh", "Bích", "Trọng", "Thuỳ", "Khánh")
GIVEN = (
    "An", "Bình", "Chi", "Dung", "Giang", "Hà", "Hiền", "Hoa", "Hòa", "Hùng", "Hương", "Khánh", "Lan",
    "Liên", "Long",
    "Mai", "Nam", "Nga", "Phúc", "Quý", "Sơn", "Tâm", "Thảo", "Tú", "Yến", "Đông", "Đại", "Uyên",
)  # fmt: skip
# code: BIN, SWIFT, short name, a CITAD of a branch in Hanoi, the part that names the bank, SWIFT of a branch,
# how account numbers begin
BANKS = {
    "VBA": ("970405", "VBAAVNVX", "Agribank", "01204001", "204", "VBAAVNVXHAN", "1500"),
    "BIDV": ("970418", "BIDVVNVX", "BIDV", "01202001", "202", "BIDVVNVXHAN", "2151"),
    "ICB": ("970415", "ICBVVNVX", "VietinBank", "01201001", "201", "ICBVVNVXHAN", "0711"),
    "VCB": ("970436", "BFTVVNVX", "Vietcombank", "01203001", "203", "BFTVVNVXHAN", "0011"),
    "MB": ("970422", "MSCBVNVX", "MBBank", "01311001", "311", "MSCBVNVXHAN", "0801"),
}
PAYERS = ("VBA", "BIDV", "ICB")
AMOUNTS = (540_000, 810_000, 1_080_000, 1_350_000, 1_620_000, 2_000_000)
DEADLINES = {"BTXH": dt.date(2026, 11, 20), "HTXH": dt.date(2026, 11, 30), "NCC": dt.date(2026, 11, 25)}
SERIALS = 1_000_000  # the last six digits of a citizen id

Rng = np.random.Generator


def pick(rng: Rng, pool: tuple[str, ...], size: int) -> pd.Series:
    """Pick a text for each of so many."""
    return pd.Series(np.array(pool, dtype=object)[rng.integers(0, len(pool), size)], dtype="str")


def digits(numbers: np.ndarray, width: int) -> pd.Series:
    """Write numbers with leading zeros."""
    padded: pd.Series = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, padding="0").to_pandas()
    return padded.astype("str")


def name(rng: Rng, size: int, *, words: int = 3) -> pd.Series:
    """Invent names of two, three or four words."""
    whole = pick(rng, SURNAMES, size)
    if words > 2:
        whole = whole + " " + pick(rng, MIDDLES, size)
    if words > 3:
        whole = whole + " " + pick(rng, SECOND_MIDDLES, size)
    return whole + " " + pick(rng, GIVEN, size)


def line_refs(numbers: np.ndarray, cycle: str) -> pd.Series:
    """Give line_refs that nobody else has: a month and a number, or what looks like a hash."""
    plain = "BT" + cycle[2:4] + cycle[5:] + digits(numbers, 9)
    hashed = "H" + digits(numbers * 7_919 % 999_999_937, 9) + digits(numbers % 99_991, 5)
    return plain.where(pd.Series(numbers % 5 > 0), hashed)


def calendar(programme: str, cycle: str) -> dict[str, object]:
    """Give the cycle with the day on which its payment opens and its deadline."""
    month = dt.date.fromisoformat(f"{cycle}-01")
    return {
        "cycle": cycle,
        "opens_on": (month - dt.timedelta(days=1)).replace(day=25),
        "deadline": DEADLINES[programme] if cycle == "2026-11" else month.replace(day=20),
    }


def invent(
    rng: Rng, first: int, size: int, *, programme: str = "BTXH", cycle: str = "2026-11"
) -> pd.DataFrame:
    """Invent payout lines of as many people, each with an account of their own; amounts in đồng."""
    numbers = np.arange(first, first + size)
    bank = pick(rng, tuple(BANKS), size)
    begins = bank.map({code: known[-1] for code, known in BANKS.items()}).astype("str")
    year = 20 + (numbers // SERIALS * 7 + rng.integers(0, 7, size)) % 80
    sex = digits(rng.integers(0, 2, size), 1)
    return pd.DataFrame({
        "line_ref": line_refs(numbers, cycle),
        "citizen_id": "001" + sex + digits(year, 2) + digits(numbers % SERIALS, 6),
        "other_ids": "",
        "full_name": name(rng, size),
        "account_name": "",
        "bank_code": bank,
        "account_no": begins + digits(rng.integers(10, 99, size), 2) + digits(numbers, 8),
        "amount": np.array(AMOUNTS)[rng.integers(0, len(AMOUNTS), size)],
        "channel": "account",
        "programme": programme,
        **calendar(programme, cycle),
        "voucher": False,
        "payer": pick(rng, PAYERS, size),
    })  # fmt: skip
