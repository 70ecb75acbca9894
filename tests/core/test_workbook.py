"""A workbook is read cell by cell as text without loss, and a hostile one is refused before it is opened."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from payouts.core import unzipped
from payouts.core.tabular import BrokenTableError
from payouts.core.workbook import cell_text, open_workbook


def save(path: Path, rows: list[list[object]], title: str = "Danh sách") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def code_of(path: Path) -> str:
    with pytest.raises(BrokenTableError) as caught:
        [part.preview() for part in open_workbook(path)]
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (930_000.0, "930000"),
        (930.5, "930.5"),
        (123_456_789_012_345.0, "123456789012345"),
        (1_234_567_890_123_456.0, "1.23456789012346E+15"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (True, "TRUE"),
        (dt.date(2026, 11, 20), "2026-11-20"),
        (dt.datetime(2026, 11, 20), "2026-11-20"),  # noqa: DTZ001  # a cell has no time zone
        (dt.datetime(2026, 11, 20, 13, 4, 5), "2026-11-20 13:04:05"),  # noqa: DTZ001  # the same
        ("001090123456", "001090123456"),
        ("1.09E+09", "1.09E+09"),
        ("NA", "NA"),
    ],
)
def test_a_cell_becomes_text_without_loss(cell: str | float | dt.date, text: str) -> None:
    assert cell_text(cell) == text


def test_rows_keep_the_numbers_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [None],
        ["x", "y"],
        [None],
        ["a", 1],
        [None, None],
        ["b", dt.date(2026, 11, 20)],
    ]
    (part,) = open_workbook(save(tmp_path / "a.xlsx", rows))
    assert part.preview()[1] == ["x", "y"]
    (block,) = part.blocks(2, 2)
    assert block.rows.to_pylist() == [4, 6]
    assert [column.to_pylist() for column in block.cells.columns] == [["a", "b"], ["1", "2026-11-20"]]


def test_a_formula_gives_its_cached_value_and_without_one_nothing(tmp_path: Path) -> None:
    (part,) = open_workbook(save(tmp_path / "a.xlsx", [["x", "y"], ["a", "=1+1"]]))
    (block,) = part.blocks(1, 2)
    assert block.cells.column(1).to_pylist() == [""]


def test_merged_cells_are_filled_only_where_asked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["x", "y"], ["Phường Ba Đình", 5], [None, None], [None, 7]):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("B2:B3")
    book.save(tmp_path / "a.xlsx")
    (part,) = open_workbook(tmp_path / "a.xlsx")
    part.preview()
    (block,) = part.blocks(1, 2, frozenset({0}))
    assert block.cells.column(0).to_pylist() == ["Phường Ba Đình"] * 3
    assert block.cells.column(1).to_pylist() == ["5", "", "7"]


def test_hidden_sheets_are_known_as_such(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("ẩn").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [part.visible for part in open_workbook(tmp_path / "a.xlsx")] == [True, False]


@pytest.mark.parametrize("kept", [10, 1_000, 3_000, -1])
def test_a_workbook_cut_off_is_broken(tmp_path: Path, kept: int) -> None:
    path = save(tmp_path / "a.xlsx", [["x", "y"]])
    path.write_bytes(path.read_bytes()[:kept])
    assert code_of(path) == "workbook_broken"


def test_a_zip_that_is_no_workbook_is_broken(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("a.csv", "x,y\n")
    assert code_of(tmp_path / "a.xlsx") == "workbook_broken"


def test_changed_bytes_are_found_by_their_checksum(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["x", "y"]])
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(path.read_bytes())
    data[entry.header_offset + 60] ^= 0xFF
    path.write_bytes(data)
    assert code_of(path) == "workbook_broken"


def replaced(path: Path, name: str, content: bytes) -> Path:
    whole = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return path


def test_a_zip_bomb_is_refused_by_what_it_says_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "a.xlsx", [["x", "y"]])
    replaced(path, "xl/worksheets/sheet1.xml", b" " * 3_000_000)
    monkeypatch.setattr(unzipped, "LARGEST_UNZIPPED", 2_000_000)
    assert code_of(path) == "workbook_too_large"


def test_a_zip_bomb_that_lies_about_its_size_is_broken(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["x", "y"]])
    replaced(path, "xl/worksheets/sheet1.xml", b" " * 3_000_000)
    data = path.read_bytes()
    path.write_bytes(data.replace((3_000_000).to_bytes(4, "little"), (300).to_bytes(4, "little")))
    assert code_of(path) == "workbook_broken"


@pytest.mark.parametrize("cell", ["XFD1048576", "A9999999", "IV1048576"])
def test_a_stray_cell_far_away_does_not_fill_the_memory(tmp_path: Path, cell: str) -> None:
    path = save(tmp_path / "a.xlsx", [["x", "y"]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    row = "".join(filter(str.isdigit, cell))
    stray = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    replaced(path, "xl/worksheets/sheet1.xml", sheet.replace(b"</sheetData>", stray))
    assert code_of(path) == "workbook_too_large"


def test_a_wide_table_of_few_rows_is_read(tmp_path: Path) -> None:
    (part,) = open_workbook(save(tmp_path / "a.xlsx", [[f"c{at}" for at in range(60)], list(range(60))]))
    (block,) = part.blocks(1, 60)
    assert block.cells.column(59).to_pylist() == ["59"]


def test_broken_xml_in_a_sheet_is_told(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["x", "y"]])
    replaced(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")
    with pytest.raises(BrokenTableError, match="workbook_broken"):
        [part.preview() for part in open_workbook(path)]


_CELL = b'<c r="D2" t="n"><v>930000</v></c>'


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (b'<c r="D2" t="n"><v>93&#48;000</v></c>', "workbook_ambiguous"),
        (b'<c r="D2" t="n"><v>93<!-- x -->0000</v></c>', "workbook_ambiguous"),
        (b'<c r="D2" t="n"><v>93<?x y?>0000</v></c>', "workbook_ambiguous"),
        (b'<c r="D2" t="n"><v>93&nghin;</v></c>', "workbook_ambiguous"),
        (b'<c r="D2" t="n"><v>930000</v><v>5</v></c>', "workbook_ambiguous"),
        (b'<c r="D2" t="inlineStr"><is><t>930000</t></is><is><t>5</t></is></c>', "workbook_ambiguous"),
        (_CELL + b'</row><row r="2"><c r="D2"><v>5</v></c>', "workbook_ambiguous"),
        (_CELL + b'</row></sheetData><sheetData><row r="3"><c r="D3"><v>5</v></c>', "workbook_ambiguous"),
        (b'<c r="D2" t="str"><v>A &amp; B</v></c>', None),
        (b'<c r="D2"><f>465000*2</f><v>930000</v></c>', None),
    ],
)
def test_a_sheet_that_says_something_in_two_ways_is_refused(
    tmp_path: Path, cell: bytes, code: str | None
) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["D2"] = 930000
    book.save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(path, "w") as bad:
        for entry in good.namelist():
            bad.writestr(entry, good.read(entry).replace(_CELL, cell))
    if code is None:
        assert open_workbook(path)
        return
    with pytest.raises(BrokenTableError) as caught:
        open_workbook(path)
    assert caught.value.problem.code == code


def test_a_dtd_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(path, "w") as bad:
        for entry in good.namelist():
            bad.writestr(entry, good.read(entry).replace(b"<worksheet", b"<!DOCTYPE d><worksheet"))
    with pytest.raises(BrokenTableError) as caught:
        open_workbook(path)
    assert caught.value.problem.code == "dtd_refused"


def test_a_long_comment_hides_no_sheet_from_the_look_through_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["D2"] = 930000
    book.save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(path, "w") as bad:
        for entry in good.namelist():
            inner = good.read(entry).replace(_CELL, b'<c r="D2"><v>93&#48;000</v></c>')
            bad.writestr(
                entry, b"<!--" + b" " * (3 << 20) + b"-->" + inner if b"<sheetData" in inner else inner
            )
    with pytest.raises(BrokenTableError) as caught:
        open_workbook(path)
    assert caught.value.problem.code == "workbook_ambiguous"


@pytest.mark.parametrize("place", [b"Csettled2", b"zzzzzzz2", b"D9999999", b"XFD1048576"])
def test_a_cell_far_away_is_refused_before_room_is_made_for_it(tmp_path: Path, place: bytes) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["D2"] = 930000
    book.save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(path, "w") as bad:
        for entry in good.namelist():
            bad.writestr(entry, good.read(entry).replace(b'r="D2"', b'r="' + place + b'"'))
    with pytest.raises(BrokenTableError) as caught:
        open_workbook(path)
    assert caught.value.problem.code == "workbook_too_large"
