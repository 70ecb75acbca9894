"""Judging without keeping, at the shell: what a run would say, and an old run once more."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.cli.facts import AsJson, Cycle, Programme, write_csv
from payouts.cli.lists import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payouts.core.problems import Language
    from payouts.runs.again import Again, WhatIf
    from payouts.runs.comparison import Comparison

commands = typer.Typer()

LINES_SHOWN = 20
TOLD = ("verdict", "owed", "settled", "reason_code", "differences", "rule", "evidence", "explanation")


@commands.command("rerun")
def rerun(
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Lần đối chiếu số · Number.")],
    cycle: Cycle,
    programme: Programme,
    as_json: AsJson = False,
) -> None:
    """Xét lại một lần đối chiếu cũ đúng như lúc đó, không lưu gì; nói kết quả có như cũ không.

    Judges an old run's facts by its rules once more, keeps nothing, and says whether the answer is the same.
    """
    from payouts.runs.again import judge_again
    from payouts.runs.record import program

    with opened() as (database, language):
        again = judge_again(database, programme=programme, cycle=cycle, number=number)
    if as_json:
        typer.echo(json.dumps(_told_again(again), ensure_ascii=False))
        _echo_lines(again.verdicts)
    else:
        key = "same" if again.same else "differs"
        told = {"number": number, "version": again.book.version, "program": again.program}
        typer.echo(_say(language, key).format(**told))
        lists, files = ", ".join(map(str, again.lists)), ", ".join(again.files) or "–"
        typer.echo(_say(language, "saw").format(lists=lists, files=files, decisions=again.decisions))
        if not again.same:
            counts = again.verdicts.lines.num_rows, again.settlement_lines, again.suggestions
            typer.echo(_say(language, "differ_in").format(*counts))
            _show_lines(again.verdicts, language)
        if not again.same and again.program != program():
            typer.echo(_say(language, "other_program").format(then=again.program, now=program()))
    if not again.same:
        raise typer.Exit(1)


def dry_run(
    programme: str,
    cycle: str,
    as_of: dt.date | None,
    rules: Path | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show what a run of a cycle would say and change, and keep nothing.

    Args:
        programme: e.g. BTXH
        cycle: a month like 2026-11
        as_of: the day on which the question is asked, today by default
        rules: a rule file, those in force by default
        out: where all lines of which something else would be said are written as CSV
        as_json: print objects for programs
    """
    from payouts.core.rulebook import read_rule_file
    from payouts.runs.again import what_if

    book = read_rule_file(rules) if rules else None
    with opened() as (database, language):
        found = what_if(database, programme=programme, cycle=cycle, as_of=as_of, book=book)
    if out is not None:
        write_csv(out, found.verdicts.lines)
    if as_json:
        typer.echo(json.dumps(_told_what_if(found), ensure_ascii=False))
        if out is None:
            _echo_lines(found.verdicts)
        return
    _show_what_if(found, f"{programme} {cycle}", language)
    if out is not None:
        typer.echo(_say(language, "written").format(out=out))


def _told_what_if(found: "WhatIf") -> dict[str, Any]:
    last = found.last
    return {
        "dry_run": True,
        "last_run": {"run": last.number, "as_of": last.as_of.isoformat()} if last else None,
        "as_of": found.as_of.isoformat(),
        "rules": {"version": found.book.version, "sha256": found.book.hash},
        **_sums(found.verdicts),
    }


def _told_again(again: "Again") -> dict[str, Any]:
    return {
        "run": again.run.number,
        "as_of": again.run.as_of.isoformat(),
        "same": again.same,
        "rules": {"version": again.book.version, "sha256": again.book.hash},
        "program": again.program,
        "lists": again.lists,
        "files": again.files,
        "decisions": again.decisions,
        "settlement_lines_changed": again.settlement_lines,
        "suggestions_changed": again.suggestions,
        **_sums(again.verdicts),
    }


def _sums(found: "Comparison") -> dict[str, Any]:
    return {
        "lines_changed": found.lines.num_rows,
        "before": found.before,
        "after": found.after,
        "moves": found.moves,
    }


def _echo_lines(found: "Comparison") -> None:
    """Print each line that changed as one object."""
    for row in _rows(found):
        sides = {
            side: {name: row[f"{name}_{side}"] for name in TOLD} if row[f"verdict_{side}"] else None
            for side in ("before", "after")
        }
        told = {"line_ref": row["line_ref"], "fields": row["fields"].split(";"), **sides}
        typer.echo(json.dumps(told, ensure_ascii=False))


def _rows(found: "Comparison", most: int | None = None) -> "Iterator[dict[str, Any]]":
    lines = found.lines if most is None else found.lines.slice(0, most)
    for batch in lines.to_batches(max_chunksize=1000):
        yield from batch.to_pylist()


def _show_what_if(found: "WhatIf", name: str, language: "Language") -> None:
    from rich.console import Console
    from rich.table import Table

    from payouts.core.terms import grouped

    console = Console()
    last = found.last
    since = _say(language, "since" if last else "no_run")
    told = {"version": found.book.version, "day": f"{found.as_of:%d/%m/%Y}", "name": name}
    if last:
        told |= {"number": str(last.number), "last_day": f"{last.as_of:%d/%m/%Y}"}
    console.print(f"{_say(language, 'would')}, {since}:".format(**told), style="bold", highlight=False)
    table = Table()
    table.add_column(_say(language, "verdict"))
    for column in ("lines", "owed", "settled"):
        table.add_column(_say(language, column), justify="right")
    both = found.verdicts
    for verdict in [*both.after, *(each for each in both.before if each not in both.after)]:
        old, new = both.before.get(verdict, {}), both.after.get(verdict, {})
        cells = [_became(old.get(key, 0), new.get(key, 0), language) for key in ("lines", "owed", "settled")]
        table.add_row(_name(verdict, language), *cells)
    console.print(table)
    for move in both.moves:
        figures = (grouped(move[key], language) for key in ("lines", "owed"))
        was, now = _name(move["before"], language), _name(move["after"], language)
        if was != now:
            console.print(_say(language, "move").format(was, now, *figures), highlight=False)
    changed = grouped(both.lines.num_rows, language)
    console.print(_say(language, "changed").format(changed), highlight=False)
    _show_lines(both, language)
    console.print(_say(language, "kept_nothing"), highlight=False)


def _show_lines(found: "Comparison", language: "Language") -> None:
    for row in _rows(found, LINES_SHOWN):
        was, now = (_name(row[f"verdict_{side}"], language) for side in ("before", "after"))
        typer.echo(f"  {row['line_ref']}: {was} → {now}  {row['explanation_after'] or ''}")
    more = found.lines.num_rows - LINES_SHOWN
    if more > 0:
        typer.echo(_say(language, "more").format(more))


def _became(before: int, after: int, language: "Language") -> str:
    from payouts.core.terms import grouped

    now = grouped(after, language)
    return now if before == after else f"{grouped(before, language)} → {now}"


def _name(verdict: str | None, language: "Language") -> str:
    from payouts.core.terms import VERDICT_TERMS

    known = VERDICT_TERMS.get(verdict or "")
    return known[language] if known else _say(language, "none")


def _say(language: "Language", key: str) -> str:
    return _WORDS[key][0 if language == "vi" else 1]


_WORDS = {
    "same": (
        "Lần đối chiếu số {number}: kết quả y như cũ (quy tắc {version}, chitra {program}).",
        "Run {number}: the same answer (rules {version}, chitra {program}).",
    ),
    "differs": (
        "Lần đối chiếu số {number}: kết quả KHÁC lúc đó (quy tắc {version}, chitra {program}).",
        "Run {number}: ANOTHER answer than then (rules {version}, chitra {program}).",
    ),
    "saw": (
        "Dữ liệu lúc đó: danh sách số {lists}; tệp {files}; {decisions} quyết định của cán bộ.",
        "Its facts: payout lists {lists}; files {files}; {decisions} decisions of people.",
    ),
    "differ_in": (
        "Khác ở {} dòng chi, {} dòng kết quả ngân hàng, {} gợi ý.",
        "It differs in {} payout lines, {} settlement lines, {} suggestions.",
    ),
    "other_program": (
        "Lúc đó là phiên bản {then}, nay là {now}: hãy xem CHANGELOG.",
        "Then it was version {then}, now it is {now}: see the CHANGELOG.",
    ),
    "would": (
        "{name}, theo quy tắc {version}, xét đến ngày {day}",
        "{name}, by the rules {version}, as of {day}",
    ),
    "since": (
        "so với lần đối chiếu số {number} (đến ngày {last_day})",
        "against run {number} (as of {last_day})",
    ),
    "no_run": ("kỳ này chưa đối chiếu lần nào", "no run of the cycle yet"),
    "verdict": ("Kết quả", "Verdict"),
    "lines": ("Số dòng", "Lines"),
    "owed": ("Phải chi (đ)", "Owed (đ)"),
    "settled": ("Đã chi (đ)", "Settled (đ)"),
    "none": ("không xét", "not judged"),
    "move": ("{} → {}: {} dòng, {} đ", "{} → {}: {} lines, {} đ"),
    "changed": ("Dòng có thay đổi: {}", "Lines that would change: {}"),
    "more": (
        "  … và {} dòng nữa: thêm --out FILE.csv để xem hết.",
        "  … and {} more: --out FILE.csv has all.",
    ),
    "kept_nothing": ("Chỉ xem thử, không lưu gì.", "Nothing was kept."),
    "written": ("Đã ghi {out}", "Written: {out}"),
}
