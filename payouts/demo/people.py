"""Invents beneficiaries: names of common parts, identity numbers and accounts that belong to nobody."""

import csv
import datetime as dt
import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

# GSO codes of the wards and communes of the demonstration, and what share of the people lives there.
WARDS = {
    "00004": 20,  # Ba Đình
    "00070": 14,  # Hoàn Kiếm
    "00145": 16,  # Long Biên
    "09556": 18,  # Hà Đông
    "00454": 14,  # Đông Anh
    "00376": 10,  # Sóc Sơn
    "09700": 8,  # Ba Vì
}

# Some hamlets of each.
HAMLETS = {
    "00004": ("Tổ dân phố 1", "Tổ dân phố 2", "Tổ dân phố 3", "Tổ dân phố 10"),
    "00070": ("Tổ dân phố 4", "Tổ dân phố 7"),
    "00145": ("Tổ dân phố 5", "Tổ dân phố 12", "Tổ dân phố 18"),
    "09556": ("Tổ dân phố 3", "Tổ dân phố 9", "Khu dân cư 2"),
    "00454": ("Thôn Đông", "Thôn Đoài", "Xóm Chợ"),
    "00376": ("Thôn Thượng", "Thôn Hạ"),
    "09700": ("Thôn Trung", "Thôn Nội"),
}

# Banks of the beneficiaries: share of the people and what their account numbers look like (# is a digit).
BANKS = {
    "VBA": (32, "1500205######"),
    "MB": (28, "0801########"),
    "BIDV": (24, "2151000#######"),
    "ICB": (16, "1018########"),
}

HANOI = "001"  # the first three digits of an identity number: the province of registration


@dataclass(frozen=True, slots=True)
class Person:
    """A beneficiary who does not exist."""

    citizen_id: str
    full_name: str
    born: dt.date
    category: str
    coefficient: float
    ward: str
    hamlet: str
    bank: str
    account_no: str
    holder: str  # the person, or who receives for them
    holder_id: str | None  # identity number of who receives for them


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of allowance: its code, its coefficient and the ages it is granted at."""

    code: str
    coefficient: float
    share: int
    ages: tuple[int, int]


SOCIAL_PROTECTION = (
    Category("BTXH_5_6_N", 1.5, 34, (17, 59)),
    Category("BTXH_5_6_N_TE_NCT", 2.0, 18, (60, 92)),
    Category("BTXH_5_6_DBN", 2.0, 14, (17, 59)),
    Category("BTXH_5_6_DBN_TE_NCT", 2.5, 10, (4, 15)),
    Category("BTXH_5_5A_80", 2.0, 10, (80, 97)),
    Category("BTXH_5_4", 1.0, 8, (24, 49)),
    Category("BTXH_5_1_4_16", 1.5, 6, (4, 15)),
)
SOCIAL_PENSION = (Category("HTXH_75", 1.0, 80, (75, 96)), Category("HTXH_70_75", 1.0, 20, (70, 74)))

GROWN_UP = 18


@functools.cache
def _names() -> dict[tuple[str, str], tuple[list[str], list[int]]]:
    """Read the parts of names: (part, sex) -> the values and their weights."""
    parts: dict[tuple[str, str], tuple[list[str], list[int]]] = {}
    text = (resources.files("payouts.demo") / "data" / "names.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        values, weights = parts.setdefault((row["part"], row["sex"]), ([], []))
        values.append(row["value"])
        weights.append(int(row["weight"]))
    return parts


def invent_name(dice: random.Random, sex: str, surname: str | None = None) -> str:
    """Compose a full name.

    Args:
        dice: where chance comes from
        sex: male or female
        surname: a given one, e.g. the family's
    """

    def draw(part: str, of: str) -> str:
        values, weights = _names()[part, of]
        return dice.choices(values, weights)[0]

    middle, given = draw("middle", sex), draw("given", sex)
    while given == middle:
        given = draw("given", sex)
    return f"{surname or draw('surname', 'any')} {middle} {given}"


def invent_number(dice: random.Random, shape: str) -> str:
    """Fill the # of a shape with digits."""
    return "".join(str(dice.randrange(10)) if sign == "#" else sign for sign in shape)


def _identity(dice: random.Random, sex: str, born: dt.date) -> str:
    """Make a 12-digit identity number: province, century and sex, year of birth, six digits."""
    century = 2 * (born.year // 100 - 19) + (sex == "female")
    return f"{HANOI}{century}{born.year % 100:02}{dice.randrange(10**6):06}"


def invent_people(
    dice: random.Random,
    count: int,
    categories: Sequence[Category],
    today: dt.date,
    banks: dict[str, int] | None = None,
) -> list[Person]:
    """Invent so many beneficiaries, no two with the same identity number or account.

    Args:
        dice: where chance comes from
        count: how many
        categories: the kinds of allowance they draw
        today: the day from which ages are counted
        banks: shares of the banks where they differ from BANKS
    """
    shares = banks or {code: share for code, (share, _) in BANKS.items()}
    people: list[Person] = []
    taken: set[str] = set()
    while len(people) < count:
        category = dice.choices(categories, [c.share for c in categories])[0]
        sex = dice.choice(("male", "female"))
        born = today - dt.timedelta(days=dice.randint(category.ages[0] * 366, category.ages[1] * 365))
        citizen_id, name = _identity(dice, sex, born), invent_name(dice, sex)
        bank = dice.choices(list(shares), list(shares.values()))[0]
        account_no = invent_number(dice, BANKS[bank][1])
        if taken & {citizen_id, account_no}:
            continue
        holder, holder_id = name, None
        if (today - born).days < GROWN_UP * 366:
            kin = dice.choice(("male", "female"))
            holder = invent_name(dice, kin, name.split()[0])
            holder_id = _identity(
                dice, kin, born.replace(day=1) - dt.timedelta(days=dice.randint(22, 38) * 365)
            )
        taken |= {citizen_id, account_no}
        ward = dice.choices(list(WARDS), list(WARDS.values()))[0]
        who = (citizen_id, name, born, category.code, category.coefficient)
        hamlet = HAMLETS[ward][int(citizen_id[-2:]) % len(HAMLETS[ward])]
        people.append(Person(*who, ward, hamlet, bank, account_no, holder, holder_id))
    return people
