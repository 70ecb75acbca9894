"""The commands of coverage: work it out now, show it, set a target."""

import datetime as dt
import getpass
import json
from typing import Annotated

import typer

commands = typer.Typer(no_args_is_help=True, help="Bao phủ tài khoản · Who has an account that works.")


@commands.command("refresh")
def refresh_coverage() -> None:
    """Tính bao phủ của hôm nay; khi có dữ liệu mới, dịch vụ tự tính.

    Work coverage out for today; the service does it by itself when facts come.
    """
    from payouts.core.settings import get_settings
    from payouts.coverage.refresh import refresh
    from payouts.migrations.upgrade import open_current

    with open_current(get_settings()) as database:
        made = refresh(database)
    typer.echo(f"{made.day:%d/%m/%Y}\t{made.people}\t{made.seconds:.1f} s")


@commands.command("show")
def show_coverage(
    by: Annotated[str, typer.Option(help="area, category, age, sex, bank or cause.")] = "area",
    on: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Ngày, mặc định hôm nay · The day.")
    ] = None,
    *,
    but_force_majeure: Annotated[
        bool, typer.Option("--but-force-majeure", help="Trừ bất khả kháng · Leave force majeure out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Xem bao phủ của một ngày: số người, có tài khoản, lần chi gần nhất đến nơi.

    Show coverage of a day: people, with an account, last payment arrived.
    """
    from payouts.core import clock
    from payouts.core.settings import get_settings
    from payouts.coverage.naming import name_of
    from payouts.coverage.store import day_or_refuse, figures, tallies
    from payouts.identity.scope import EVERYTHING
    from payouts.migrations.upgrade import open_current

    settings = get_settings()
    with open_current(settings) as database, database.reading() as session:
        day = day_or_refuse(session, on.date() if on else clock.today())
        found = tallies(session, EVERYTHING, by, day)
    for row in figures(found, all_cells=True, but_force_majeure=but_force_majeure):
        told = {
            "key": row.key,
            "people": row.people,
            "with_account": row.with_account,
            "verified": row.verified,
            "share": row.share,
        }
        said = (row.key, name_of(by, row.key, settings.language), row.people, row.with_account, row.verified)
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else "\t".join(map(str, said)))


@commands.command("target")
def set_coverage_target(
    share: Annotated[float, typer.Option(help="Phần trăm số người, ví dụ 100 · Percent.")],
    due: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="Hạn · The day by which.")],
    reason: Annotated[str, typer.Option(help="Văn bản căn cứ · The decision behind it.")],
    area: Annotated[str, typer.Option(help="Mã xã/phường, mặc định tất cả · A ward's code.")] = "",
    *,
    with_force_majeure: Annotated[
        bool,
        typer.Option("--with-force-majeure", help="Tính cả bất khả kháng · Count force majeure too."),
    ] = False,
) -> None:
    """Đặt chỉ tiêu tỷ lệ người có tài khoản đến một ngày; chỉ tiêu trước vẫn được lưu.

    Set which share of people is to have an account by a day; the target before stays on record.
    """
    from payouts.core.settings import get_settings
    from payouts.coverage.targets import set_target
    from payouts.identity import audit
    from payouts.identity.scope import EVERYTHING
    from payouts.migrations.upgrade import open_current

    who = f"shell {getpass.getuser()}"
    with open_current(get_settings()) as database, database.session() as session:
        target = set_target(
            session,
            EVERYTHING,
            area_code=area,
            share=round(share * 100),
            due=due.date(),
            but_force_majeure=not with_force_majeure,
            reason=reason,
            by=who,
        )
        audit.note(
            session,
            who,
            "coverage.target",
            f"coverage {area or 'everywhere'}",
            share=target.share,
            due=str(target.due),
        )
    typer.echo(f"{target.share / 100:g} %\t{target.due:%d/%m/%Y}")
