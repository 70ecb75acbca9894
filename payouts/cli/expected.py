"""The commands that say what is expected: files of banks, and work of fixed times."""

import json
from typing import Annotated

import typer

commands = typer.Typer()
clock = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@commands.command("expected")
def expected(
    programme: Annotated[str | None, typer.Option(metavar="BTXH")] = None,
    cycle: Annotated[str | None, typer.Option(metavar="2026-11")] = None,
    bank: Annotated[str | None, typer.Option(metavar="MB")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Tệp ngân hàng còn phải gửi.

    Prints which bank owes which file by when, those to act on first.
    """
    from payouts.cases.expected.expecting import look_after_files
    from payouts.cases.expected.rules import STATES
    from payouts.cases.expected.store import expected_files
    from payouts.core.settings import get_settings
    from payouts.identity.scope import EVERYTHING
    from payouts.migrations.upgrade import open_current

    settings = get_settings()
    with open_current(settings) as database, database.session() as session:
        look_after_files(session)
        for each in expected_files(session, EVERYTHING, programme=programme, cycle=cycle, bank=bank):
            told = {
                "programme": each.cycle.programme,
                "cycle": each.cycle.cycle,
                "bank_code": each.file.bank_code,
                "due_on": each.file.due_on.isoformat(),
                "state": each.standing.state,
                "days_late": each.standing.days_late,
                "lines": each.file.lines,
                "amount": each.file.amount,
            }
            said = {**told, "state": STATES[each.standing.state][settings.language == "en"]}
            line = "\t".join(str(value) for value in said.values())
            typer.echo(json.dumps(told, ensure_ascii=False) if as_json else line)


@clock.command("schedule")
def schedule(*, as_json: AsJson = False) -> None:
    """Việc làm theo giờ cố định.

    Prints what is done at fixed times, when it was last asked for, and what became of that.
    """
    from sqlmodel import col, select

    from payouts.core.settings import get_settings
    from payouts.jobs.models import Job
    from payouts.jobs.schedule import entries
    from payouts.migrations.upgrade import open_current

    settings = get_settings()
    with open_current(settings) as database, database.reading() as session:
        for entry in entries():
            latest = select(Job).where(Job.name == entry.name).order_by(col(Job.key).desc()).limit(1)
            job = session.exec(latest).first()
            told = {
                "name": entry.name,
                "cron": entry.cron,
                "last": job.key if job else None,
                "state": job.state if job else None,
                "does": entry.en if settings.language == "en" else entry.vi,
            }
            line = "\t".join(str(value or "–") for value in told.values())
            typer.echo(json.dumps(told, ensure_ascii=False) if as_json else line)
