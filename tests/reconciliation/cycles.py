"""A seeded maker of small nasty cycles: few accounts, amounts, references and days, so that they collide."""

import datetime as dt
import random
from typing import Any

Row = dict[str, Any]

AS_OF = dt.date(2026, 11, 25)
BANKS = (None, "VBA", "VBA", "ICB", "970405", "VBAAVNVX")
ACCOUNTS = (
    None, "0101234567", "0101234567", "101234567", "0201.234.568", "0201234568", "00201234568", "****4567",
)  # fmt: skip
AMOUNTS = (540_000, 540_000, 810_000, 1_080_000, 1_350_000, 270_000, 530_000, 500_000)
NAMES = (
    None, "Nguyễn Thị Hoa", "NGUYEN THI HOA", "NGUYEN THI HOAN", "N***** T** H**", "Đặng Văn Bình",
    "DANG VAN BINH", "Trần Văn Ba", "NGUYENTHI HOA",
)  # fmt: skip
PEOPLE = ("001145012345", "001050067890", "001161000111")
OLD_IDS = (None, None, "011234567", "011234567;012345678")
DAYS = (
    *(dt.date(2026, 11, day) for day in (3, 5, 5, 6, 9, 20)),
    dt.date(2026, 10, 20),
    dt.date(2026, 11, 26),
    None,
)
BANK_REFS = (None, None, "FT1", "FT2", "FT2", "FT3", "FT4", "FT5")
STATUSES = (
    ("settled",) * 10
    + ("returned",) * 3
    + ("rejected",) * 2
    + ("pending", "pending", "unknown", "informational")
)
REASONS = (None, "AC01", "AC04", "AC06")


def payout_line(rng: random.Random, number: int) -> Row:
    """Invent one payout line; about one in ten is of the cycle before, one in eight is not by account."""
    earlier = rng.random() < 0.1
    full_name = rng.choice(NAMES[1:4] + NAMES[5:])
    return {
        "line_ref": f"L{number}",
        "citizen_id": rng.choice(PEOPLE),
        "other_ids": rng.choice(OLD_IDS),
        "full_name": full_name,
        "account_name": rng.choice((None, None, full_name, *NAMES)),
        "bank_code": rng.choice(BANKS),
        "account_no": rng.choice(ACCOUNTS),
        "amount": rng.choice(AMOUNTS),
        "channel": rng.choice(("account",) * 7 + ("wallet", "cash")),
        "programme": rng.choice(("BTXH", "BTXH", "HTXH")),
        "cycle": "2026-10" if earlier else "2026-11",
        "opens_on": dt.date(2026, 9, 25) if earlier else dt.date(2026, 10, 25),
        "deadline": rng.choice((dt.date(2026, 11, 20), dt.date(2026, 11, 20), AS_OF, None)),
        "judged": not earlier,
        "voucher": rng.random() < 0.2,
    }


def settlement_line(rng: random.Random, number: int, owed: list[Row]) -> Row:
    """Invent one settlement line that often, but not always, has to do with a payout line."""
    about = rng.choice(owed)
    refs = [row["line_ref"] for row in owed]
    file, sender, movement, statement, written_on = rng.choice(
        (
            ("a.csv", "VBA", False, None, None),
            ("b.xml", "VBA", True, 1, dt.date(2026, 11, 9)),
            ("b.xml", "VBA", True, 2, dt.date(2026, 11, 9)),
            ("c.csv", None, False, None, None),
            ("d.sta", "ICB", True, None, dt.date(2026, 11, 10)),
        )
    )

    def near(name: str, pool: tuple[Any, ...], share: float) -> Any:
        return about[name] if rng.random() < share else rng.choice(pool)

    text = rng.choice(
        (
            None,
            None,
            None,
            f"tro cap {rng.choice(refs)}",
            f"{rng.choice(refs)}, {rng.choice(refs)}.",
            f"CCCD {rng.choice(PEOPLE)}",
            "CMND 011234567 thang 11",
        )
    )
    status = rng.choice(STATUSES)
    named = rng.choice((None, None, None, about["line_ref"], f" {about['line_ref'].lower()} ", *refs, "X9"))
    if status == "returned":  # one line named at most: which of two a return is about, the rules do not say
        text = None if named else rng.choice((None, None, f"hoan tra {rng.choice(refs)}"))
    return {
        "file": file,
        "line": number,
        "sender": sender,
        "movement": movement,
        "statement": statement,
        "written_on": written_on,
        "bank_code": near("bank_code", BANKS, 0.5),
        "branch": rng.choice((None, None, None, "HN1", "HN2")),
        "bank_ref": rng.choice(BANK_REFS),
        "end_to_end_id": named,
        "account_no": near("account_no", ACCOUNTS, 0.6),
        "account_name": near("account_name", NAMES, 0.5),
        "citizen_id": rng.choice((None, None, None, about["citizen_id"], *PEOPLE)),
        "amount": near("amount", AMOUNTS, 0.75)
        if status in {"settled", "returned"} or rng.random() < 0.9
        else None,
        "currency": "VND",
        "booked_on": rng.choice(DAYS),
        "status": status,
        "reason_code": None if status == "settled" else rng.choice(REASONS),
        "reason_text": None,
        "fee": rng.choice((None, None, 0, 11_000)),
        "original_ref": rng.choice((None, *BANK_REFS)) if status == "returned" else None,
        "remittance_info": text,
    }


def nasty_cycle(seed: int) -> tuple[list[Row], list[Row]]:
    """Invent 1 to 6 payout lines and 0 to 8 settlement lines; a third of the cycles are of tamer kinds."""
    rng = random.Random(seed)  # noqa: S311  # invented rows want a repeatable generator, not a secret one
    owed = [payout_line(rng, number) for number in range(1, rng.randint(1, 6) + 1)]
    told = [settlement_line(rng, number, owed) for number in range(1, rng.randint(0, 8) + 1)]
    if seed % 3 == 0:
        for row in owed:
            row.update(
                channel="account",
                bank_code="VBA",
                cycle="2026-11",
                judged=True,
                opens_on=dt.date(2026, 10, 25),
            )
        for row in told:
            row.update(
                bank_code="VBA", branch=None, status=row["status"] if rng.random() < 0.4 else "settled"
            )
            row["amount"] = row["amount"] or AMOUNTS[0]
            row["bank_ref"] = f"U{row['line']}" if rng.random() < 0.7 else row["bank_ref"]
    return owed, told


def cash_cycle(seed: int) -> tuple[list[Row], list[Row]]:
    """Invent a nasty cycle in which most is paid in cash, and payers of cash tell most."""
    owed, told = nasty_cycle(seed)
    rng = random.Random(-seed)  # noqa: S311  # as above
    for row in owed:
        row["channel"] = rng.choice(("cash", "cash", "home", "account"))
    for row in told:
        if rng.random() < 0.7:  # most
            row.update(_collection(rng, row, rng.choice(owed)))
    return owed, told


def _collection(rng: random.Random, row: Row, about: Row) -> Row:
    status = rng.choice(("settled", "settled", "settled", "pending", "rejected"))
    named = rng.choice((None, about["line_ref"]))
    day = rng.choice(DAYS)
    who = named or about["citizen_id"]
    return {
        "file": "e.csv",
        "sender": "VNPOST",
        "movement": False,
        "statement": None,
        "written_on": None,
        "cash": True,
        "branch": None,
        "bank_ref": rng.choice((None, f"{who} {day}" if status == "settled" else who)),
        "end_to_end_id": named,
        "citizen_id": about["citizen_id"] if named is None or rng.random() < 0.5 else None,  # half
        "amount": rng.choice((about["amount"], about["amount"], row["amount"], None)),
        "booked_on": day,
        "status": status,
        "reason_code": None if status == "settled" else rng.choice(REASONS),
        "original_ref": None,
        "remittance_info": None,
    }
