"""Commands of closing a month: see how it stands, ask for it, and check what was closed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.cli.desk import at_desk
from payouts.cli.facts import AsJson, Cycle, Programme

if TYPE_CHECKING:
    from sqlmodel import Session

    from payouts.closing.identity import Identity
    from payouts.closing.models import MonthClose
    from payouts.identity.rules import Staff

commands = typer.Typer(no_args_is_help=True, help="Khóa sổ kỳ chi trả · Closes months.")

Reason = Annotated[str, typer.Option(help="Lý do, việc gì còn mở · Why, and what is open yet.")]
Token = Annotated[
    Path, typer.Option("--token-file", metavar="FILE", help="Mã truy cập của người đề nghị · Who asks.")
]


@commands.command("show")
def show(cycle: Cycle, programme: Programme, as_json: AsJson = False) -> None:
    """Xem kỳ: còn vướng gì, cân đối theo xã/phường, đã khóa sổ chưa.

    Shows a month: what stands in the way, what ties by ward, and whether it is closed.
    """
    from payouts.closing.checks import checklist
    from payouts.closing.identity import identity
    from payouts.closing.store import close_of
    from payouts.identity.scope import EVERYTHING
    from payouts.runs.store import find_cycle

    with at_desk("cycle.see") as desk, desk.database.reading() as session:
        found = find_cycle(session, programme, cycle, EVERYTHING)
        told = identity(session, programme, cycle)
        close = close_of(session, found)
        checked = [] if close else checklist(session, found)
        language = desk.settings.language
    if as_json:
        checks = {each.check.code: {"count": each.count, "blocks": each.check.blocks} for each in checked}
        typer.echo(json.dumps({**_told(told), "checks": checks, "close": _closed(close)}, ensure_ascii=False))
        return
    _show(told, close)
    for each in checked:
        if each.count:
            typer.echo(f"{'✗' if each.check.blocks else '!'}\t{each.count}\t{each.check.said(language)}")


@commands.command("ask")
def ask(cycle: Cycle, programme: Programme, reason: Reason, token_file: Token) -> None:
    """Đề nghị khóa sổ; người thứ hai duyệt trên trang Phê duyệt.

    Asks for a month to be closed; another person approves.
    """
    from payouts.closing.close import ask_close

    _ask(ask_close, cycle, programme, reason, token_file)


@commands.command("reopen")
def reopen(cycle: Cycle, programme: Programme, reason: Reason, token_file: Token) -> None:
    """Đề nghị mở lại kỳ đã khóa sổ.

    Asks for a closed month to be opened again.
    """
    from payouts.closing.close import ask_reopen

    _ask(ask_reopen, cycle, programme, reason, token_file)


@commands.command("verify")
def verify_closes(cycle: Cycle, programme: Programme, as_json: AsJson = False) -> None:
    """Kiểm tra số liệu đã khóa sổ: mã băm, và tính lại từ dữ liệu lúc khóa sổ.

    Checks what was closed: its hash, and its figures reckoned anew from what was known then.
    """
    from payouts.closing.store import closes_of
    from payouts.closing.verifying import verify
    from payouts.core.errors import NotFoundError, RefusedError
    from payouts.identity.scope import EVERYTHING
    from payouts.runs.store import find_cycle

    with at_desk("cycle.see") as desk, desk.database.reading() as session:
        closes = closes_of(session, find_cycle(session, programme, cycle, EVERYTHING))
        found = [(close, verify(session, close)) for close in closes]
    if not found:
        raise NotFoundError("month_not_closed", "Kỳ này chưa khóa sổ.")
    for close, wrong in found:
        told = {"number": close.number, "hash": close.hash, "wrong": wrong}
        words = ", ".join(wrong) or "✓"
        typer.echo(json.dumps(told) if as_json else f"{close.number}\t{close.hash}\t{words}")
    if any(wrong for _, wrong in found):
        raise RefusedError(
            "close_differs", "Số liệu đã khóa sổ không còn đúng như lúc khóa. Hãy báo quản trị."
        )


def _ask(verb: Any, cycle: str, programme: str, reason: str, token_file: Path) -> None:
    with at_desk("months.close", token_file) as desk, desk.database.session() as session:
        asked = verb(session, programme, cycle, by=_staff(session, token_file), reason=reason)
        typer.echo(f"{asked.id}\t/approvals/{asked.id}")


def _staff(session: "Session", token_file: Path) -> "Staff":
    from payouts.identity.users import staff_of_token

    found = staff_of_token(session, token_file.read_text(encoding="utf-8").strip())
    assert found is not None  # noqa: S101  # at_desk let them in
    return found


def _told(told: "Identity") -> dict[str, Any]:
    return {
        "programme": told.programme,
        "cycle": told.cycle,
        "run": told.run,
        "identity": {**told.total.as_dict(), "difference": told.total.difference},
        "people": told.total_people.as_dict(),
        "wards": {area: each.as_dict() for area, each in sorted(told.wards.items())},
        "late": told.late,
        "beside": {"surplus": told.surplus, "to_others": told.to_others},
    }


def _closed(close: "MonthClose | None") -> dict[str, Any] | None:
    if close is None:
        return None
    people = {"asked_by": close.asked_by, "closed_by": close.closed_by}
    return {"number": close.number, "hash": close.hash, "at": close.closed_at.isoformat(), **people}


def _show(told: "Identity", close: "MonthClose | None") -> None:
    from rich.console import Console
    from rich.table import Table

    from payouts.core.areas import ward_name
    from payouts.core.money import format_money

    total = told.total
    table = Table("", *total.as_dict(), "difference", title=f"{told.programme} {told.cycle}")
    rows = [(ward_name(area) or area or "–", each) for area, each in sorted(told.wards.items())]
    for name, figures in [*rows, ("Σ", total)]:
        amounts = [*figures.as_dict().values(), figures.difference]
        table.add_row(name, *(format_money(each) for each in amounts))
    console = Console()
    console.print(table)
    if close is not None:
        console.print(
            f"{close.closed_at:%Y-%m-%d %H:%M} UTC, {close.asked_by} + {close.closed_by}: {close.hash}"
        )
