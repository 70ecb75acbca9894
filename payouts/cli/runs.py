"""`chitra runs`: the runs of a cycle, what one says, and what changed between two and why."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.cli.facts import AsJson, Cycle, Programme
from payouts.cli.lists import opened
from payouts.cli.telling import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payouts.core.problems import Language
    from payouts.runs.changes import Move
    from payouts.runs.explaining import LineChange
    from payouts.runs.history import Past
    from payouts.runs.pairs import Pair

commands = typer.Typer(no_args_is_help=True, help="Các lần đối chiếu · Runs.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Lần đối chiếu số · Number of the run.")]
CHANGES_SHOWN = 40  # --json gives all
PAGE = 500


@commands.command("list")
def list_runs(cycle: Cycle, programme: Programme, as_json: AsJson = False) -> None:
    """Liệt kê các lần đối chiếu của một kỳ, mới nhất trước.

    Lists the runs of a cycle, the latest first.
    """
    from rich.console import Console
    from rich.table import Table

    from payouts.identity.scope import EVERYTHING
    from payouts.runs.history import history
    from payouts.runs.store import find_cycle

    with opened() as (database, language), database.reading() as session:
        past = history(session, find_cycle(session, programme, cycle, EVERYTHING), EVERYTHING, limit=500)
    if as_json:
        for each in past:
            typer.echo(json.dumps(_told(each), ensure_ascii=False))
        return
    table = Table()
    for name in ("number", "run_as_of", "run_by", "run_net"):
        table.add_column(say(language, name), overflow="fold")
    for each in past:
        run = each.run
        state = "" if run.state == "done" else say(language, f"run_{run.state}")
        table.add_row(
            str(run.number), f"{run.as_of:%d/%m/%Y}", _by(each, language), state or _net(each, language)
        )
    Console().print(table)


@commands.command("show")
def show(number: Number, cycle: Cycle, programme: Programme, as_json: AsJson = False) -> None:
    """Nêu một lần đối chiếu cho biết gì, như đã biết lúc đó.

    Shows what a run says, as known then.
    """
    from payouts.cli.telling import show_verdicts
    from payouts.identity.scope import EVERYTHING
    from payouts.runs.history import history
    from payouts.runs.store import cycle_summary, find_cycle

    with opened() as (database, language), database.reading() as session:
        summary = cycle_summary(session, programme, cycle, EVERYTHING, run=number)
        found = find_cycle(session, programme, cycle, EVERYTHING)
        [past] = history(session, found, EVERYTHING, below=number + 1, limit=1)
    if as_json:
        typer.echo(json.dumps(_told(past), ensure_ascii=False))
        return
    show_verdicts(number, summary, language)
    day = f"{past.run.as_of:%d/%m/%Y}"
    rules = past.rules or "–"
    typer.echo(say(language, "run_told").format(day=day, by=_by(past, language), rules=rules))


@commands.command("diff")
def diff(
    cycle: Cycle,
    programme: Programme,
    before: Annotated[int | None, typer.Argument(metavar="A", min=1, help="Từ lần · Since.")] = None,
    after: Annotated[int | None, typer.Argument(metavar="B", min=1, help="Đến lần · To.")] = None,
    as_json: AsJson = False,
) -> None:
    """Nêu thay đổi giữa hai lần đối chiếu và vì sao; mặc định là hai lần gần nhất.

    Shows what changed between two runs and why; by default between the last two.
    """
    from payouts.identity.scope import EVERYTHING
    from payouts.runs.changes import changes_page, disposition_moves, moves
    from payouts.runs.pairs import find_pair
    from payouts.runs.store import find_cycle

    with opened() as (database, language), database.reading() as session:
        pair = find_pair(session, find_cycle(session, programme, cycle, EVERYTHING), after, before)
        sums, lines = moves(session, pair, EVERYTHING), disposition_moves(session, pair)
        if as_json:
            typer.echo(json.dumps(_sums(pair, sums, lines), ensure_ascii=False))
        cursor: str | None = None
        while True:
            limit = PAGE if as_json else CHANGES_SHOWN
            page = changes_page(session, pair, EVERYTHING, cursor=cursor, limit=limit)
            cursor = page.next
            if not as_json:
                break
            for each in page.items:
                typer.echo(json.dumps(_change(each, language), ensure_ascii=False))
            if cursor is None:
                return
    _show(pair, sums, page.items, language)
    if cursor is not None:
        typer.echo(say(language, "more_changes"))


def _by(past: "Past", language: "Language") -> str:
    """Say who asked, or what led to the run by itself."""
    if past.after_run:
        cycle, run = past.after_run
        told = {"programme": cycle.programme, "cycle": cycle.cycle, "number": run.number}
        return say(language, "after_run").format(**told)
    if past.after_file:
        return say(language, "after_file").format(file=past.after_file.label)
    return past.run.asked_by


def _net(past: "Past", language: "Language") -> str:
    from payouts.core.terms import VERDICT_TERMS, grouped

    if past.before is None:
        return say(language, "first_run")
    return "; ".join(
        f"{VERDICT_TERMS[verdict][language]} {'+' if more > 0 else '−'}{grouped(abs(more), language)}"
        for verdict, more in past.net.items()
    ) or say(language, "no_net")


def _told(past: "Past") -> dict[str, Any]:
    run, led = past.run, past.after_run
    return {
        "run": run.number,
        "as_of": run.as_of.isoformat(),
        "state": run.state,
        "asked_at": run.asked_at.isoformat(),
        "asked_by": run.asked_by,
        "after_run": led and {"programme": led[0].programme, "cycle": led[0].cycle, "number": led[1].number},
        "after_file": past.after_file and past.after_file.label,
        "rules": past.rules,
        "verdicts": past.totals,
        "net": past.net,
    }


def _sums(pair: "Pair", sums: "Sequence[Move]", lines: "Sequence[Move]") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "run": pair.after.number,
        "since": pair.before.number,
        "totals": [asdict(each) for each in sums],
        "settlement_lines": [
            {"before": each.before, "after": each.after, "lines": each.lines, "amount": each.owed}
            for each in lines
        ],
    }


def _change(change: "LineChange", language: "Language") -> dict[str, Any]:
    return {
        "line_ref": change.line["line_ref"],
        "before": change.before,
        "after": change.after,
        "changed": change.changed,
        "why": [
            {
                "code": each.code,
                "said": each.said(language),
                "file": each.told and each.told.file,
                "line": each.told and each.told.line,
            }
            for each in change.why
        ],
    }


def _show(pair: "Pair", sums: "Sequence[Move]", items: "Sequence[LineChange]", language: "Language") -> None:
    from rich.console import Console
    from rich.table import Table

    from payouts.core.terms import grouped

    console = Console()
    heading = say(language, "runs_compared").format(
        after=pair.after.number,
        before=pair.before.number,
        programme=pair.cycle.programme,
        cycle=pair.cycle.cycle,
    )
    console.print(heading, style="bold", highlight=False)
    if not sums:
        console.print(say(language, "nothing_changed"))
        return
    table = Table()
    for name in ("was", "now"):
        table.add_column(say(language, name))
    for name in ("lines", "owed"):
        table.add_column(say(language, name), justify="right")
    for each in sums:
        figures = (grouped(each.lines, language), grouped(each.owed, language))
        table.add_row(_name(each.before, language), _name(each.after, language), *figures)
    console.print(table)
    for change in items:
        was, now = (
            _name(said["verdict"] if said else "none", language) for said in (change.before, change.after)
        )
        console.print(f"{change.line['line_ref']} {change.line['full_name']}: {was} → {now}", highlight=False)
        for cause in change.why:
            console.print(f"  {cause.said(language)}", highlight=False, markup=False)


def _name(verdict: str | None, language: "Language") -> str:
    from payouts.core.terms import VERDICT_TERMS

    known = VERDICT_TERMS.get(verdict or "")
    return known[language] if known else say(language, "no_line")
