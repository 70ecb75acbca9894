"""An amount is read in one way or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payouts.core.money import LARGEST, UnreadableError, exponent, format_money, is_currency, parse_money


@pytest.mark.parametrize(
    "text",
    [
        "930000", "930.000", "930,000", "930000.0", "930000,00", "930.000 đ", "930.000đ", "930.000 VNĐ",
        "930 000", "930.000,00", "930,000.0", "VND 930,000", "₫930.000", "00930000", "930\u00a0000",
        "930.000 đồng",
    ],
)  # fmt: skip
def test_what_people_write_for_930_thousand_dong_is_read_so(text: str) -> None:
    assert parse_money(text) == 930_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("930.5", "amount_unreadable"),
        ("930.50", "amount_unreadable"),
        ("0.930", "amount_unreadable"),
        ("1.93.000", "amount_unreadable"),
        ("930000.000", "amount_unreadable"),
        ("1_000", "amount_underscore"),
        ("٩٣٠٠٠٠", "amount_other_digits"),
        ("９３００００", "amount_other_digits"),
        ("1e400", "amount_exponent"),
        ("9.3E+05", "amount_exponent"),
        ("0x1F", "amount_unreadable"),
        ("NaN", "amount_unreadable"),
        ("=930000", "amount_formula"),
        ("", "amount_unreadable"),
        ("đ", "amount_unreadable"),
        ("930.000 USD", "amount_unreadable"),
        ("-930000", "amount_sign"),
        ("+930000", "amount_sign"),
        (str(LARGEST + 1), "amount_too_large"),
        ("9" * 5_000, "amount_too_large"),
    ],
)
def test_what_is_no_amount_in_dong_is_an_error(text: str, code: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        parse_money(text)
    assert caught.value.code == code


def test_the_largest_amount_is_what_a_bigint_holds() -> None:
    assert parse_money(str(LARGEST)) == LARGEST == 2**63 - 1


def test_a_sign_is_read_where_it_may_stand() -> None:
    assert parse_money("-930.000", signed=True) == -930_000


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("930.50", "USD", 93_050),
        ("1,234.5", "USD", 123_450),
        ("930.000", "USD", 93_000_000),
        ("USD 5", "USD", 500),
        ("1,234.567", "KWD", 1_234_567),
        ("1.23", "KWD", 1_230),
    ],
)
def test_other_currencies_have_the_decimals_of_iso_4217(text: str, currency: str, minor: int) -> None:
    assert parse_money(text, currency) == minor


def test_three_digits_behind_one_separator_can_be_read_two_ways_where_a_currency_has_three_decimals() -> None:
    with pytest.raises(UnreadableError, match="amount_two_ways"):
        parse_money("1.234", "KWD")
    assert parse_money("1.234", "KWD", decimal="point") == 1_234
    assert parse_money("1.234", "KWD", decimal="comma") == 1_234_000


def test_a_known_decimal_mark_rules_the_other_reading_out() -> None:
    with pytest.raises(UnreadableError, match="amount_unreadable"):
        parse_money("930.000", decimal="point")
    assert parse_money("930,000.00", decimal="point") == 930_000


@settings(deadline=None)
@given(st.integers(0, LARGEST))
def test_what_is_shown_is_read_again(amount: int) -> None:
    assert parse_money(format_money(amount)) == amount


@settings(deadline=None)
@given(st.integers(0, LARGEST), st.sampled_from(["USD", "KWD", "EUR"]))
def test_what_is_shown_in_another_currency_is_read_again(amount: int, currency: str) -> None:
    assert parse_money(format_money(amount, currency), currency, decimal="comma") == amount


def test_money_is_shown_as_people_in_vietnam_write_it() -> None:
    assert format_money(930_000) == "930.000 đ"
    assert format_money(-1_234_567) == "-1.234.567 đ"
    assert format_money(123_456, "USD") == "1.234,56 USD"
    assert format_money(5, "USD") == "0,05 USD"


def test_a_currency_that_iso_4217_does_not_have_is_an_error() -> None:
    assert is_currency("VND")
    assert not is_currency("VNX")
    assert (exponent("VND"), exponent("USD"), exponent("BHD")) == (0, 2, 3)
    with pytest.raises(UnreadableError, match="currency_unknown"):
        exponent("VNX")
