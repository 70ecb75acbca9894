"""A profile is data, and a wrong one is refused with a sentence that names the key."""

from itertools import pairwise
from pathlib import Path

import pytest

from payouts.core.errors import NotFoundError, RefusedError
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.tabular import TabularReader
from payouts.settlements.profiles import (
    ProfileError,
    broken_profiles,
    profile_named,
    profile_text,
    profiles,
    read_profile,
)

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
        ("title: Thử", "title: 5", "title"),
        ("title: Thử", "title: Thử\ncash: maybe", "cash"),
        ("bank: MB", "bank: MB\nreasons: {AC99: [sai]}", "AC99"),
        ("bank: MB", "bank: MB\nin_doubt: [ZZ99]", "ZZ99"),
        ("bank: MB", "bank: MB\nmoney_out: debit", "money_out"),
        ("bank: MB", "bank: MB\nconstants: {currency: XXQ}", "constants.currency"),
        ("bank: MB", "bank: MB\nbank: VCB", "đứng hai lần"),
        ("bank: MB", "bank: MB\ncolumns: {amount: 1}", "không dùng cả hai"),
        (
            "headings: {amount: [Số tiền], status: [Trạng thái]}",
            "columns: {amount: 0, status: 2}",
            "columns.amount",
        ),
        (
            "headings: {amount: [Số tiền], status: [Trạng thái]}",
            "columns: {amount: 2, status: 2}",
            "columns.status",
        ),
        (
            "headings: {amount: [Số tiền], status: [Trạng thái]}",
            "columns: {amount: yes, status: 2}",
            "columns.amount",
        ),
        ("headings: {amount: [Số tiền], status: [Trạng thái]}", "columns: {amonut: 1, status: 2}", "amonut"),
        ("bank: MB", "bank: MB\nbanner: 3", "banner"),
        ("[Thành công]", "[yes]", "nháy"),
        ("[Thành công]", "[]", "statuses.settled"),
        ("[Số tiền]", '["—"]', "headings.amount"),
        ("title: Thử", "title: Thử\n\tbank: MB", "dòng"),
    ],
)
def test_a_wrong_profile_is_refused_by_the_key_that_is_wrong(old: str, new: str, named: str) -> None:
    with pytest.raises(RefusedError, match=named) as caught:
        read_profile("thu", GOOD.replace(old, new))
    assert caught.value.code == "profile_invalid"
    assert caught.value.said("en") != caught.value.said("vi")


def test_the_line_of_a_wrong_key_is_told_in_both_languages() -> None:
    with pytest.raises(ProfileError) as caught:
        read_profile("thu", GOOD.replace("amount: [Số tiền]", "amonut: [Số tiền]"))
    assert caught.value.said("vi").startswith(
        "Mẫu tệp “thu”, dòng 5, khóa headings.amonut: khóa lạ. Hãy dùng:"
    )
    assert caught.value.said("en").startswith(
        "Profile “thu”, line 5, key headings.amonut: unknown. Use one of:"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [*x]",
        "[" * 5000,
        "&a [" + "*a," * 10,
        "a: !!python/object:os.system x",
        "? [a]\n: b",
    ],
)
def test_yaml_made_to_hurt_is_a_wrong_profile(text: str) -> None:
    with pytest.raises(ProfileError):
        read_profile("thu", text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Thử", "title: *i"),
        ("bank: MB", "bank: *i"),
        ("[csv]", "*i"),
        ("[csv]", "[*i]"),
        ("bank: MB", "numbers: *i"),
        ("bank: MB", "encoding: *i"),
        ("bank: MB", "cash: *i"),
        ("bank: MB", "constants: {currency: *i}"),
        ("bank: MB", "constants: *i"),
        ("bank: MB", "columns: {amount: *i}"),
        ("bank: MB", "banner: *i"),
        ("bank: MB", "? *i\n: x"),
        ("[Số tiền]", "*i"),
        ("[Số tiền]", "[*i]"),
        ("[amount, status]", "[*i]"),
        ("bank: MB", "reasons: {AC04: [*i]}"),
    ],
)
def test_a_value_that_stands_for_a_billion_words_is_never_written_out(old: str, new: str) -> None:
    lists = "\n".join(
        f"  - &{name} [{', '.join([f'*{before}'] * 10)}]" for before, name in pairwise("abcdefghi")
    )
    with pytest.raises(ProfileError) as caught:
        read_profile("thu", f"trailer:\n  - &a [x]\n{lists}\n{GOOD.replace(old, new)}")
    assert len(caught.value.message) < 1_000


def test_a_profile_nobody_made_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="chitra"):
        profile_named("xyz")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHITRA_DATA_DIR", str(tmp_path))
    (tmp_path / "profiles").mkdir()
    return tmp_path / "profiles"


def read(path: Path, bank: str | None = None) -> FileReport:
    report = FileReport()
    list(TabularReader("csv", None, bank).read(path, report, "VND"))
    return report


def test_an_administrator_adds_a_profile_without_a_release(folder: Path) -> None:
    (folder / "vcb_moi.yaml").write_text(GOOD.replace("Số tiền", "Tiền chuyển"), encoding="utf-8")
    (folder / "ghi-chu.txt").write_text("not a profile")
    assert (profiles()["vcb_moi"].bank, profiles()["vcb_moi"].shipped) == ("MB", False)
    assert "Tiền chuyển" in profile_text("vcb_moi")
    path = folder / "a.csv"
    path.write_text("Tiền chuyển,Trạng thái\n930000,Thành công\n", encoding="utf-8")
    assert (read(path).profile, read(path).outcome) == ("vcb_moi", "accepted")


def test_a_change_of_the_file_is_seen_at_once(folder: Path) -> None:
    (folder / "x.yaml").write_text(GOOD, encoding="utf-8")
    assert profiles()["x"].title == "Thử"
    (folder / "x.yaml").write_text(GOOD.replace("Thử", "Đã đổi"), encoding="utf-8")
    assert profiles()["x"].title == "Đã đổi"
    (folder / "x.yaml").unlink()
    assert "x" not in profiles()


def test_a_broken_profile_is_named_and_takes_nothing_down(folder: Path) -> None:
    (folder / "hong.yaml").write_text(GOOD.replace("amount:", "amonut:"), encoding="utf-8")
    (folder / "khong doc.yaml").write_bytes(GOOD.encode())
    (folder / "nhi-phan.yaml").write_bytes(b"\xff\x00")
    (folder / "thu-muc.yaml").mkdir()
    assert set(broken_profiles()) == {"hong", "khong doc", "nhi-phan", "thu-muc"}
    assert "chitra" in profiles()
    with pytest.raises(ProfileError, match="amonut"):
        profile_named("hong")


def test_no_added_profile_takes_the_place_of_one_that_comes_with_the_service(folder: Path) -> None:
    (folder / "chitra.yaml").write_text(GOOD, encoding="utf-8")
    assert profiles()["chitra"].shipped
    assert profile_named("chitra").bank is None
    assert "có sẵn" in broken_profiles()["chitra"].message


def test_a_profile_of_one_bank_takes_no_file_of_another(folder: Path) -> None:
    alike = GOOD.replace("[Số tiền]", "[Số tiền, Thêm]").replace("bank: MB", "bank: VCB")
    (folder / "cua_vcb.yaml").write_text(alike, encoding="utf-8")
    path = folder / "a.csv"
    path.write_text("Số tiền,Trạng thái\n930000,Thành công\n", encoding="utf-8")
    assert read(path, "VCB").profile == "cua_vcb"
    assert read(path, "MB").profile != "cua_vcb"
    assert read(path).profile != "cua_vcb"


PLACES = GOOD.replace(
    "headings: {amount: [Số tiền], status: [Trạng thái]}", "columns: {amount: 3, status: 5}\nbanner: 1"
)


def test_a_layout_without_headings_reads_files_for_which_it_is_named(folder: Path) -> None:
    (folder / "khong_tieu_de.yaml").write_text(PLACES, encoding="utf-8")
    path = folder / "a.csv"
    path.write_text("Ngân hàng,,,,\n1,x,930.000,y,Thành công\n2,x,540.000,y,Thành công\n", encoding="utf-8")
    report = FileReport()
    lines = [
        row
        for batch in TabularReader("csv", "khong_tieu_de").read(path, report, "VND")
        for row in batch.to_pylist()
    ]
    assert (report.outcome, [(row["line"], row["amount"]) for row in lines]) == (
        "accepted", [(2, 930_000), (3, 540_000)],
    )  # fmt: skip
    assert read(path).profile is None


def test_a_file_too_narrow_for_a_layout_without_headings_is_refused(folder: Path) -> None:
    (folder / "khong_tieu_de.yaml").write_text(PLACES, encoding="utf-8")
    path = folder / "a.csv"
    path.write_text("x,y\n1,930.000\n", encoding="utf-8")
    report = FileReport()
    assert list(TabularReader("csv", "khong_tieu_de").read(path, report, "VND")) == []
    assert [(each.code, each.field) for each in report.problems] == [
        ("column_missing", "amount"), ("column_missing", "status"),
    ]  # fmt: skip
