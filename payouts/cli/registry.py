"""`chitra registry`: takes a registry file in, and tells what waits for somebody to decide."""

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer

from payouts.cli.facts import AsJson, must_exist
from payouts.cli.lists import opened
from payouts.cli.telling import refusal, say

commands = typer.Typer(help="Hồ sơ người thụ hưởng · The registry of people.", no_args_is_help=True)


@commands.command("import")
def import_registry(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX.")], as_json: AsJson = False
) -> None:
    """Nhập tệp hồ sơ người thụ hưởng: người, tài khoản, người nhận thay, mức định danh, hồ sơ mở tài khoản.

    Takes a registry file in, whole or not at all. What differs from the record waits to be approved.
    """
    from payouts.core.settings import get_settings
    from payouts.registry.files.intake import keep_registry_file

    must_exist(file)
    with opened() as (database, language):
        receipt = keep_registry_file(database, get_settings(), file, by=f"shell {getpass.getuser()}")
    told = {"id": receipt.id, "state": receipt.state, "lines": receipt.lines, **receipt.outcome}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    elif receipt.state == "accepted":
        typer.echo(say(language, "registry_taken").format(**told))
    if receipt.state != "accepted":
        raise refusal(str(file), receipt, language, show=not as_json)


@commands.command("waiting")
def waiting(as_json: AsJson = False) -> None:
    """Đếm những thay đổi hồ sơ đang chờ duyệt, theo loại.

    Counts what waits for somebody to decide, by kind.
    """
    from payouts.identity.scope import EVERYTHING
    from payouts.registry.deciding import Chosen
    from payouts.registry.proposals import waiting_by_kind

    with opened() as (database, language), database.reading() as session:
        counts = waiting_by_kind(session, EVERYTHING, Chosen())
    if as_json:
        typer.echo(json.dumps(counts))
        return
    for kind, count in sorted(counts.items()):
        typer.echo(f"{kind}\t{count}")
    if not counts:
        typer.echo(say(language, "nothing_waits"))
