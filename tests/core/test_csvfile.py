"""CSV is read the same by both ways, wherever a block is cut, and what is wrong is told with its row."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payouts.core import csvfile
from payouts.core.tabular import LONGEST_CELL, BrokenTableError

CELLS = st.text(st.sampled_from('ab"\n\r,;\tĐệ \u00a0=1'), max_size=6)
KNOWN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


Read = tuple[dict[int, tuple[str, ...]], list[tuple[str, int | None]], set[int]]


def read(path: Path, width: int, delimiter: str = ",", encoding: str = "utf-8") -> Read:
    """Give cells by row number, and problems as (code, row)."""
    (part,) = [part for part in csvfile.open_csv(path, encoding) if part.name == delimiter]
    cells: dict[int, tuple[str, ...]] = {}
    problems: list[tuple[str, int | None]] = []
    short: set[int] = set()
    for block in part.blocks(1, width):
        columns = [column.to_pylist() for column in block.cells.columns]
        cells |= dict(zip(block.rows.to_pylist(), zip(*columns, strict=True), strict=True))
        problems += [(problem.code, problem.line) for problem in block.problems]
        short |= block.short
    return cells, problems, short


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


@KNOWN
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12),
    dialect=st.tuples(
        st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from([",", ";", "\t"]),
    ),
    size=st.sampled_from([8, 23, 64, 1 << 20]),
    cut=st.integers(0, 3),
)
def test_both_ways_give_the_same_cells(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    rows: list[list[str]],
    dialect: tuple[int, str, str],
    size: int,
    cut: int,
) -> None:
    quoting, end, delimiter = dialect
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=quoting, lineterminator=end, delimiter=delimiter)
    writer.writerows([["x", "y", "z"], *rows])
    text = buffer.getvalue()
    path = write(tmp_path / "a.csv", text[: len(text) - cut])
    with monkeypatch.context() as patched:
        patched.setattr(csvfile, "_HEAD_BYTES", max(size, 12))
        patched.setattr(csvfile, "BLOCK_BYTES", size)
        quick = attempt(path, delimiter)
        patched.setattr(csvfile, "_regular_length", lambda *_, **__: 0)
        slow = attempt(path, delimiter)
    assert quick == slow


@KNOWN
@given(text=st.text(st.sampled_from('a",\n\r'), max_size=40), size=st.sampled_from([4, 9, 1 << 20]))
def test_both_ways_agree_on_any_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, size: int
) -> None:
    path = write(tmp_path / "a.csv", "x,y\n" + text)
    with monkeypatch.context() as patched:
        patched.setattr(csvfile, "_HEAD_BYTES", 8)
        patched.setattr(csvfile, "BLOCK_BYTES", size)
        quick = attempt(path, ",", width=2)
        patched.setattr(csvfile, "_regular_length", lambda *_, **__: 0)
        slow = attempt(path, ",", width=2)
        patched.setattr(csvfile, "_HEAD_BYTES", 1 << 20)
        whole = attempt(path, ",", width=2)
    assert quick == slow == whole


def attempt(path: Path, delimiter: str, width: int = 3) -> Read | tuple[str, int | None]:
    try:
        return read(path, width, delimiter)
    except BrokenTableError as broken:
        return broken.problem.code, broken.problem.line


@KNOWN
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12))
def test_what_was_written_is_what_is_read(tmp_path: Path, rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["x", "y", "z"], *rows])
    cells, problems, _ = read(write(tmp_path / "a.csv", buffer.getvalue()), 3)
    expected = {at: tuple(row) for at, row in enumerate(rows, start=2) if any(row)}
    assert (cells, problems) == (expected, [])


def test_a_big_file_keeps_its_row_numbers(tmp_path: Path) -> None:
    lines = [f"{at},Nguyễn Văn {at},{at * 1000}" for at in range(200_000)]
    lines[150_000] = ""
    cells, problems, _ = read(write(tmp_path / "a.csv", "x,y,z\n" + "\n".join(lines)), 3)
    assert len(cells) == 199_999
    assert not problems
    assert cells[200_001] == ("199999", "Nguyễn Văn 199999", "199999000")
    assert 150_002 not in cells


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('x,y\n1,"2\n3,4\n', ("quote_unclosed", 2)),
        ("x,y\n1,2\n3,\0\n", ("nul_character", 3)),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_is_broken(
    tmp_path: Path, text: str, problem: tuple[str, int]
) -> None:
    assert attempt(write(tmp_path / "a.csv", text), ",", width=2) == problem


def test_bytes_of_another_encoding_are_told_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("x,y\n1,2\n3,Nguyễn\n".encode() + "4,Lê\n".encode("latin-1"))
    assert attempt(path, ",", width=2) == ("not_utf8", 4)
    path.write_bytes("x,y\n1,2\n".encode("utf-16"))
    with pytest.raises(BrokenTableError, match="not_utf8"):
        csvfile.open_csv(path, "utf-8")


def test_a_named_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("x,y\n1,Tr\u0103ng\n".encode("cp1258"))
    assert read(path, 2, encoding="cp1258")[0] == {2: ("1", "Trăng")}


def test_ragged_rows_are_told_and_empty_surplus_cells_are_not(tmp_path: Path) -> None:
    cells, problems, short = read(write(tmp_path / "a.csv", "x,y\n1,2,,\n1,2,3\n1\n\n"), 2)
    assert cells == {2: ("1", "2"), 4: ("1", "")}
    assert problems == [("row_too_long", 3)]
    assert short == {4}


def test_a_stray_quote_inside_a_cell_is_a_letter_and_one_after_a_quoted_cell_is_wrong(tmp_path: Path) -> None:
    cells, problems, _ = read(write(tmp_path / "a.csv", 'x,y\na"b,1\n"a"b,1\nc,2\n'), 2)
    assert cells == {2: ('a"b', "1"), 4: ("c", "2")}
    assert problems == [("quote_misplaced", 3)]


def test_a_cell_longer_than_a_spreadsheet_holds_is_told(tmp_path: Path) -> None:
    text = f"x,y\n1,{'a' * (LONGEST_CELL + 1)}\n2,{'a' * 200_000}\n3,b\n"
    cells, problems, _ = read(write(tmp_path / "a.csv", text), 2)
    assert list(cells) == [4]
    assert sorted(problems) == [("cell_too_long", 2), ("cell_too_long", 3)]


def test_an_unclosed_quote_in_a_big_file_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'x,y\n1,2\n1,"2\n' + "1,2\n" * 3_000_000)
    assert attempt(path, ",", width=2) == ("quote_unclosed", 3)


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "\ufeffx,y\n1,2\n")
    (part,) = csvfile.open_csv(path, "utf-8")
    assert part.preview()[0] == ["x", "y"]
