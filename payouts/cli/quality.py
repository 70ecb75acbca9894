"""`chitra quality` and `chitra lists predict`: how good the data are, and which payments will likely fail."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.cli.facts import AsJson
from payouts.cli.lists import opened
from payouts.cli.telling import say

if TYPE_CHECKING:
    from payouts.core.database import Database
    from payouts.core.problems import Language

commands = typer.Typer()
of_lists = typer.Typer()
SHOWN = 40  # lines; --json gives all


@commands.command("quality")
def quality(
    measure_now: Annotated[bool, typer.Option("--measure", help="Đo ngay · Measure now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Nêu chất lượng dữ liệu theo xã, phường: đúng, đủ, sạch, sống.

    Shows how right, complete, clean and live the data on people are, by ward, as last measured.
    """
    from payouts.core import clock
    from payouts.identity.scope import EVERYTHING
    from payouts.quality.measure import measure
    from payouts.quality.rules import SCORES
    from payouts.quality.store import by_area, measured

    with opened() as (database, language):
        if measure_now:
            measure(database, on=clock.today(), by="shell")
        with database.reading() as session:
            last = measured(session, on=clock.today())
            found = by_area(session, last.id or 0, EVERYTHING) if last else []
    if as_json:
        for each in found:
            told = {"key": each.area_code, "people": each.people}
            typer.echo(json.dumps({**told, **{score: each.passing(score) for score in SCORES}}))
    elif last is None:
        typer.echo(say(language, "never_measured"))
    else:
        heads = [names[0 if language == "vi" else 1] for names in SCORES.values()]
        _show_scores(found, [say(language, "ward"), say(language, "people"), *heads])


@of_lists.command("predict")
def predict(
    which: Annotated[
        str, typer.Argument(metavar="ID|FILE", help="Số danh sách, hoặc tệp chưa nộp · A list, or a file.")
    ],
    cycle: Annotated[str | None, typer.Option(metavar="2026-11", help="Kỳ, khi là tệp · Of a file.")] = None,
    programme: Annotated[str | None, typer.Option(metavar="BTXH", help="Chương trình, khi là tệp.")] = None,
    as_json: AsJson = False,
) -> None:
    """Dự báo dòng nào của danh sách sẽ chi không thành công, và vì sao.

    Foretells which lines of a list will fail and why, by what earlier months say. Of a list in the database
    the prediction is kept; of a file that was not sent yet nothing is.
    """
    with opened() as (database, language):
        if which.isascii() and which.isdecimal():
            rows = _of_list(database, int(which))
        else:
            if not (cycle and programme):
                raise typer.BadParameter("a file needs --cycle and --programme")
            rows = _of_file(database, Path(which), cycle=cycle, programme=programme)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    _show_lines(rows, language)


def _of_list(database: "Database", list_id: int) -> list[dict[str, Any]]:
    from payouts.identity.scope import EVERYTHING
    from payouts.lists.store import find_list
    from payouts.quality.outcome import foretold_lines
    from payouts.quality.predict import foretell

    kept = foretell(database, list_id, EVERYTHING, by="shell")
    with database.reading() as session:
        receipt = find_list(session, list_id, EVERYTHING)
        rows = foretold_lines(session, receipt, kept, EVERYTHING, limit=kept.predicted)
    return [{name: row[name] for name in ("line_ref", "sign", "reason_code", "value")} for row in rows]


def _of_file(database: "Database", path: Path, *, cycle: str, programme: str) -> list[dict[str, Any]]:
    import pyarrow as pa

    from payouts.core.errors import RefusedError
    from payouts.core.settings import get_settings
    from payouts.lists.reading import open_list
    from payouts.lists.rules import check_cycle
    from payouts.quality.predict import look_ahead

    check_cycle(programme, cycle)
    reading = open_list(path, cycle=cycle, programme=programme, currency=get_settings().currency)
    lines = pa.Table.from_batches(reading.batches(), schema=reading.schema)
    if reading.report.outcome == "refused":
        raise RefusedError("file_refused", f"{path}: không đọc được danh sách.", reading.report.problems)
    with database.reading() as session:
        found = look_ahead(session, lines.append_column("id", lines["row"]), programme=programme, cycle=cycle)
    names = ("line_ref", "sign", "reason_code", "value")
    return [{name: row[name] for name in names} for row in found.to_pylist()]


def _show_scores(found: Any, heads: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    from payouts.core.areas import ward_name
    from payouts.quality.rules import SCORES
    from payouts.quality.store import together

    table = Table()
    table.add_column(heads[0])
    for head in heads[1:]:
        table.add_column(head, justify="right")
    for each in (*found, together(found)):
        shares = (f"{each.passing(score) * 100 / (each.people or 1):.1f} %" for score in SCORES)
        table.add_row(ward_name(each.area_code) or "–", str(each.people), *shares)
    Console().print(table)


def _show_lines(rows: list[dict[str, Any]], language: "Language") -> None:
    from rich.console import Console
    from rich.text import Text

    from payouts.quality.signs import signs

    console = Console()
    console.print(say(language, "foretold").format(lines=len(rows)), style="bold", highlight=False)
    for row in rows[:SHOWN]:
        said = signs()[row["sign"]].said(language, row["value"])
        console.print(Text(f"  {row['line_ref']} {said}", overflow="fold"))
    if len(rows) > SHOWN:
        console.print("  …")
