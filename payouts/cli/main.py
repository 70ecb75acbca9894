"""The command `chitra`: puts the commands together and turns a refusal into a sentence and a status."""

import sys

import typer

from payouts.cli import admin, again, close, desk, expected, facts, lists, policy, runs
from payouts.cli.check import commands as check_commands
from payouts.cli.coverage import commands as coverage
from payouts.cli.digest import commands as digest_commands
from payouts.cli.match import commands as match_commands
from payouts.cli.matches import matches
from payouts.cli.orders import orders
from payouts.cli.profiles import profiles
from payouts.cli.quality import commands as quality_commands
from payouts.cli.quality import of_lists
from payouts.cli.registry import commands as registry_commands
from payouts.cli.reports import report
from payouts.cli.rules import rules
from payouts.cli.serve import commands as serve_commands
from payouts.cli.webhooks import webhooks
from payouts.core.errors import DomainError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
facts.files.add_typer(desk.commands)
facts.files.add_typer(expected.commands)
facts.lists.add_typer(lists.commands)
facts.lists.add_typer(of_lists)
admin.banks.add_typer(policy.commands)
runs.commands.add_typer(again.commands)
app.add_typer(match_commands)
app.add_typer(check_commands)
app.add_typer(facts.commands)
app.add_typer(serve_commands)
app.add_typer(digest_commands)
app.add_typer(expected.clock)
app.add_typer(quality_commands)
app.add_typer(facts.lists, name="lists")
app.add_typer(facts.files, name="files")
app.add_typer(registry_commands, name="registry")
app.add_typer(matches, name="matches")
app.add_typer(orders, name="orders")
app.add_typer(facts.export, name="export")
app.add_typer(runs.commands, name="runs")
app.add_typer(report, name="report")
app.add_typer(close.commands, name="close")
app.add_typer(profiles, name="profiles")
app.add_typer(rules, name="rules")
app.add_typer(coverage, name="coverage")
app.add_typer(webhooks, name="webhooks")
app.add_typer(admin.db, name="db")
app.add_typer(admin.users, name="users")
app.add_typer(admin.banks, name="banks")


def run() -> None:
    """Run `chitra`: exit status 0 done, 1 refused, 2 usage."""
    try:
        app()
    except DomainError as refusal:
        english = refusal.said("en")
        sys.stderr.write(f"{refusal.message}\n")
        sys.stderr.write(f"  {english}\n" if english != refusal.message else "")
        for problem in refusal.problems:
            where = ":".join(str(part) for part in (problem.line, problem.field) if part is not None)
            sys.stderr.write(f"  {where or '-'} {problem.code}: {problem.message()}\n")
        raise SystemExit(1) from None
