"""Commands that bring facts in and results out: payout lists, bank files, runs, exports."""

import datetime as dt
import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from payouts.cli.progress import busy_with
from payouts.cli.telling import (
    complain,
    refusal,
    say,
    show_file,
    show_followed,
    show_list,
    show_run,
    told_followed,
)
from payouts.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from payouts.core.database import Database
    from payouts.core.problems import Language
    from payouts.core.settings import Settings
    from payouts.lists.models import PayoutList
    from payouts.settlements.models import SettlementFile

lists = typer.Typer(no_args_is_help=True, help="Danh sách chi trả · Payout lists.")
files = typer.Typer(no_args_is_help=True, help="Tệp kết quả ngân hàng · Files from banks.")
export = typer.Typer(no_args_is_help=True, help="Xuất kết quả · Results as files.")
commands = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Cycle = Annotated[str, typer.Option(metavar="2026-11", help="Kỳ chi trả · The month.")]
Programme = Annotated[str, typer.Option(metavar="BTXH", help="Chương trình · The programme.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Tệp ghi kết quả · Where to write.")]
OfRun = Annotated[
    int | None,
    typer.Option("--run", min=1, metavar="NUMBER", help="Như đã biết ở lần số này · As known then."),
]
Lang = Annotated[
    Literal["vi", "en"], typer.Option(help="Ngôn ngữ của diễn giải · Language of the explanations.")
]
Day = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="2026-11-20")]


@lists.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX.")],
    cycle: Cycle,
    programme: Programme,
    deadline: Day = None,
    supersedes: Annotated[
        int | None,
        typer.Option(min=1, metavar="ID", help="Danh sách sửa đổi, thay cho danh sách số này · Corrects it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Nhập danh sách chi trả; kỳ chi trả được tạo nếu chưa có.

    Takes a payout list in, whole or not at all; makes the cycle where there is none. A corrected list waits
    for `chitra lists confirm`.
    """
    from payouts.core.storage import keep_copy
    from payouts.jobs.asking import read_list, take_list
    from payouts.jobs.worker import do_now
    from payouts.lists.models import PayoutList
    from payouts.lists.rules import check_cycle
    from payouts.lists.supersede import waits

    settings, language = _settings()
    check_cycle(programme, cycle)
    must_exist(file)
    with _database(settings) as database:
        stored = keep_copy(settings.data_dir, file)
        with database.session() as session:
            receipt, new = take_list(
                session,
                stored,
                programme=programme,
                cycle=cycle,
                filename=file.name,
                by=_me(),
                deadline=deadline.date() if deadline else None,
                supersedes=supersedes,
            )
            job = read_list(session, receipt)
        do_now(database, settings, job)
        with database.reading() as session:
            receipt = session.get_one(PayoutList, receipt.id)
    told = {**_told(receipt, language), "programme": programme, "cycle": cycle, "amount": receipt.amount}
    if as_json:
        typer.echo(json.dumps({**told, "supersedes": supersedes}, ensure_ascii=False))
    else:
        show_list(receipt, new, language)
    if receipt.state != "accepted" and not waits(receipt):
        raise refusal(str(file), receipt, language, show=not as_json)
    if waits(receipt) and not as_json:
        typer.echo(say(language, "list_waits").format(id=receipt.id))


@files.command("import")
def import_files(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tệp của một ngân hàng.")],
    bank: Annotated[str, typer.Option(metavar="VCB", help="Ngân hàng gửi tệp · The bank that sent them.")],
    profile: Annotated[str | None, typer.Option(help="Mẫu tệp của ngân hàng · The bank's layout.")] = None,
    supersedes: Annotated[
        int | None, typer.Option(min=1, metavar="ID", help="Thay cho tệp số này · In the place of that file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Nhập tệp kết quả của một ngân hàng; tệp đã nhập rồi thì chỉ nêu biên nhận cũ.

    Takes files of one bank in; the same bytes again are the same file.
    """
    if supersedes is not None and len(paths) != 1:
        raise typer.BadParameter("--supersedes takes one FILE")
    from payouts.jobs.following import do_what_follows

    settings, language = _settings()
    for path in paths:
        must_exist(path)
    refusals = []
    with _database(settings) as database:
        for place, path in enumerate(paths):

            def busy(lines: "Callable[[], int]", place: int = place) -> "AbstractContextManager[None]":
                return busy_with(paths, place, lines, say(language, "row_lines"), shown=not as_json)

            receipt, new = _import_file(database, settings, path, bank, profile, supersedes, busy)
            followed = do_what_follows(database, settings, file_id=receipt.id) if new else []
            if as_json:
                told = {**_told(receipt, language), "followed": told_followed(followed)}
                typer.echo(json.dumps(told, ensure_ascii=False))
            else:
                show_file(receipt, new, language)
                show_followed(followed, language)
            if receipt.state != "accepted":
                refusals.append(refusal(str(path), receipt, language, show=not as_json))
    for earlier in refusals[:-1]:
        complain(earlier, language)
    if refusals:
        raise refusals[-1]


@commands.command("reconcile")
def reconcile_cycle(
    cycle: Cycle,
    programme: Programme,
    as_of: Annotated[
        dt.datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="2026-11-24", help="Xét đến ngày này."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ xem sẽ đổi gì, không lưu · Show what would change.")
    ] = False,
    rules: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Tệp quy tắc để xem thử · Rules to try.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="Ghi các dòng sẽ đổi · All lines.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(metavar="E", help="duckdb, spark=ĐỊA_CHỈ · Where it is judged.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Đối chiếu một kỳ chi trả và mở việc cần xử lý cho các xã, phường.

    Reconciles a cycle and opens cases of its exceptions. With --dry-run it only shows what a run would
    change, by the rules in force or by those of --rules.
    """
    from payouts.cli import again
    from payouts.cli.match import check_engine
    from payouts.core.settings import choose_engine

    if engine:
        check_engine(engine)
        choose_engine(engine)
    if not dry_run and (rules or out):
        raise typer.BadParameter("--rules and --out need --dry-run: runs go by the rules in force")
    if dry_run:
        again.dry_run(programme, cycle, as_of.date() if as_of else None, rules, out, as_json=as_json)
        return
    from payouts.identity.scope import EVERYTHING
    from payouts.jobs.asking import start_run
    from payouts.jobs.following import do_what_follows
    from payouts.jobs.worker import do_now
    from payouts.runs.models import Run
    from payouts.runs.store import cycle_summary

    settings, language = _settings()
    with _database(settings) as database:
        with database.session() as session:
            run, job = start_run(
                session,
                programme=programme,
                cycle=cycle,
                by=_me(),
                as_of=as_of.date() if as_of else None,
            )
        do_now(database, settings, job)
        with database.reading() as session:
            run = session.get_one(Run, run.id)
            summary = cycle_summary(session, programme, cycle, EVERYTHING)
            cases = _open_cases(session, programme, cycle)
        if not as_json:
            show_run(run.number, summary, run.summary, cases, language)
        followed = do_what_follows(database, settings, run_id=run.id)
    if as_json:
        told = {"run": run.number, "as_of": run.as_of.isoformat(), "open_cases": cases, **run.summary}
        typer.echo(json.dumps({**told, "followed": told_followed(followed)}, ensure_ascii=False))
    else:
        show_followed(followed, language)


@export.command("exceptions")
def export_exceptions(cycle: Cycle, programme: Programme, out: Out) -> None:
    """Xuất danh sách cần xử lý (XLSX) cho cán bộ.

    Writes the exception list for people as XLSX.
    """
    from payouts.identity.scope import EVERYTHING
    from payouts.reports.exceptions import exception_workbook

    settings, language = _settings()
    with _database(settings) as database, database.reading() as session:
        book = exception_workbook(session, programme, cycle, EVERYTHING)
    write_bytes(out, book)
    typer.echo(say(language, "written").format(out=out))


@export.command("verdicts")
def export_verdicts(
    cycle: Cycle, programme: Programme, out: Out, run: OfRun = None, lang: Lang = "vi"
) -> None:
    """Xuất kết quả từng dòng chi trả (CSV, cùng cột với `chitra match`).

    Writes what the last run, or an earlier one, says of each payout line as CSV.
    """
    from payouts.identity.scope import EVERYTHING
    from payouts.reports.tables import verdicts

    settings, language = _settings()
    with _database(settings) as database, database.reading() as session:
        table = verdicts(session, programme, cycle, EVERYTHING, run=run, language=lang)
    write_csv(out, table)
    typer.echo(say(language, "written").format(out=out))


@export.command("settlement-lines")
def export_settlement_lines(cycle: Cycle, programme: Programme, out: Out, run: OfRun = None) -> None:
    """Xuất phân loại từng dòng kết quả ngân hàng (CSV, cùng cột với `chitra match`).

    Writes what the last run, or an earlier one, says of each settlement line that it looked at as CSV.
    """
    from payouts.reports.tables import settlement_lines

    settings, language = _settings()
    with _database(settings) as database, database.reading() as session:
        table = settlement_lines(session, programme, cycle, run=run)
    write_csv(out, table)
    typer.echo(say(language, "written").format(out=out))


def _import_file(
    database: "Database",
    settings: "Settings",
    path: Path,
    bank: str,
    profile: str | None,
    supersedes: int | None,
    busy: "Callable[[Callable[[], int]], AbstractContextManager[None]]",
) -> "tuple[SettlementFile, bool]":
    from payouts.core.storage import keep_copy
    from payouts.jobs.asking import read_file, take_file
    from payouts.jobs.worker import do_now
    from payouts.settlements.models import SettlementFile
    from payouts.settlements.store import lines_so_far

    def lines() -> int:
        with database.reading() as session:
            return lines_so_far(session, receipt.id or 0)

    stored = keep_copy(settings.data_dir, path)
    with database.session() as session:
        receipt, new = take_file(
            session,
            stored,
            bank_code=bank,
            filename=path.name,
            by=_me(),
            profile=profile,
            supersedes=supersedes,
        )
        job = read_file(session, receipt)
    with busy(lines):
        do_now(database, settings, job)
    with database.reading() as session:
        return session.get_one(SettlementFile, receipt.id), new


def _open_cases(session: Any, programme: str, cycle: str) -> int:
    from payouts.cases.store import open_counts
    from payouts.identity.scope import EVERYTHING

    return sum(open_counts(session, EVERYTHING, programme=programme, cycle=cycle).values())


def _settings() -> "tuple[Settings, Language]":
    from payouts.core.logging import write_log
    from payouts.core.settings import get_settings

    settings = get_settings()
    write_log(settings)
    return settings, settings.language


def _database(settings: "Settings") -> "Database":
    from payouts.migrations.upgrade import open_current

    return open_current(settings)


def _me() -> str:
    """Name whoever runs the command."""
    return f"shell {getpass.getuser()}"


def must_exist(path: Path) -> None:
    """Refuse a file that is not there."""
    if not path.is_file():
        raise RefusedError("no_such_file", f"{path}: không có tệp này. Hãy kiểm tra đường dẫn.")


def _told(receipt: "PayoutList | SettlementFile", language: "Language") -> dict[str, Any]:
    from payouts.core.receipts import problems_of

    return {
        "id": receipt.id,
        "file": receipt.filename,
        "state": receipt.state,
        "sha256": receipt.sha256,
        "format": receipt.format,
        "lines": receipt.lines,
        "good_lines": receipt.good_lines,
        "problem_count": receipt.problem_count,
        "problems": [
            {"line": each.line, "field": each.field, "code": each.code, "message": each.message(language)}
            for each in problems_of(receipt.problems)
        ],
    }


def _write(out: Path, write: "Callable[[Path], Any]") -> None:
    """Write beside the place and put it there when it is whole."""
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        part.replace(out)
    except OSError as error:
        raise RefusedError("cannot_write", f"Không ghi được {out}: {error.strerror}.") from error


def write_bytes(out: Path, content: bytes) -> None:
    """Write a file: it is there whole, or not at all."""
    _write(out, lambda part: part.write_bytes(content))


def write_csv(out: Path, table: "pa.Table") -> None:
    """Write a table as CSV: it is there whole, or not at all."""
    from pyarrow import csv

    _write(out, lambda part: csv.write_csv(table, part, csv.WriteOptions(quoting_style="needed")))
