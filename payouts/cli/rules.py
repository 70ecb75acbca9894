"""Commands on rules: which versions there are, what one says, and whether a file is right."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from payouts.core.problems import Language
    from payouts.core.rulebook import RuleBook

rules = typer.Typer(no_args_is_help=True, help="Quy tắc đối chiếu · Rules of the judgement.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@rules.command("list")
def list_rules(as_json: AsJson = False) -> None:
    """Liệt kê các bản quy tắc, bản đang có hiệu lực, và tệp hỏng.

    Lists the versions, which one is in force today, and broken files.
    """
    from payouts.core.clock import today
    from payouts.core.rulebook import rule_books

    language = _language()
    books, broken = rule_books()
    held = [book for book in books if book.valid_from <= today()][-1:] if not broken else []
    for book in books:
        if as_json:
            typer.echo(json.dumps({**_facts(book), "in_force": book in held}, ensure_ascii=False))
            continue
        mark = f"  ← {_say(language, 'in_force')}" if book in held else ""
        typer.echo(f"{book.version:<24} {_day(book.valid_from)}  {_source(book, language)}{mark}")
    for path, error in broken.items():
        told = {"file": str(path), "broken": error.said(language)}
        said = f"{path.name:<24} {_say(language, 'broken')}\n  {told['broken']}"
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else said)


@rules.command("show")
def show_rules(
    version: Annotated[
        str | None, typer.Argument(metavar="VERSION", help="Bản quy tắc · Default: the one in force today.")
    ] = None,
) -> None:
    """In một bản quy tắc (YAML), để xem hoặc chép làm bản mới.

    Prints a version as YAML, to look at or to start a new one from.
    """
    from payouts.core.clock import today
    from payouts.core.errors import NotFoundError
    from payouts.core.rulebook import rule_books, rules_in_force

    if version is None:
        typer.echo(rules_in_force(today()).text, nl=False)
        return
    known = {book.version: book for book in rule_books()[0]}
    if version not in known:
        named = ", ".join(known)
        raise NotFoundError("no_such_rules", f"Không có bản quy tắc “{version}”. Hiện có: {named}.")
    typer.echo(known[version].text, nl=False)


@rules.command("check")
def check_rules(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp quy tắc (YAML).")],
    as_json: AsJson = False,
) -> None:
    """Kiểm tra một tệp quy tắc, chưa áp dụng: sai ở khóa nào, dòng nào, sửa thế nào.

    Checks a rule file that need not be in force yet, and says what it changes against the shipped version.
    """
    from payouts.core.banks import banks
    from payouts.core.rulebook import changed_values, read_rule_file, shipped_rules

    language = _language()
    book = read_rule_file(file)
    changed = changed_values(shipped_rules(), book)
    unlisted = sorted(set(book.matching.fee_tolerance_by_bank) - banks().keys())
    if as_json:
        told = {**_facts(book), "changed": changed, "unlisted_banks": unlisted}
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    typer.echo(_say(language, "right").format(version=book.version, day=_day(book.valid_from)))
    for name, (before, after) in changed.items():
        typer.echo(f"  {name}: {before} → {after}")
    if not changed:
        typer.echo(f"  {_say(language, 'unchanged')}")
    if unlisted:
        typer.echo(_say(language, "unlisted").format(banks=", ".join(unlisted)))


def _facts(book: "RuleBook") -> dict[str, Any]:
    return {
        "version": book.version,
        "valid_from": book.valid_from.isoformat(),
        "note": book.note,
        "sha256": book.hash,
        "source": str(book.source) if book.source else None,
    }


def _source(book: "RuleBook", language: "Language") -> str:
    return str(book.source) if book.source else _say(language, "shipped")


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _language() -> "Language":
    from payouts.core.quick import quick_settings

    return quick_settings().language


def _say(language: "Language", key: str) -> str:
    return _WORDS[key][0 if language == "vi" else 1]


_WORDS = {
    "in_force": ("đang có hiệu lực", "in force"),
    "shipped": ("có sẵn", "comes with the service"),
    "broken": ("HỎNG: chưa đối chiếu được", "BROKEN: no run starts"),
    "right": (
        "Tệp đúng: bản {version}, có hiệu lực từ {day}. Khác bản có sẵn:",
        "The file is right: version {version}, valid from {day}. Other than shipped:",
    ),
    "unchanged": ("không có gì khác", "nothing"),
    "unlisted": (
        "Không có trong danh sách ngân hàng, hãy xem lại mã: {banks}",
        "Not on the list of banks, look at the codes again: {banks}",
    ),
}
