"""`chitra orders`: a cycle opened from the one before, payment orders to banks, and the files for them."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from payouts.cli.facts import AsJson, Cycle, Day, Programme
from payouts.cli.lists import me, opened
from payouts.cli.telling import say

if TYPE_CHECKING:
    from payouts.core.problems import Language
    from payouts.orders.models import PaymentOrder
    from payouts.orders.totals import HeldSum

orders = typer.Typer(no_args_is_help=True, help="Lệnh chi gửi ngân hàng · Payment orders.")

OrderId = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Lệnh chi số · Number of the order.")]
Reason = Annotated[str, typer.Option("--reason", help="Vì sao · Why.")]


@orders.command("draft")
def draft(cycle: Cycle, programme: Programme, as_json: AsJson = False) -> None:
    """Lập dự thảo danh sách của một kỳ từ kỳ trước; mở kỳ khi người khác duyệt trên trang Lệnh chi.

    Makes the draft of a cycle from the one before; another person approves it on the pages.
    """
    from payouts.core.settings import get_settings
    from payouts.core.terms import grouped
    from payouts.identity.scope import EVERYTHING
    from payouts.jobs.drafting import make_draft
    from payouts.orders.drafts.rules import EFFECTS, NOTES

    with opened() as (database, language):
        made = make_draft(database, get_settings(), programme, cycle, EVERYTHING, by=me())
    if as_json:
        names = ("id", "programme", "cycle", "base_cycle", "lines", "amount", "base_lines", "base_amount")
        told = {name: getattr(made, name) for name in (*names, "sha256", "sums", "notes")}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    rows = [(say(language, "regular").format(cycle=made.base_cycle), made.base_lines, made.base_amount)]
    rows += [(each.said(language), *made.sums[code]) for code, each in EFFECTS.items() if code in made.sums]
    rows.append((f"{programme} {cycle}", made.lines, made.amount))
    for name, count, amount in rows:
        typer.echo(f"{name}: {grouped(count, language)}, {grouped(amount, language)} đ")
    for note in made.notes:
        typer.echo(f"- {NOTES[note['code']].said(language, note['values'])}")
    typer.echo(say(language, "draft_made").format(id=made.id))


@orders.command("make")
def make(cycle: Cycle, programme: Programme, execute_on: Day = None, as_json: AsJson = False) -> None:
    """Lập lệnh chi cho một kỳ, mỗi ngân hàng một lệnh, và nêu các khoản giữ lại.

    Makes the payment orders of a cycle, one a bank, and says what is held back.
    """
    from payouts.core.settings import get_settings
    from payouts.identity.scope import EVERYTHING
    from payouts.orders.making import make_orders
    from payouts.orders.totals import held_sums

    day = execute_on.date() if isinstance(execute_on, dt.datetime) else None
    payer = get_settings().office_name
    with opened() as (database, language), database.session() as session:
        made = make_orders(session, programme, cycle, EVERYTHING, by=me(), payer=payer, execute_on=day)
        held = held_sums(made.held)
    if as_json:
        for each in made.orders:
            typer.echo(json.dumps(_told(each), ensure_ascii=False))
        for reason in held:
            typer.echo(json.dumps(_held(reason, language), ensure_ascii=False))
        return
    _show(made.orders, language)
    for reason in held:
        told = _held(reason, language)
        typer.echo(f"{told['why']}: {told['payments']} ({', '.join(reason.references[:5])}). {told['mend']}")


@orders.command("list")
def list_orders(cycle: Cycle, programme: Programme, as_json: AsJson = False) -> None:
    """Liệt kê lệnh chi của một kỳ.

    Lists the payment orders of a cycle.
    """
    from payouts.identity.scope import EVERYTHING
    from payouts.orders.store import orders_of

    with opened() as (database, language), database.reading() as session:
        found = orders_of(session, programme, cycle, EVERYTHING)
    if not as_json:
        _show(found, language)
        return
    for each in found:
        typer.echo(json.dumps(_told(each), ensure_ascii=False))


@orders.command("export")
def export(
    order_id: OrderId,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Tệp ghi kết quả · Where to write.")],
    wanted: Annotated[
        Literal["pain.001", "csv", "xlsx"], typer.Option("--format", help="Dạng tệp · As what.")
    ] = "pain.001",
    layout: Annotated[str, typer.Option(help="Mẫu cột của CSV, XLSX · Layout of CSV and XLSX.")] = "generic",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Ghi tệp của một lệnh chi để gửi ngân hàng; lần sau phải có lý do.

    Writes the file of an order for its bank, once; again only with a reason.
    """
    from payouts.core.errors import RefusedError
    from payouts.core.settings import get_settings
    from payouts.core.storage import path_of
    from payouts.identity.scope import EVERYTHING
    from payouts.orders.exporting import export_order

    settings = get_settings()
    if not out.parent.is_dir():
        raise RefusedError("cannot_write", f"Không có thư mục {out.parent}.")
    with opened() as (database, language), database.session() as session:
        told = {"by": me(), "wanted": wanted, "layout": layout, "reason": reason}
        kept = export_order(session, settings, order_id, EVERYTHING, **told)
    try:
        out.write_bytes(path_of(settings.data_dir, kept.sha256).read_bytes())
    except OSError as why:
        raise RefusedError("cannot_write", f"Không ghi được {out}: {why.strerror}.") from None
    if as_json:
        names = ("order_id", "number", "format", "layout", "sha256", "size", "by", "reason")
        typer.echo(json.dumps({name: getattr(kept, name) for name in names}, ensure_ascii=False))
    else:
        typer.echo(say(language, "written").format(out=out) + f"  SHA-256 {kept.sha256}")


@orders.command("payer")
def payer(
    bank: Annotated[str, typer.Option(metavar="MB", help="Ngân hàng · The bank.")],
    account: Annotated[str, typer.Option(help="Số tài khoản chi · The account that pays.")],
    holder: Annotated[str, typer.Option(help="Chủ tài khoản · Its holder.")],
) -> None:
    """Ghi tài khoản mà một ngân hàng trích để chi.

    Sets the account from which a bank pays.
    """
    from payouts.orders.payers import set_payer

    with opened() as (database, language), database.session() as session:
        kept = set_payer(session, bank, account, holder, by=me())
    typer.echo(say(language, "payer_set").format(bank=kept.bank_code, account=kept.account_no))


def _told(order: "PaymentOrder") -> dict[str, Any]:
    names = ("id", "message_id", "bank_code", "lines", "amount", "debtor_account", "debtor_name", "made_by")
    told = {name: getattr(order, name) for name in names}
    return {**told, "execute_on": order.execute_on.isoformat(), "cancelled": order.cancelled_at is not None}


def _held(each: "HeldSum", language: "Language") -> dict[str, Any]:
    from payouts.orders.rules import HELD

    why = HELD[each.code]
    return {
        "held": each.code,
        "why": why.said(language),
        "mend": why.mend(language),
        "payments": each.payments,
        "amount": each.amount,
        "references": each.references,
    }


def _show(found: "list[PaymentOrder]", language: "Language") -> None:
    from rich.console import Console
    from rich.table import Table

    from payouts.core.terms import grouped

    if not found:
        typer.echo(say(language, "no_orders"))
        return
    table = Table()
    for name in ("number", "row_order", "row_state"):
        table.add_column(say(language, name))
    for name in ("row_lines", "row_amount"):
        table.add_column(say(language, name), justify="right")
    for each in found:
        figures = (grouped(each.lines, language), grouped(each.amount, language))
        state = say(language, "is_cancelled") if each.cancelled_at else f"{each.execute_on:%d/%m/%Y}"
        table.add_row(str(each.id), each.message_id, state, *figures)
    Console().print(table)
