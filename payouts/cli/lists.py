"""`chitra lists`: what lists there are, what a corrected one changes, and its confirmation."""

import contextlib
import getpass
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payouts.cli.facts import AsJson
from payouts.cli.telling import complain, refusal, say, show_list

if TYPE_CHECKING:
    from payouts.core.database import Database
    from payouts.core.problems import Language
    from payouts.lists.models import PayoutLine, PayoutList
    from payouts.lists.store import Change
    from payouts.runs.difference import Difference

commands = typer.Typer()

ListId = Annotated[int, typer.Argument(metavar="ID", min=1, help="Số danh sách · Number of the list.")]
Note = Annotated[str | None, typer.Option("--note", help="Lý do · Why.")]
CHANGES_SHOWN = 40  # of each kind; --json gives all
SUMS = ("added", "gone", "changed", "before", "after")


@commands.command("list")
def list_lists(
    cycle: Annotated[str | None, typer.Option(metavar="2026-11", help="Kỳ chi trả · The month.")] = None,
    programme: Annotated[str | None, typer.Option(metavar="BTXH", help="Chương trình.")] = None,
    as_json: AsJson = False,
) -> None:
    """Liệt kê danh sách chi trả, mới nhất trước.

    Lists the payout lists, the latest first.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from payouts.core.terms import grouped
    from payouts.identity.scope import EVERYTHING
    from payouts.lists.store import lists_page
    from payouts.lists.supersede import standing

    with opened() as (database, language), database.reading() as session:
        found = lists_page(session, EVERYTHING, programme=programme, cycle=cycle, limit=500)
    if as_json:
        for each in found:
            typer.echo(json.dumps(_receipt(each), ensure_ascii=False))
        return
    table = Table()
    for name in ("number", "row_cycle", "row_file", "row_state"):
        table.add_column(say(language, name))
    for name in ("row_lines", "row_amount"):
        table.add_column(say(language, name), justify="right")
    for each in found:
        figures = (grouped(each.lines, language), grouped(each.amount, language))
        state = say(language, f"is_{standing(each)}")
        table.add_row(
            str(each.id),
            f"{each.programme} {each.cycle}",
            Text(each.filename, overflow="fold"),
            state,
            *figures,
        )
    Console().print(table)


@commands.command("show")
def show(list_id: ListId, as_json: AsJson = False) -> None:
    """Nêu biên nhận của một danh sách và các lỗi của nó.

    Shows the receipt of a list and its problems.
    """
    from payouts.core.receipts import problems_of, said_problems
    from payouts.identity.scope import EVERYTHING
    from payouts.lists.store import find_list

    with opened() as (database, language), database.reading() as session:
        found = find_list(session, list_id, EVERYTHING)
    if as_json:
        problems = said_problems(problems_of(found.problems), language)
        typer.echo(json.dumps({**_receipt(found), "problems": problems}, ensure_ascii=False))
        return
    show_list(found, new=True, language=language)
    if found.problems and found.state != "accepted":
        complain(refusal(found.filename, found, language, show=True), language)


@commands.command("diff")
def diff(list_id: ListId, as_json: AsJson = False) -> None:
    """Nêu một danh sách sửa đổi khác danh sách mà nó thay ở đâu.

    Shows what a corrected list changes: added, gone, changed, by ward, and what was already paid.
    """
    from payouts.identity.scope import EVERYTHING
    from payouts.runs.difference import SETTLED, difference_of

    with opened() as (database, language), database.reading() as session:
        found = difference_of(session, list_id, EVERYTHING, limit=0)
        if as_json:
            _print_json(session, list_id, found)
            return
        kinds = [SETTLED, "gone", "changed", "added"]
        parts = [
            (kind, difference_of(session, list_id, EVERYTHING, kind=kind, limit=CHANGES_SHOWN))
            for kind in kinds
        ]
    _show_difference(found, parts, language)


@commands.command("take")
def take(list_id: ListId, reason: Annotated[str, typer.Option(help="Lý do · Why so many are gone.")]) -> None:
    """Nhận một danh sách bị dừng vì thiếu nhiều người: danh sách đúng như vậy.

    Takes a list that stopped because it lacks many people: it is right.
    """
    from payouts.core.settings import get_settings
    from payouts.identity.scope import EVERYTHING
    from payouts.jobs.asking import take_list_all_the_same
    from payouts.jobs.worker import do_now
    from payouts.lists.store import find_list

    with opened() as (database, language):
        with database.session() as session:
            job = take_list_all_the_same(session, list_id, EVERYTHING, by=me(), reason=reason)
        do_now(database, get_settings(), job)
        with database.reading() as session:
            found = find_list(session, list_id, EVERYTHING)
    show_list(found, new=False, language=language)
    if found.state != "accepted":
        raise refusal(found.filename, found, language, show=True)


@commands.command("confirm")
def confirm(list_id: ListId, note: Note = None, as_json: AsJson = False) -> None:
    """Xác nhận danh sách sửa đổi: từ nay nó được tính thay danh sách trước.

    Lets a corrected list count; where the cycle was judged already it is judged anew.
    """
    from payouts.core.settings import get_settings
    from payouts.identity import audit
    from payouts.identity.scope import EVERYTHING
    from payouts.jobs.asking import confirm_list
    from payouts.jobs.following import do_what_follows
    from payouts.jobs.worker import do_now

    with opened() as (database, language):
        with database.session() as session:
            receipt, job = confirm_list(session, list_id, EVERYTHING, by=me(), note=note)
            audit.note(session, me(), "list.confirmed", f"payout list {list_id}", run=job is not None)
        if job is not None:
            do_now(database, get_settings(), job)
            do_what_follows(database, get_settings(), run_id=job.arguments["run_id"])
    if as_json:
        typer.echo(json.dumps(_receipt(receipt), ensure_ascii=False))
    else:
        said = say(language, "list_confirmed").format(id=list_id, other=receipt.supersedes)
        typer.echo(said + (" " + say(language, "judged_anew") if job else ""))


@commands.command("cancel")
def cancel(list_id: ListId, note: Note = None, as_json: AsJson = False) -> None:
    """Hủy danh sách sửa đổi đang chờ; danh sách trước vẫn được tính.

    Drops a corrected list that waits; the earlier one goes on to count.
    """
    from payouts.identity import audit
    from payouts.identity.scope import EVERYTHING
    from payouts.lists import supersede

    with opened() as (database, language), database.session() as session:
        receipt = supersede.cancel(session, list_id, EVERYTHING, by=me(), note=note)
        audit.note(session, me(), "list.cancelled", f"payout list {list_id}")
    if as_json:
        typer.echo(json.dumps(_receipt(receipt), ensure_ascii=False))
    else:
        typer.echo(say(language, "list_cancelled").format(id=list_id))


@contextlib.contextmanager
def opened() -> "Iterator[tuple[Database, Language]]":
    """Open the database of the settings, with the language to speak."""
    from payouts.core.logging import write_log
    from payouts.core.settings import get_settings
    from payouts.migrations.upgrade import open_current

    settings = get_settings()
    write_log(settings)
    with open_current(settings) as database:
        yield database, settings.language


def me() -> str:
    """Name whoever runs the command."""
    return f"shell {getpass.getuser()}"


def _receipt(kept: "PayoutList") -> dict[str, Any]:
    names = ("id", "programme", "cycle", "filename", "lines", "good_lines", "amount", "parts", "decision")
    told = {name: getattr(kept, name) for name in names}
    return {
        **told,
        "state": kept.state,
        "counts": kept.state == "accepted" and kept.superseded_by is None,
        "supersedes": kept.supersedes or None,
        "superseded_by": kept.superseded_by,
    }


def _print_json(session: Any, list_id: int, found: "Difference") -> None:
    """Print the sums, then each change on a line of its own."""
    from payouts.identity.scope import EVERYTHING
    from payouts.runs.difference import difference_of

    sums = {name: found.total(name) for name in SUMS}
    typer.echo(
        json.dumps({"id": list_id, "supersedes": found.receipt.supersedes, **sums, "settled": found.settled})
    )
    cursor: str | None = ""
    while cursor is not None:
        page = difference_of(session, list_id, EVERYTHING, cursor=cursor, limit=1_000)
        for change in page.items:
            typer.echo(json.dumps(_change(change, page), ensure_ascii=False, default=str))
        cursor = page.next


def _change(change: "Change", found: "Difference") -> dict[str, Any]:
    paid = found.paid.get(change.old.id) if change.old else None
    return {
        "line_ref": change.line_ref,
        "kind": change.kind,
        "fields": {
            name: [getattr(side, name) if side else None for side in (change.old, change.new)]
            for name in change.fields
        },
        "before": change.old.amount if change.old else None,
        "after": change.new.amount if change.new else None,
        "settled": paid["settled"] if paid else None,
        "evidence": paid["evidence"] if paid else None,
    }


def _show_difference(
    found: "Difference", parts: "list[tuple[str, Difference]]", language: "Language"
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from payouts.core.areas import ward_name
    from payouts.core.terms import grouped

    console = Console()
    heading = say(language, "difference").format(id=found.receipt.id, other=found.receipt.supersedes)
    console.print(heading, style="bold", highlight=False)
    table = Table()
    table.add_column(say(language, "ward"))
    for name in SUMS:
        table.add_column(say(language, name), justify="right")
    for ward in found.wards:
        figures = (grouped(getattr(ward, name), language) for name in SUMS)
        table.add_row(ward_name(ward.area_code) if ward.area_code else "–", *figures)
    table.add_section()
    table.add_row(say(language, "total"), *(grouped(found.total(name), language) for name in SUMS))
    console.print(table)
    for kind, part in parts:
        if not part.items:
            continue
        console.print(say(language, f"those_{kind}"), style="bold", highlight=False)
        for change in part.items:
            console.print(Text("  " + _said(change, part, language), overflow="fold"))
        if part.next:
            console.print("  …")


def _said(change: "Change", found: "Difference", language: "Language") -> str:
    """Say one change in one line."""
    side = change.new or change.old
    said = f"{change.line_ref} {side.full_name if side else ''}"
    for name in change.fields:
        said += f"; {name}: {_value(change.old, name)} → {_value(change.new, name)}"
    paid = found.paid.get(change.old.id) if change.old else None
    return said + (f" [{say(language, 'paid_by')} {paid['evidence']}]" if paid else "")


def _value(line: "PayoutLine | None", name: str) -> str:
    value = getattr(line, name) if line else None
    return "–" if value in {None, ""} else str(value)
