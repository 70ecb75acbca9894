"""Writes what each officer is to do today, for whoever prints it or sends it by mail."""

from pathlib import Path
from typing import Annotated

import typer

from payouts.cli.desk import at_desk
from payouts.cli.facts import write_bytes
from payouts.cli.telling import say

commands = typer.Typer()


@commands.command("digest")
def write_digests(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Thư mục ghi tệp · Where to write.")],
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="Chỉ cán bộ này · Only for this person.")
    ] = None,
) -> None:
    """Ghi việc hôm nay của từng cán bộ (XLSX): quá hạn, đến hạn, mới mở.

    Writes what each officer is to do today as XLSX, NAME-2026-11-24.xlsx; who has nothing to do gets no file.
    """
    from payouts.cases.digest import digest
    from payouts.core.errors import NotFoundError
    from payouts.identity.rules import permissions
    from payouts.identity.users import all_staff
    from payouts.reports.digest import digest_workbook

    with at_desk("cases.work") as desk, desk.database.reading() as session:
        officers = [
            staff
            for staff in all_staff(session)
            if staff.role in permissions()["cases.work"] and user in (None, staff.username)
        ]
        if user and not officers:
            raise NotFoundError("user_unknown", f"Không có người dùng tên “{user}”.")
        for staff in officers:
            found = digest(session, staff)
            if found.count:
                path = out / f"{staff.username}-{found.on.isoformat()}.xlsx"
                write_bytes(path, digest_workbook(found))
                typer.echo(say(desk.settings.language, "written").format(out=path))
