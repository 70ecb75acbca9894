"""What differs between a person's line and a bank's is marked by letter; a stranger's numbers stay hidden."""

from typing import Any

import pytest

from payouts.lists.models import PayoutLine
from payouts.runs.beside import Compared, beside
from payouts.runs.offers import TOLD

HOA = {
    "full_name": "Nguyễn Thị Hoa",
    "account_no": "1500205004417",
    "bank_code": "VBA",
    "citizen_id": "001145003417",
}


def compared(name: str, **told: Any) -> Compared:
    owed = PayoutLine(line_ref="L1", amount=810_000, channel="account", **HOA)
    usual = dict.fromkeys(TOLD)
    return next(each for each in beside(owed, usual | told) if each.name == name)


def marked(pieces: tuple[Any, ...]) -> str:
    """[x] left out, {x} put in, <x> changed."""
    signs = {"": "", "left_out": "[]", "put_in": "{}", "changed": "<>"}
    return "".join(signs[p.change][:1] + p.text + signs[p.change][1:] for p in pieces)


@pytest.mark.parametrize(
    ("told", "owed_side", "told_side", "same"),
    [
        ("NGUYEN THI HOA", "Nguyễn Thị Hoa", "NGUYEN THI HOA", True),
        ("Nguyễn  Thị Hòa", "Nguyễn Thị Hoa", "Nguyễn  Thị Hòa", True),
        ("NGUYEN THI HOAN", "Nguyễn Thị Hoa", "NGUYEN THI HOA{N}", False),
        ("NGUYEN THI HA", "Nguyễn Thị H[o]a", "NGUYEN THI HA", False),
        ("NGUYEN THI HUA", "Nguyễn Thị H<o>a", "NGUYEN THI H<U>A", False),
        ("PHAM VAN TAM", "<Nguyễn Thị Hoa>", "<PHAM VAN TAM>", False),
        ("N***** T** H**", "Nguyễn Thị Hoa", "N***** T** H**", None),
        (None, "Nguyễn Thị Hoa", "", None),
    ],
)
def test_letters_of_names_that_differ_are_marked(
    told: str | None, owed_side: str, told_side: str, same: object
) -> None:
    each = compared("name", account_name=told)
    assert (marked(each.owed), marked(each.told), each.same) == (owed_side, told_side, same)


@pytest.mark.parametrize(
    ("told", "told_side"),
    [
        ("1500205004417", "1500205004417"),
        ("1500.2050.04417", "1500.2050.04417"),
        ("1500205004471", "15002050044{7}1"),
        ("150020500447", "150020500447"),
        ("9704229200001234", "•••1234"),
        ("****4417", "•••4417"),
    ],
)
def test_a_strangers_account_is_shown_by_its_end(told: str, told_side: str) -> None:
    each = compared("account", account_no=told)
    assert marked(each.told) == told_side
    assert each.hidden is told_side.startswith("•••")


def test_a_strangers_identity_number_is_shown_by_its_end() -> None:
    assert marked(compared("citizen_id", citizen_id="079188001234").told) == "•••1234"
    assert compared("citizen_id", citizen_id="001145003417").same is True


def test_an_amount_that_differs_is_marked_whole() -> None:
    each = compared("amount", amount=805_000)
    assert (marked(each.owed), marked(each.told), each.same) == ("<810000>", "<805000>", False)
    assert compared("amount", amount=810_000).same is True
    assert compared("bank", bank_code=None).same is None


def test_numbers_in_a_text_that_are_not_the_persons_own_are_shown_by_their_ends() -> None:
    each = compared("text", remittance_info="L1 001145003417 chuyen 079188001234 so 970422920001")
    assert marked(each.told) == "L1 001145003417 chuyen •••1234 so •••0001"
    assert each.hidden
    assert compared("text", remittance_info="chi tro cap 11/2026").hidden is False
