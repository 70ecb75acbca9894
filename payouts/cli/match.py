"""`chitra match`: a payout list and bank files in, verdicts and dispositions out, without a database."""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.core.errors import RefusedError

if TYPE_CHECKING:
    import pyarrow as pa

    from payouts.core.problems import Language
    from payouts.core.quick import QuickSettings
    from payouts.core.rulebook import RuleBook
    from payouts.lists.reading import ListReport
    from payouts.settlements.formats.base import FileReport
    from reconciliation.results import Result

commands = typer.Typer()

_CYCLE = r"^\d{4}-(0[1-9]|1[0-2])$"


@commands.command()
def match(
    payout_list: Annotated[Path, typer.Argument(metavar="LIST", help="Danh sách chi trả (CSV, XLSX).")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tệp kết quả ngân hàng.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Thư mục ghi kết quả.")],
    cycle: Annotated[str | None, typer.Option(help="Kỳ chi trả, ví dụ 2026-11.")] = None,
    deadline: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Hạn ngân hàng trả lời.")
    ] = None,
    as_of: Annotated[
        dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Xét đến ngày này.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="Mẫu tệp của ngân hàng.")] = None,
    rules: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Tệp quy tắc · Default: the rules in force.")
    ] = None,
    include_quarantined: Annotated[
        bool, typer.Option("--include-quarantined", help="Dùng cả các dòng đúng của tệp bị giữ lại.")
    ] = False,
    engine: Annotated[
        str | None, typer.Option(metavar="E", help="duckdb, spark=ĐỊA_CHỈ · Where it is judged.")
    ] = None,
) -> None:
    """Đối chiếu danh sách chi trả với tệp ngân hàng, không cần cơ sở dữ liệu.

    Reconciles a payout list with bank files without a database; writes verdicts.csv, settlement-lines.csv,
    suggestions.csv and summary.json into DIR.
    """
    import re
    from concurrent.futures import ThreadPoolExecutor

    _start_light()
    from payouts.core.clock import today
    from payouts.core.quick import quick_settings
    from reconciliation import Rules, reconcile, warm_up

    check_engine(engine)
    if cycle is not None and not re.match(_CYCLE, cycle):
        raise typer.BadParameter(f"{cycle}: YYYY-MM", param_hint="--cycle")
    settings = quick_settings()
    language: Language = settings.language
    _refuse_twice(files, language)
    day = as_of.date() if as_of else today()
    book = _rules_of(rules, settings, day)
    with ThreadPoolExecutor(max_workers=2) as beside:
        given = settings.currency, include_quarantined, language
        owed = beside.submit(_read_list, payout_list, cycle, deadline, book, *given)
        told = beside.submit(_read_files, files, profile, *given)
        warm_up()  # while the files are read
        result = reconcile(
            owed.result(),
            told.result(),
            as_of=day,
            rules=book.matching if book else Rules(),
            language=language,
            currency=settings.currency,
            links=False,
            engine=engine or "duckdb",
        )
    _write(result, out)
    _print_summary(result, out, language)


def check_engine(engine: str | None) -> None:
    """Refuse an engine that cannot be started here before anything is read.

    Raises:
        RefusedError: it cannot; it says what to install
    """
    if engine is not None:
        from reconciliation.engines import EngineError, check

        try:
            check(engine)
        except EngineError as error:
            raise RefusedError(
                "no_such_engine",
                f"Không chạy được trên «{engine}» ở máy này ({error}). Hãy ghi duckdb hoặc spark=ĐỊA CHỈ; "
                "Spark cần Java 17 trở lên và gói chitra[spark].",
            ) from None


def _rules_of(file: Path | None, settings: "QuickSettings", day: dt.date) -> "RuleBook | None":
    """Give the rules to go by; None for those shipped, which the judgement knows without reading them."""
    if file is None and settings.rules is None and not (settings.data_dir / "rules").is_dir():
        return None
    from payouts.core.rulebook import read_rule_file, rules_in_force

    return read_rule_file(file) if file else rules_in_force(day)


class _NoPandas:
    """An import finder that has no pandas."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        if name == "pandas":
            raise ImportError(name)


def _start_light() -> None:
    """Keep pyarrow from loading pandas at its first value, half a second of no use."""
    import pyarrow as pa

    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        pa.scalar(0)
        sys.meta_path.remove(_NoPandas)


def _refuse_twice(files: list[Path], language: "Language") -> None:
    seen: set[Path] = set()
    for file in files:
        if file.resolve() in seen:
            raise RefusedError("file_given_twice", _say(language, "given_twice").format(file=file))
        seen.add(file.resolve())


def _read_list(
    path: Path,
    cycle: str | None,
    deadline: dt.datetime | None,
    book: "RuleBook | None",
    currency: str,
    include_quarantined: bool,
    language: "Language",
) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    from payouts.lists.reading import LIST_LINES, open_list

    _must_exist(path, language)
    reading = open_list(path, cycle=cycle, currency=currency)
    table = pa.Table.from_batches(list(reading.batches()), schema=LIST_LINES)
    _take(path, reading.report, include_quarantined, language)
    judged_cycle = cycle or pc.max(table["period"]).as_py()
    dates = book.dates_of("") if book and judged_cycle else None
    said = {
        "cycle": pa.scalar(judged_cycle, pa.string()),
        "deadline": pa.scalar(
            deadline.date() if deadline else dates and dates.deadline_of(judged_cycle), pa.date32()
        ),
        "opens_on": pa.scalar(dates and dates.opens_on.of(judged_cycle), pa.date32()),
    }
    for name, value in said.items():
        table = table.append_column(name, pa.repeat(value, len(table)))
    return table


def _read_files(
    files: list[Path], profile: str | None, currency: str, include_quarantined: bool, language: "Language"
) -> "pa.Table":
    import pyarrow as pa

    from payouts.settlements.reading import open_settlement, reported_table

    for file in files:
        _must_exist(file, language)
    tables = []
    for file in _shown(files, language):
        reading = open_settlement(file, profile=profile, currency=currency)
        table = reported_table(reading, str(file))
        _take(file, reading.report, include_quarantined, language)
        tables.append(table)
    return pa.concat_tables(tables)


def _shown(files: list[Path], language: "Language") -> Any:
    """Go through the files, with a progress bar where somebody watches and there is something to wait for."""
    worth_showing = 20_000_000
    if not sys.stderr.isatty() or sum(file.stat().st_size for file in files) < worth_showing:
        return files
    from rich.console import Console
    from rich.progress import track

    return track(files, description=_say(language, "reading"), console=Console(stderr=True))


def _must_exist(path: Path, language: "Language") -> None:
    if not path.is_file():
        raise RefusedError("no_such_file", _say(language, "no_such_file").format(file=path))


def _take(
    path: Path, report: "FileReport | ListReport", include_quarantined: bool, language: "Language"
) -> None:
    """Refuse a file that is no evidence, unless its good lines were asked for."""
    if report.outcome == "refused":
        raise RefusedError("file_refused", _say(language, "refused").format(file=path), report.problems)
    if report.outcome == "quarantined" and not include_quarantined:
        raise RefusedError(
            "file_quarantined", _say(language, "quarantined").format(file=path), report.problems
        )


def _write(result: "Result", out: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from pyarrow import csv

    def write(name: str, table: "pa.Table") -> None:
        part = out / f".{name}.part"
        csv.write_csv(table, part, csv.WriteOptions(quoting_style="needed"))
        part.replace(out / name)

    out.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=2) as pool:
        tables = {
            "verdicts.csv": result.verdicts,
            "settlement-lines.csv": result.dispositions,
            "suggestions.csv": result.suggestions,
        }
        for written in [pool.submit(write, name, table) for name, table in tables.items()]:
            written.result()
    part = out / ".summary.json.part"
    part.write_text(result.summary_json() + "\n", encoding="utf-8")
    part.replace(out / "summary.json")


def _print_summary(result: "Result", out: Path, language: "Language") -> None:
    from rich.console import Console
    from rich.table import Table

    from payouts.core.terms import VERDICT_TERMS, grouped

    table = Table(title=_say(language, "title"), title_justify="left")
    table.add_column(_say(language, "verdict"))
    table.add_column(_say(language, "lines"), justify="right")
    table.add_column(_say(language, "owed"), justify="right")
    for name, numbers in result.summary["verdicts"].items():
        table.add_row(
            VERDICT_TERMS[name][language],
            grouped(numbers["lines"], language),
            grouped(numbers["owed"], language),
        )
    table.add_section()
    table.add_row(
        _say(language, "total"),
        grouped(result.summary["payout_lines"], language),
        grouped(result.summary["owed"], language),
    )
    console = Console()
    console.print(table)
    settled, lines = (grouped(result.summary[name], language) for name in ("settled", "settlement_lines"))
    console.print(
        _say(language, "written").format(settled=settled, lines=lines, out=out), highlight=False, markup=False
    )


def _say(language: "Language", key: str) -> str:
    return _WORDS[key][0 if language == "vi" else 1]


_WORDS = {
    "title": ("Kết quả đối chiếu", "Result of the reconciliation"),
    "verdict": ("Kết quả", "Verdict"),
    "lines": ("Số dòng", "Lines"),
    "owed": ("Phải chi", "Owed"),
    "total": ("Tổng", "Total"),
    "reading": ("Đang đọc tệp", "Reading files"),
    "written": (
        "Tiền đã đến đúng dòng: {settled}. Dòng kết quả đã xét: {lines}. Đã ghi vào {out}",
        "Money that stands: {settled}. Settlement lines: {lines}. Written to {out}",
    ),
    "given_twice": (
        "{file}: tệp được nêu hai lần. Hãy nêu mỗi tệp một lần.",
        "{file}: named twice. Name each file once.",
    ),
    "no_such_file": (
        "{file}: không có tệp này. Hãy kiểm tra đường dẫn.",
        "{file}: no such file. Check the path.",
    ),
    "refused": (
        "{file}: tệp bị từ chối, không ghi kết quả nào.",
        "{file}: refused; nothing was written.",
    ),
    "quarantined": (
        (
            "{file}: tệp bị giữ lại vì có dòng hoặc số kiểm soát sai; không ghi kết quả nào. "
            "Hãy xin tệp đúng, hoặc thêm --include-quarantined để dùng các dòng đúng."
        ),
        (
            "{file}: quarantined because a line or a control is wrong; nothing was written. "
            "Ask for a right file, or add --include-quarantined to use its good lines."
        ),
    ),
}
