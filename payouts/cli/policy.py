"""The command that says, and sets, what becomes of a bank's file when one of its controls fails."""

import getpass
import json
from typing import Annotated

import typer

from payouts.cli.telling import say

commands = typer.Typer()


@commands.command("policy")
def policy(
    bank: Annotated[str, typer.Argument(metavar="BANK", help="E.g. MB.")],
    control: Annotated[str | None, typer.Option(help="The control to set.")] = None,
    action: Annotated[
        str | None, typer.Option(help="warning, quarantine, refuse, or shipped to go back.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is set.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show what becomes of a bank's files that fail a control; with --control and --action, set it."""
    from payouts.core.banks import bank_code
    from payouts.core.settings import get_settings
    from payouts.migrations.upgrade import open_current
    from payouts.settlements.policy import rules_of, set_rule

    if (control is None) != (action is None):
        raise typer.BadParameter("--control and --action belong together")
    settings = get_settings()
    with open_current(settings) as database:
        if control is not None and action is not None:
            with database.session() as session:
                set_rule(session, bank, control, action, reason=reason, by=f"shell {getpass.getuser()}")
        with database.reading() as session:
            rules = rules_of(session, bank_code(bank) or bank.upper())
    for rule in rules:
        told = {
            "control": rule.control.name,
            "contract": rule.control.contract,
            "shipped": rule.control.action,
            "action": rule.action,
            "set_by": rule.set_by,
            "reason": rule.reason,
        }
        becomes = say(settings.language, f"action_{rule.action}")
        own = f"\t{rule.set_by}: {rule.reason}" if rule.set_by else ""
        said = f"{rule.control.name}\t{becomes}\t{rule.control.said(settings.language)}{own}"
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else said)
