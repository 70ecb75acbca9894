"""Invented payout lists and bank files for tests: one line says one fact."""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from payouts.cases.open import Opened, open_cases
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.lists.intake import keep_list
from payouts.lists.models import PayoutList
from payouts.registry.deciding import Chosen, decide
from payouts.registry.proposals import proposals_page
from payouts.runs.models import Run
from payouts.runs.reconcile import reconcile_cycle
from payouts.settlements.intake import keep_file
from payouts.settlements.models import SettlementFile

OWED = {
    "line_ref": "L1",
    "citizen_id": "001145003417",
    "full_name": "Nguyễn Thị Hoa",
    "area_code": "00004",
    "hamlet": "",
    "amount": "810000",
    "period": "2026-11",
    "channel": "account",
    "bank_code": "VBA",
    "account_no": "1500205004417",
}
SAID = {
    "bank_code": "VBA",
    "bank_ref": "",
    "end_to_end_id": "",
    "account_no": "",
    "account_name": "",
    "amount": "810000",
    "currency": "VND",
    "booked_on": "2026-11-05",
    "status": "settled",
    "reason_code": "",
    "original_ref": "",
    "remittance_info": "",
}


@dataclass(frozen=True)
class Office:
    """An installation of its own: a database and a data folder, with short ways to bring facts in."""

    database: Database
    settings: Settings

    def owe(
        self, *lines: dict[str, Any], cycle: str = "2026-11", programme: str = "BTXH", **more: Any
    ) -> PayoutList:
        path = self.write(more.pop("name", f"list-{programme}-{cycle}.csv"), more.pop("usual", OWED), lines)
        more = {"deadline": dt.date(2026, 11, 20), "by": "test", **more}
        return keep_list(self.database, self.settings, path, cycle=cycle, programme=programme, **more)

    def say(self, name: str, *lines: dict[str, Any], bank: str = "VBA") -> SettlementFile:
        path = self.write(name, SAID, lines)
        return keep_file(self.database, self.settings, path, bank_code=bank, by="test")

    def run(
        self, cycle: str = "2026-11", programme: str = "BTXH", as_of: str = "2026-11-25"
    ) -> tuple[Run, Opened]:
        run = reconcile_cycle(
            self.database, cycle=cycle, programme=programme, by="test", as_of=dt.date.fromisoformat(as_of)
        )
        with self.database.session() as session:
            return run, open_cases(session, run.id or 0)

    def approve(self, by: str = "somebody") -> int:
        """Let all count that lists and registry files tell otherwise than the registry."""
        with self.database.session() as session:
            waiting = Chosen(
                ids=[row["id"] for row in proposals_page(session, EVERYTHING, Chosen(), limit=999)]
            )
            return decide(session, waiting, Staff(1, by, "province", EVERYTHING), approve=True)

    def write(self, name: str, usual: dict[str, str], lines: tuple[dict[str, Any], ...]) -> Path:
        self.settings.data_dir.mkdir(exist_ok=True)
        path = self.settings.data_dir / name
        with path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, usual)
            writer.writeheader()
            writer.writerows({**usual, **line} for line in lines)
        return path
