"""Times the registry at the size of a city: two months of lists, all that differs approved, a registry file.

    python benchmarks/registry_speed.py --people 300000
    python benchmarks/registry_speed.py --people 300000 --postgresql

The second month has one person of a hundred new, gone, renamed, moved, and with another account each.
"""

import argparse
import contextlib
import csv
import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from databases import make, postgresql

from payouts.core.areas import wards
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.lists.intake import keep_list
from payouts.migrations.upgrade import open_current, upgrade
from payouts.registry.deciding import Chosen, decide
from payouts.registry.files.intake import keep_registry_file
from payouts.registry.proposals import proposals_page, waiting_by_kind

HEADER = (
    "line_ref", "citizen_id", "full_name", "date_of_birth", "category_code", "area_code", "amount", "channel",
    "bank_code", "account_no", "account_name",
)  # fmt: skip
EVERY = 100
WARDS = sorted(wards())


def person(at: int, month: int) -> list[str] | None:
    """Give a line of somebody in a month; None where they stand in no list of it."""
    kind = at % EVERY
    if (month == 2 and kind == 1) or (month == 1 and kind == 0):
        return None
    changed = month == 2
    name = f"Nguyễn Thị {'Hoà' if changed and kind == 2 else 'Hòa'} {at % 977}"
    ward = WARDS[(at + (changed and kind == 3)) % len(WARDS)]
    account = f"{'9' if changed and kind == 4 else '1'}{at:011}"
    who = [f"M{month}{at:08}", f"0011{at:08}", name, "1950-02-03", "BTXH_5_5A_80", ward, "500000", "account"]
    return [*who, "VBA", account, "NGUYEN THI HOA"]


def write(path: Path, rows: Iterator[list[str]], header: tuple[str, ...]) -> Path:
    """Write a file of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)
    return path


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something took."""
    begun = time.perf_counter()
    yield
    print(f"{what:<52}{time.perf_counter() - begun:8.2f} s", flush=True)


def measure(database: Database, settings: Settings, folder: Path, people: int) -> None:
    """Take lists and a registry file in, and decide."""
    for month, cycle in ((1, "2026-10"), (2, "2026-11")):
        rows = (row for at in range(people) if (row := person(at, month)))
        path = write(folder / f"{cycle}.csv", rows, HEADER)
        told = {"programme": "BTXH", "cycle": cycle, "deadline": dt.date(2026, 12, 20)}
        with timed(f"list of {cycle} taken in"):
            receipt = keep_list(database, settings, path, by="sender", **told)
        print(receipt.state, receipt.problems[:3])
    staff = Staff(1, "somebody", "province", EVERYTHING)
    with timed("changes counted by kind"), database.reading() as session:
        counts = waiting_by_kind(session, EVERYTHING, Chosen())
    print(counts)
    with timed("a page of changes"), database.reading() as session:
        proposals_page(session, EVERYTHING, Chosen(kind="moved"), after=people // 2)
    for kind in counts:
        with timed(f"all of “{kind}” approved"), database.session() as session:
            decide(session, Chosen(kind=kind), staff, approve=True)
    header = ("citizen_id", "sex", "vneid_level", "opt_out", "phone", "dossier_completed_on")
    rows = (
        [
            f"0011{at:08}",
            "Nữ",
            str(at % 3),
            "refuses" if at % 20 == 7 else "",
            f"09{at:08}" if at % 2 else "",
            "2026-10-01" if at % 20 == 8 else "",
        ]
        for at in range(people)
        if at % EVERY
    )
    path = write(folder / "registry.csv", rows, header)
    with timed("registry file taken in"):
        receipt = keep_registry_file(database, settings, path, by="sender")
    print(receipt.state, receipt.problems[:3])
    with timed("the same told again"):
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        keep_registry_file(database, settings, path, by="sender")


def main() -> None:
    """Measure on a database of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=300_000)
    options.add_argument("--postgresql", action="store_true")
    given = options.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = Settings(data_dir=folder / "data")
        settings.data_dir.mkdir()
        if given.postgresql:
            server = stack.enter_context(postgresql()).set(database="registry")
            make(server)
            address = server.render_as_string(hide_password=False)
            settings = settings.model_copy(update={"database_url": address})
            upgrade(settings)
        database = open_current(settings)
        stack.callback(database.close)
        measure(database, settings, folder, given.people)


if __name__ == "__main__":
    main()
