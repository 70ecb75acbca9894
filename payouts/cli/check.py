"""`chitra check`: says what a file is, what it holds and what is wrong with it, and changes nothing."""

import json
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

import typer

from payouts.core.terms import grouped

if TYPE_CHECKING:
    from payouts.core.problems import Language, Problem
    from payouts.settlements.formats.base import Total

commands = typer.Typer()

WIDTH = 80
MOST_SHOWN = 20  # different problems of one file; --json gives all that the report keeps
FEW_LINES = 8  # line numbers named with a problem
BIG_FILE = 5 * 1024 * 1024  # bytes from which reading takes long enough for a progress bar
_LIST_CODE = "list_as_settlement"
_GRAVITY = ("refuse", "quarantine", "warning")


class _Report(Protocol):
    """What the reports of settlement files and of payout lists have in common."""

    @property
    def outcome(self) -> Literal["accepted", "quarantined", "refused"]: ...

    lines: int
    problems: "list[Problem]"
    problem_count: int


@commands.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tệp cần kiểm tra.")],
    profile: Annotated[str | None, typer.Option(help="Mẫu tệp của ngân hàng (CSV, XLSX).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi tệp một dòng JSON.")] = False,
    language: Annotated[
        str | None, typer.Option(help="vi hoặc en; mặc định theo CHITRA_LANGUAGE.", metavar="vi|en")
    ] = None,
) -> None:
    """Kiểm tra tệp ngân hàng hoặc danh sách chi trả: là tệp gì, có gì, sai gì. Không thay đổi gì.

    Checks bank files and payout lists; exits 1 when any is refused, and never stops at it.
    """
    from payouts.core.settings import get_settings

    settings = get_settings()
    if language not in {None, "vi", "en"}:
        raise typer.BadParameter(f"{language}: vi, en", param_hint="--language")
    tongue: Language = "en" if (language or settings.language) == "en" else "vi"
    refused = False
    for path in files:
        facts, report = _facts(path, profile, settings.currency, tongue)
        refused = refused or report.outcome == "refused"
        if as_json:
            sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join(_shown(facts, report, tongue)) + "\n\n")
        sys.stdout.flush()
    if refused:
        raise typer.Exit(1)


def _facts(
    path: Path, profile: str | None, currency: str, language: "Language"
) -> tuple[dict[str, Any], _Report]:
    """Read a file to its end and give what `--json` prints of it."""
    from payouts.settlements.reading import open_settlement

    reading = open_settlement(path, profile=profile, currency=currency)
    _drain(reading.batches(), path, language)
    report = reading.report
    if any(problem.code == _LIST_CODE for problem in report.problems):
        return _list_facts(path, currency, language)
    totals = [_total(unit, total) for unit, total in sorted(report.totals.items())]
    return {
        "file": str(path),
        "format": report.format,
        "profile": report.profile,
        "outcome": report.outcome,
        "statements": report.statements,
        "lines": report.lines,
        "totals": totals,
        "problems": _problems(report.problems, language),
    }, report


def _list_facts(path: Path, currency: str, language: "Language") -> tuple[dict[str, Any], _Report]:
    """Read a payout list: it has lines and problems, and no totals of movements."""
    from payouts.lists.reading import open_list

    reading = open_list(path, currency=currency)
    _drain(reading.batches(), path, language)
    report = reading.report
    return {
        "file": str(path),
        "format": "payout-list",
        "profile": None,
        "outcome": report.outcome,
        "statements": 0,
        "lines": report.lines,
        "totals": [],
        "problems": _problems(report.problems, language),
    }, report


def _total(currency: str, total: "Total") -> dict[str, Any]:
    return {
        "currency": currency,
        "credit_lines": total.credit_lines,
        "credit": format(total.credit, "f"),
        "debit_lines": total.debit_lines,
        "debit": format(total.debit, "f"),
    }


def _problems(problems: "Iterable[Problem]", language: "Language") -> list[dict[str, Any]]:
    return [
        {"line": one.line, "field": one.field, "code": one.code, "message": one.message(language)}
        for one in problems
    ]


def _drain(batches: "Iterator[Any]", path: Path, language: "Language") -> None:
    """Read to the end, with a progress bar where a person waits before a big file."""
    big = path.is_file() and path.stat().st_size >= BIG_FILE
    if not (big and sys.stderr.isatty()):
        for _ in batches:
            pass
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(f"{{task.completed:,.0f}} {_WORDS['lines'][language]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(textwrap.shorten(path.name, 30), total=None)
        for batch in batches:
            progress.advance(task, batch.num_rows)


def _shown(facts: dict[str, Any], report: _Report, language: "Language") -> Iterator[str]:
    """Say it to a person, within 80 columns."""
    words = {name: pair[language] for name, pair in _WORDS.items()}
    yield _printable(facts["file"])
    what = f"{facts['format'] or words['unknown']}"
    if facts["profile"]:
        what += f" ({words['profile']} {facts['profile']})"
    yield f"  {what} · {words[report.outcome].upper()}"
    counts = f"{grouped(facts['lines'], language)} {words['lines']}"
    if facts["statements"]:
        counts = f"{grouped(facts['statements'], language)} {words['statements']}, {counts}"
    yield f"  {counts}"
    for total in facts["totals"]:
        sides = []
        for side in ("debit", "credit"):
            count = f"{grouped(total[f'{side}_lines'], language)} {words['lines']}"
            sides.append(f"{words[side]} {_amount(total[side], language)} ({count})")
        yield from _wrapped(f"{total['currency']}: {'; '.join(sides)}", "  ")
    yield from told_problems(report.problems, report.problem_count, language)


def told_problems(problems: "Sequence[Problem]", count: int, language: "Language") -> Iterator[str]:
    """Say the problems, the gravest first, and what many lines have in common only once."""
    same: dict[tuple[int, str, str], list[int]] = {}
    for problem in problems:
        mark = "!" if problem.severity == "warning" else "✗"
        field = f"{problem.field}: " if problem.field else ""
        said = f"{mark} {field}{problem.message(language)} [{problem.code}]"
        lines = same.setdefault((_GRAVITY.index(problem.severity), problem.code, said), [])
        if problem.line is not None:
            lines.append(problem.line)
    shown = 0
    for (_, _, said), lines in sorted(same.items())[:MOST_SHOWN]:
        yield from _wrapped(_printable(f"{said}{_lines(lines, language)}"), "  ")
        shown += len(lines) or 1
    if count > shown:
        yield from _wrapped(_WORDS["more"][language].format(count=grouped(count - shown, language)), "  ")


def _lines(lines: list[int], language: "Language") -> str:
    """Name the lines that a problem is on, the first few by number."""
    if not lines:
        return ""
    numbers = ", ".join(str(line) for line in lines[:FEW_LINES])
    more = f", … ({grouped(len(lines), language)})" if len(lines) > FEW_LINES else ""
    return f" ({_WORDS['line'][language]} {numbers}{more})"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    ) or [indent]


def _printable(text: str) -> str:
    """Leave out what could steer a terminal: a file may hold anything."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _amount(text: str, language: "Language") -> str:
    """Write an amount with groups of three; zeros behind the point only where something else stands there."""
    amount = Decimal(text)
    number = f"{amount:,f}" if amount % 1 else f"{amount:,.0f}"
    return number if language == "en" else number.translate(str.maketrans(",.", ".,"))


_WORDS: dict[str, dict["Language", str]] = {
    "unknown": {"vi": "không rõ loại tệp", "en": "unknown kind of file"},
    "profile": {"vi": "mẫu", "en": "profile"},
    "accepted": {"vi": "được nhận", "en": "accepted"},
    "quarantined": {"vi": "bị giữ lại chờ kiểm tra", "en": "quarantined"},
    "refused": {"vi": "bị từ chối", "en": "refused"},
    "statements": {"vi": "sao kê", "en": "statements"},
    "lines": {"vi": "dòng", "en": "lines"},
    "line": {"vi": "dòng", "en": "line"},
    "debit": {"vi": "tiền ra", "en": "money out"},
    "credit": {"vi": "tiền vào", "en": "money in"},
    "more": {
        "vi": "… và {count} vấn đề khác. Dùng --json để xem thêm.",
        "en": "… and {count} more problems. Use --json to see more.",
    },
}
