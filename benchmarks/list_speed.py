"""The reader of payout lists beside the plain tool for CSV and for XLSX.

python benchmarks/list_speed.py --lines 300000
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import alternate, report

HERE = Path(__file__).parent
OUT = HERE / "out"
XLSX_LINES = 20_000  # openpyxl takes a minute for 300,000
# The form of 24 columns: heading -> the column of the made list, or a text that stands in each row.
FORM = (
    ("STT", None), ("Họ và tên", "full_name"), ("Năm sinh / Ngày sinh", "date_of_birth"),
    ("Số định danh/CCCD/CMND", "citizen_id"), ("Mã đối tượng / Loại đối tượng", "category_code"),
    ("Số quyết định hưởng", "12/QĐ"), ("Số sổ lĩnh tiền", None), ("Thôn/Tổ dân phố", "Tổ 3"),
    ("Mã xã/phường", "area_code"), ("Hệ số", "1.5"), ("Tiền trợ cấp tháng này", "amount"),
    ("Chưa trả tháng trước", None), ("Truy lĩnh", None), ("Truy thu/khấu trừ", None),
    ("Mai táng phí / trợ cấp một lần", None), ("Tổng số tiền", "amount"), ("Hình thức nhận", "TK"),
    ("Số tài khoản", "account_no"), ("Tên chủ tài khoản", "account_name"), ("Ngân hàng", "bank_code"),
    ("Người nhận thay", "payee_name"), ("Số tháng", "1"), ("Ký nhận", None), ("Ghi chú", "note"),
)  # fmt: skip


def main() -> None:
    """Measure CSV in the service's own columns, and CSV and XLSX in the form of 24 columns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--inner", nargs=3, metavar=("WHO", "FILE", "SECONDS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inner:
        who, path, seconds = asked.inner
        Path(seconds).write_text(str(READERS[who](Path(path))))
        return
    for name, path, bare in (
        ("own columns, CSV", made(asked.lines), "pyarrow"),
        ("24 columns, CSV", form(asked.lines, "csv"), "pyarrow"),
        ("24 columns, XLSX", form(min(asked.lines, XLSX_LINES), "xlsx"), "openpyxl"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            seconds = Path(folder) / "seconds"
            commands = {
                who: [sys.executable, __file__, "--inner", who, str(path), str(seconds)]
                for who in ("chitra", bare)
            }
            runs = alternate(commands, asked.rounds, seconds)
        print(f"\n{name}, {path.name}, {asked.rounds} rounds in turn, imports left out")
        report(runs, "chitra", bare)


def made(lines: int) -> Path:
    """Make a list in the service's own columns, the first time."""
    path = OUT / f"real-{lines}-1" / "list.csv"
    if not path.exists():
        subprocess.run(
            [sys.executable, HERE / "make_data.py", "--lines", str(lines), "--seed", "1"], check=True
        )
    return path


def form(lines: int, kind: str) -> Path:
    """Make the same list in the form of 24 columns, the first time: a banner, the lines, and their sum."""
    path = OUT / f"form-{lines}.{kind}"
    if path.exists():
        return path
    with made(lines).open(encoding="utf-8", newline="") as source:
        given = list(csv.DictReader(source))
    rows: list[list[str]] = [["UBND THÀNH PHỐ"], [heading for heading, _ in FORM]]
    rows += [["" if told is None else line.get(told, told) for _, told in FORM] for line in given]
    total = sum(int(line["amount"]) for line in given)
    rows.append(["", "Tổng cộng", *[""] * 13, str(total)])
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(row + [""] * (len(FORM) - len(row)) for row in rows)
    else:
        _save(path, rows)
    return path


def _save(path: Path, rows: list[list[str]]) -> None:
    import xlsxwriter  # noqa: PLC0415  # only to make the file

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if column in {10, 15} and cell.isdigit():
                    sheet.write_number(at, column, int(cell))
                elif cell:
                    sheet.write_string(at, column, cell)


def read_with_chitra(path: Path) -> float:
    """Read, check, and give how long it took."""
    from payouts.lists.reading import open_list  # noqa: PLC0415  # only what is measured is imported

    start = time.perf_counter()
    reading = open_list(path, cycle="2026-11", programme="BTXH")
    lines = sum(batch.num_rows for batch in reading.batches())
    seconds = time.perf_counter() - start
    if reading.report.outcome != "accepted" or not lines:
        sys.exit(f"{path}: {reading.report.outcome}")
    return seconds


def read_with_pyarrow(path: Path) -> float:
    """Read all columns as text, the amounts as numbers, and add these; nothing is checked."""
    import pyarrow as pa  # noqa: PLC0415  # the same
    import pyarrow.compute as pc  # noqa: PLC0415  # the same
    from pyarrow import csv as fast  # noqa: PLC0415  # the same

    start = time.perf_counter()
    skipped = 1 if path.name.startswith("form") else 0
    with path.open(encoding="utf-8") as file:
        names = [file.readline() for _ in range(skipped + 1)][-1].strip().split(",")
    table = fast.read_csv(
        path,
        fast.ReadOptions(skip_rows=skipped),
        fast.ParseOptions(),
        fast.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    pc.sum(table["Tổng số tiền" if skipped else "amount"].cast(pa.int64())).as_py()
    return time.perf_counter() - start


def read_with_openpyxl(path: Path) -> float:
    """Read all cells and add the amounts; nothing is checked."""
    import openpyxl  # noqa: PLC0415  # the same

    start = time.perf_counter()
    book = openpyxl.load_workbook(path, read_only=True)
    sum(row[15] for row in book.worksheets[0].iter_rows(values_only=True) if isinstance(row[15], int))
    return time.perf_counter() - start


READERS = {"chitra": read_with_chitra, "pyarrow": read_with_pyarrow, "openpyxl": read_with_openpyxl}


if __name__ == "__main__":
    main()
