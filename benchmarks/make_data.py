"""Invents a cycle of any size: a payout list, one settlement file, and what is true of each line.

    python benchmarks/make_data.py --lines 300000 --mix real --seed 1

    python benchmarks/make_data.py --lines 300000 --mix real --seed 1
96 of 100 lines, `hard` on 40; the same seed makes the same bytes.
"""

import argparse
import csv
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIST = (
    "line_ref", "citizen_id", "full_name", "date_of_birth", "category_code", "area_code", "amount",
    "period", "channel", "bank_code", "account_no", "account_name", "payee_name", "payee_citizen_id",
    "note",
)  # fmt: skip
SETTLEMENT = (
    "bank_code", "branch", "bank_ref", "end_to_end_id", "account_no", "account_name", "citizen_id",
    "amount", "currency", "booked_on", "status", "reason_code", "reason_text", "fee", "original_ref",
    "remittance_info",
)  # fmt: skip
SURNAMES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý",
)  # fmt: skip
MIDDLES = (
    "Thị", "Văn", "Đức", "Hữu", "Thanh", "Ngọc", "Minh", "Quang", "Xuân", "Thu", "Đình", "Kim",
)  # fmt: skip
GIVEN = (
    "An", "Bình", "Chi", "Dung", "Giang", "Hà", "Hiền", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Liên",
    "Long", "Mai", "Nam", "Nga", "Phúc", "Quý", "Sơn", "Tâm", "Thảo", "Tú", "Yến",
)  # fmt: skip
WARDS = ("00004", "00008", "00025", "00070", "00145", "00376", "00454", "09556", "09700")
BANKS = {"VBA": "1500205", "MB": "0801", "BIDV": "2151000", "VCB": "0011004"}
AMOUNTS = (540_000, 810_000, 1_080_000, 1_350_000, 1_620_000)
REASONS = ("AC01", "AC04", "AC06", "BE01", "RR04")

# What becomes of a payout line: how many of a thousand, by mix.
MIXES = {
    "real": {
        "clean": 960, "rejected": 10, "returned": 4, "no_reference": 5, "in_text": 4, "lost_zeros": 3,
        "by_person": 2, "pending": 2, "silent": 4, "short": 2, "other_name": 2, "other_account": 1,
        "twice": 1,
    },
    "hard": {
        "clean": 400, "rejected": 40, "returned": 30, "no_reference": 180, "in_text": 120,
        "lost_zeros": 90, "by_person": 40, "pending": 20, "silent": 30, "short": 15, "other_name": 15,
        "other_account": 10, "twice": 10,
    },
}  # fmt: skip
VERDICTS = {
    "clean": "paid", "rejected": "failed", "returned": "failed", "no_reference": "paid",
    "in_text": "paid", "lost_zeros": "paid", "by_person": "paid", "pending": "unconfirmed",
    "silent": "missing", "short": "amount_differs", "other_name": "name_differs",
    "other_account": "account_differs", "twice": "paid_twice",
}  # fmt: skip

Row = dict[str, str]


@dataclass
class Maker:
    """Invents payout lines one after the other, and what the bank says of each."""

    rng: random.Random
    number: int = 0
    movement: int = 0

    def owed(self) -> Row:
        """Invent the next payout line: one person, one account of their own."""
        self.number += 1
        bank = self.rng.choice(tuple(BANKS))
        year = self.rng.randint(30, 99)
        name = f"{self.rng.choice(SURNAMES)} {self.rng.choice(MIDDLES)} {self.rng.choice(GIVEN)}"
        return {
            "line_ref": f"BT11{self.number:08d}",
            "citizen_id": f"001{self.rng.randint(0, 1)}{year}{self.number % 1_000_000:06d}",
            "full_name": name,
            "date_of_birth": f"19{year}-{self.rng.randint(1, 12):02d}-{self.rng.randint(1, 28):02d}",
            "category_code": "BTXH_5_6_N",
            "area_code": self.rng.choice(WARDS),
            "amount": str(self.rng.choice(AMOUNTS)),
            "period": "2026-11",
            "channel": "account",
            "bank_code": bank,
            "account_no": f"{BANKS[bank]}{self.number:07d}",
        }

    def told(self, owed: Row, **more: str) -> Row:
        """Invent the movement that pays a line in full; `more` says what is otherwise."""
        self.movement += 1
        row = {
            "bank_code": owed["bank_code"],
            "bank_ref": f"FT26309{self.movement:08d}",
            "end_to_end_id": owed["line_ref"],
            "account_no": owed["account_no"],
            "account_name": unmarked(owed["full_name"]),
            "amount": owed["amount"],
            "currency": "VND",
            "booked_on": f"2026-11-{self.rng.randint(3, 9):02d}",
            "status": "settled",
        }
        return row | more

    def story(self, kind: str, owed: Row) -> Iterator[Row]:
        """Tell what the bank says of a line whose story is of this kind."""
        nothing = {"end_to_end_id": "", "bank_ref": ""}
        if kind == "returned":
            paid = self.told(owed)
            yield paid
            yield self.told(
                owed,
                end_to_end_id="",
                booked_on="2026-11-18",
                status="returned",
                reason_code=self.rng.choice(REASONS),
                original_ref=paid["bank_ref"],
            )
            return
        if kind == "silent":
            return
        yield self.told(
            owed,
            **{
                "clean": {},
                "rejected": {"status": "rejected", "reason_code": self.rng.choice(REASONS), "bank_ref": ""},
                "no_reference": {"end_to_end_id": ""},
                "in_text": {"end_to_end_id": "", "remittance_info": f"TC T11 {owed['line_ref']} chi tro cap"},
                "lost_zeros": {"end_to_end_id": "", "account_no": owed["account_no"].lstrip("0")},
                "by_person": {"end_to_end_id": "", "account_no": "", "citizen_id": owed["citizen_id"]},
                "pending": {"status": "pending", **nothing},
                "short": {"amount": str(int(owed["amount"]) - 3_300), "fee": "3300"},
                "other_name": {"account_name": "CONG TY ABC"},
                "other_account": {"account_no": f"9{owed['account_no'][1:]}"},
                "twice": {},
            }[kind],
        )
        if kind == "twice":
            yield self.told(owed)


def unmarked(name: str) -> str:
    """Write a name as banks do: upper case, no marks."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).upper()


def make(lines: int, mix: str, seed: int, out: Path) -> None:
    """Write list.csv, settlement.csv and truth.csv of a cycle into a folder."""
    maker = Maker(random.Random(seed))
    kinds = maker.rng.choices(tuple(MIXES[mix]), tuple(MIXES[mix].values()), k=lines)
    out.mkdir(parents=True, exist_ok=True)
    with (
        (out / "list.csv").open("w", encoding="utf-8", newline="") as list_file,
        (out / "settlement.csv").open("w", encoding="utf-8", newline="") as settlement_file,
        (out / "truth.csv").open("w", encoding="utf-8", newline="") as truth_file,
    ):
        owed_writer = csv.DictWriter(list_file, LIST, restval="", lineterminator="\n")
        told_writer = csv.DictWriter(settlement_file, SETTLEMENT, restval="", lineterminator="\n")
        truth_writer = csv.writer(truth_file, lineterminator="\n")
        owed_writer.writeheader()
        told_writer.writeheader()
        truth_writer.writerow(("line_ref", "verdict"))
        for kind in kinds:
            owed = maker.owed()
            owed_writer.writerow(owed)
            told_writer.writerows(maker.story(kind, owed))
            truth_writer.writerow((owed["line_ref"], VERDICTS[kind]))


def at(lines: int, mix: str, seed: int = 1) -> Path:
    """Give the folder of a cycle of this size, made now where it is not there yet."""
    out = Path(__file__).parent / "out" / f"{mix}-{lines}-{seed}"
    if not (out / "truth.csv").exists():
        make(lines, mix, seed, out)
    return out


def main() -> None:
    """Make one cycle, as asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--mix", choices=MIXES, default="real")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    out = asked.out or at(asked.lines, asked.mix, asked.seed)
    if asked.out:
        make(asked.lines, asked.mix, asked.seed, out)
    print(out)


if __name__ == "__main__":
    main()
