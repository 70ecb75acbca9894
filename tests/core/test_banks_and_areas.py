"""One bank has one code whatever it is called, and a ward of before July 2025 leads to the one of today."""

import pytest

from payouts.core.areas import find_ward, is_former, province_names, ward_name, wards
from payouts.core.banks import bank_code, banks
from payouts.core.reasons import reason_code_in


@pytest.mark.parametrize(
    "text",
    [
        "ICB", "icb", "970415", "01201001", "201", "ICBVVNVX", "ICBVVNVXXXX", "VietinBank",
        "VIETINBANK - CN Ba Đình",
        "Ngân hàng TMCP Công thương", "NH TMCP Công Thương", "VietinBank (ICB)", "VietinBank CN Hà Nội",
    ],
)  # fmt: skip
def test_a_bank_is_found_by_each_of_its_names(text: str) -> None:
    assert bank_code(text) == "ICB"


@pytest.mark.parametrize("text", ["", "Ngân hàng", "XYZ", "99999999", "ICBVVNVXX", "MB, VCB"])
def test_what_names_no_bank_or_two_is_none(text: str) -> None:
    assert bank_code(text) is None


def test_a_swift_code_that_two_banks_share_is_none() -> None:
    assert bank_code("IBKOVNVX") is None


@pytest.mark.parametrize(
    ("old", "code"), [("CBBank", "CBB"), ("VCBNeo", "CBB"), ("MBV", "Oceanbank"), ("422589", "CIMB")]
)
def test_a_renamed_bank_keeps_its_code(old: str, code: str) -> None:
    assert bank_code(old) == code
    assert code in banks()


def test_each_code_bin_and_short_name_leads_to_its_own_bank() -> None:
    for code, bank in banks().items():
        assert bank_code(code) == code
        assert bank_code(bank.bin) == code
        assert bank_code(bank.short_name) == code


def test_hanoi_has_126_wards_and_the_country_34_provinces() -> None:
    assert len(wards()) == 126
    assert len(province_names()) == 34
    assert ward_name("00004") == "Phường Ba Đình"
    assert ward_name("99999") == "99999"


@pytest.mark.parametrize(
    ("code", "name", "kind", "today"),
    [
        ("00004", "", "current", "00004"),
        ("4", "", "current", "00004"),
        ("00004", "Phường Ba Đình", "current", "00004"),
        ("", "ba dinh", "current", "00004"),
        ("", "P. Ba Đình", "current", "00004"),
        ("00001", "", "mapped", "00097"),
        ("00004", "Phường Trúc Bạch", "mapped", "00004"),
        ("", "Phường Phúc Xá, Quận Ba Đình", "mapped", "00097"),
        ("", "Phường Cống Vị", "split", None),
        ("", "Xã Tân Minh", "split", None),
        ("99999", "", "unknown", None),
        ("", "Phường Không Có", "unknown", None),
        ("٤", "", "unknown", None),
    ],
)
def test_a_ward_is_found_by_code_or_name_of_either_scheme(
    code: str, name: str, kind: str, today: str | None
) -> None:
    place = find_ward(code, name)
    assert (place.kind, place.code) == (kind, today)


@pytest.mark.parametrize(
    ("code", "name", "kind", "today"),
    [
        ("00004", "", "mapped", "00004"),
        ("00025", "", "split", None),
        ("00004", "Phường Ba Đình", "current", "00004"),
        ("", "Phường Cống Vị", "split", None),
        ("99999", "", "unknown", None),
    ],
)
def test_a_list_of_the_time_before_means_the_wards_of_before(
    code: str, name: str, kind: str, today: str | None
) -> None:
    place = find_ward(code, name, former=is_former("2025-06"))
    assert (place.kind, place.code) == (kind, today)


def test_a_split_ward_names_the_wards_to_choose_from() -> None:
    assert find_ward("", "Phường Cống Vị").candidates == ("00008", "00025")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tài khoản đã đóng", "AC04"),
        ("TAI KHOAN DA TAT TOAN tu 01/2026", "AC04"),
        ("Lỗi: số tài khoản không hợp lệ", "AC01"),
        ("so tai khoan khong hop le", "AC01"),
        ("Chờ xử lý", "AB05"),
        ("chuyển tiền cho bà Bình", None),
        ("", None),
    ],
)
def test_a_reason_is_found_in_a_banks_own_words(text: str, code: str | None) -> None:
    assert reason_code_in(text) == code


def test_a_banks_own_phrases_come_first_and_the_longest_wins() -> None:
    assert reason_code_in("tài khoản đã đóng", {"tai khoan": "AC01"}) == "AC01"
    assert reason_code_in("không khớp tên người hưởng") == "BE01"
