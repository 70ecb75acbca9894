"""A profile is data, and a wrong one is refused with a sentence that names the key."""

import pytest

from payouts.core.errors import NotFoundError, RefusedError
from payouts.settlements.profiles import profile_named, profiles, read_profile

GOOD = """
title: Thử
bank: MB
formats: [csv]
headings: {amount: [Số tiền], status: [Trạng thái]}
required: [amount, status]
statuses: {settled: [Thành công]}
"""


def test_the_profiles_that_come_with_the_service_are_whole() -> None:
    assert list(profiles()) == [
        "cash_result", "chitra", "generic_result", "generic_statement", "mb_result_2026", "mb_result_legacy",
    ]  # fmt: skip


def test_a_profile_is_read() -> None:
    profile = read_profile("thu", GOOD)
    assert (profile.bank, profile.statuses, profile.numbers, profile.encoding) == (
        "MB", {"thanhcong": "settled"}, "either", "utf-8",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("title: Thử", "tilte: Thử", "tilte"),
        ("bank: MB", "bank: XYZ", "bank"),
        ("[csv]", "[xls]", "formats"),
        ("formats: [csv]", "", "formats"),
        ("amount: [Số tiền]", "amonut: [Số tiền]", "amonut"),
        ("amount: [Số tiền]", "amount: Số tiền", "amount"),
        ("[amount, status]", "[amount, fee]", "required"),
        ("[amount, status]", "[]", "required"),
        ("settled: [Thành công]", "paid: [Thành công]", "statuses"),
        ("{settled: [Thành công]}", "{}", "statuses"),
        ("[Thành công]}", "[Thành công], rejected: [THANH CONG]}", "THANH CONG"),
        ("bank: MB", "bank: MB\nnumbers: dot", "numbers"),
        ("bank: MB", "bank: MB\ndates: year", "dates"),
        ("bank: MB", "bank: MB\nencoding: klingon", "klingon"),
        ("bank: MB", "bank: MB\nconstants: {amount: '1'}", "constants"),
        ("bank: MB", "bank: [", "YAML"),
        (GOOD, "5", "bảng"),
        ("status: [Trạng thái]", "fee: [Phí]", "required"),
    ],
)
def test_a_wrong_profile_is_refused_by_the_key_that_is_wrong(old: str, new: str, named: str) -> None:
    with pytest.raises(RefusedError, match=named) as caught:
        read_profile("thu", GOOD.replace(old, new))
    assert caught.value.code == "profile_invalid"


def test_a_profile_nobody_made_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="chitra"):
        profile_named("xyz")
