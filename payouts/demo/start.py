"""Makes the demonstration once: a database of its own, filled the way real lists and files come in."""

import contextlib
import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from payouts.closing.summary import month_at_a_glance
from payouts.core import clock
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.core.sqlite import alone
from payouts.coverage.refresh import refresh
from payouts.demo.acts import begin_campaign, let_staff_work
from payouts.demo.banks import SentFile, write_files
from payouts.demo.lists import write_lists
from payouts.demo.play import PROGRAMMES, Plan, invent
from payouts.demo.registry import write_registry
from payouts.identity.banks import add_bank_client
from payouts.identity.scope import EVERYTHING
from payouts.identity.secrets import make_one_time_password
from payouts.identity.users import add_user
from payouts.jobs.asking import start_run
from payouts.jobs.drafting import make_draft
from payouts.jobs.following import do_what_follows
from payouts.jobs.worker import do_now
from payouts.lists.intake import keep_list
from payouts.migrations.upgrade import open_current
from payouts.orders.exporting import export_order
from payouts.orders.making import make_orders
from payouts.orders.payers import set_payer
from payouts.quality.measure import measure
from payouts.quality.predict import foretell
from payouts.registry.files.intake import keep_registry_file
from payouts.settlements.intake import keep_file

BY = "demo"  # who did it, in the audit trail
PAYER = "Sở Nội vụ thành phố Hà Nội"
BANKS = ("MB", "VBA", "BIDV", "ICB")

# Username, role, area.
VISITOR = "vandong"
STAFF = (
    ("thanhpho", "province", None),
    ("badinh", "ward", "00004"),
    ("hoankiem", "ward", "00070"),
    ("hadong", "ward", "09556"),
    ("donganh", "ward", "00454"),
    (VISITOR, "visitor", "00004"),
    ("ketoan", "accountant", None),
    ("kiemtra", "auditor", None),
    ("quantri", "admin", None),
)


@dataclass(slots=True)
class Demo:
    """How to sign in to the demonstration, and what it shows."""

    cycle: str
    programme: str
    users: list[dict[str, str | None]] = field(default_factory=list)
    banks: list[dict[str, str]] = field(default_factory=list)

    def told(self, url: str | None = None) -> dict[str, Any]:
        """Return it as JSON values, with the address where it is served."""
        return ({"url": url} if url else {}) | asdict(self)


def demo_settings(settings: Settings) -> Settings:
    """Return the demonstration's own settings: its database and files lie in a folder of their own."""
    return settings.model_copy(update={"data_dir": settings.data_dir / "demo", "database_url": None})


def make_demo(settings: Settings, *, fresh: bool = False) -> tuple[Demo, bool]:
    """Make the demonstration, or find the one that is there.

    Args:
        settings: of the installation; the demonstration lies in its data folder
        fresh: start over

    Returns:
        how to sign in, and whether it was made just now

    Raises:
        ConflictError: another process uses the demonstration that is to be made anew
    """
    kept = settings.data_dir / "demo.json"
    own = demo_settings(settings)
    if kept.exists() and not fresh:
        return Demo(**json.loads(kept.read_text(encoding="utf-8"))), False
    _clear(own, kept)
    demo = _fill(own)
    _keep(kept, demo)
    return demo, True


def summaries(settings: Settings, demo: Demo) -> list[dict[str, Any]]:
    """Add up each programme of the demonstration, as `closing.summary.month_at_a_glance` does.

    Args:
        settings: of the installation
        demo: the demonstration, as `make_demo` gave it
    """
    database = open_current(demo_settings(settings))
    try:
        with database.reading() as session:
            return [month_at_a_glance(session, each.code, demo.cycle, EVERYTHING) for each in PROGRAMMES]
    finally:
        database.close()


def _clear(own: Settings, kept: Path) -> None:
    """Remove an earlier demonstration, whole or half made."""
    database = Path(own.url.database or "")
    with alone(database) if database.exists() else contextlib.nullcontext():
        kept.unlink(missing_ok=True)
        shutil.rmtree(own.data_dir, ignore_errors=True)


def _keep(path: Path, demo: Demo) -> None:
    """Write the sign-ins where only their owner can read them, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(demo.told(), file, ensure_ascii=False, indent=2)
    draft.replace(path)


def _fill(own: Settings) -> Demo:
    """Play the cycle day by day, so that receipts, cases and their dates look as they would have."""
    today = clock.today()
    plan = invent(f"{today:%Y-%m}", today)
    days = plan.schedule
    database = open_current(own)
    folder = own.data_dir / "sent"
    folder.mkdir(exist_ok=True)
    try:
        with _at(days.opens_on, 9):
            demo = _let_people_in(database, plan)
            _send_lists(database, own, plan, folder)
            _order(database, own, plan)
            keep_registry_file(database, own, write_registry(plan, folder), by=BY)
        files = write_files(plan, folder)
        _send(database, own, [sent for sent in files if sent.came_on <= days.deadline])
        next_day = days.deadline + dt.timedelta(days=1)
        with _at(next_day, 8):
            _reconcile(database, own, plan, next_day)
        with _at(next_day, 10):
            let_staff_work(database, {area: name for name, role, area in STAFF if area and role == "ward"})
            measure(database, on=next_day, by=BY)
            begin_campaign(database, "00004", by="badinh", visitor=VISITOR)
        _send(database, own, [sent for sent in files if sent.came_on > days.deadline])
        with _at(days.as_of, 17):
            _reconcile(database, own, plan, days.as_of)
            measure(database, on=days.as_of, by=BY)
            refresh(database)
            _draft(database, own, plan)
    finally:
        database.close()
    return demo


@contextlib.contextmanager
def _at(day: dt.date, hour: int) -> Iterator[None]:
    """Let the clock show an hour of a day in Vietnam, never one that has not come yet."""
    moment = dt.datetime.combine(day, dt.time(hour), clock.VIETNAM)
    with clock.stopped(min(moment, clock.now())):
        yield


def _let_people_in(database: Database, plan: Plan) -> Demo:
    demo = Demo(cycle=plan.schedule.cycle, programme=PROGRAMMES[0].code)
    with database.session() as session:
        for username, role, area in STAFF:
            password = make_one_time_password()
            add_user(session, username, role, areas=[area] if area else [], password=password, by=BY)
            demo.users.append({"username": username, "password": password, "role": role, "area": area})
        for bank in BANKS:
            demo.banks.append(
                {"bank_code": bank, "key": add_bank_client(session, bank, label="demo", by=BY)[1]}
            )
    return demo


def _send_lists(database: Database, own: Settings, plan: Plan, folder: Path) -> None:
    deadlines = {"BTXH": plan.schedule.deadline, "HTXH": plan.schedule.month_end}
    for programme, path in write_lists(plan, folder).items():
        receipt = keep_list(
            database,
            own,
            path,
            programme=programme,
            cycle=plan.schedule.cycle,
            by=BY,
            deadline=deadlines[programme],
        )
        foretell(database, receipt.id or 0, EVERYTHING, by=BY)


def _order(database: Database, own: Settings, plan: Plan) -> None:
    """Order what the lists owe, and let each order go out."""
    with database.session() as session:
        for number, bank in enumerate(BANKS, 1):
            set_payer(session, bank, f"111000{number:06}", PAYER, by="ketoan")
        for programme in PROGRAMMES:
            told = (session, programme.code, plan.schedule.cycle, EVERYTHING)
            for order in make_orders(*told, by="ketoan", payer=PAYER).orders:
                export_order(session, own, order.id or 0, EVERYTHING, by="ketoan")


def _draft(database: Database, own: Settings, plan: Plan) -> None:
    """Make the draft of the next month, for somebody to look through and ask for."""
    following = f"{plan.schedule.month_end + dt.timedelta(days=1):%Y-%m}"
    make_draft(database, own, PROGRAMMES[0].code, following, EVERYTHING, by="ketoan")


def _send(database: Database, own: Settings, files: list[SentFile]) -> None:
    for sent in files:
        with _at(sent.came_on, 9):
            keep_file(database, own, sent.path, bank_code=sent.bank, by=f"bank {sent.bank}")


def _reconcile(database: Database, own: Settings, plan: Plan, as_of: dt.date) -> None:
    """Judge each programme as of a day and let the cases follow."""
    for programme in PROGRAMMES:
        with database.session() as session:
            run, job = start_run(
                session, programme=programme.code, cycle=plan.schedule.cycle, by=BY, as_of=as_of
            )
        do_now(database, own, job)
        do_what_follows(database, own, run_id=run.id)
