"""A cycle of a city opened from the one before, and exported to its banks: how long each step takes.

    python benchmarks/cycle_life.py --people 300000
    python benchmarks/cycle_life.py --people 300000 --postgresql

The register is invented the first time (`people.py`); each measuring opens the month after the last in it.
The load of the machine stands beside each figure.
"""

import os
import time
from collections.abc import Callable
from typing import Any

import people

from payouts.core.storage import path_of
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.jobs.drafting import make_draft
from payouts.jobs.granting import answer_approval
from payouts.lists.intake import read_received
from payouts.migrations.upgrade import open_current
from payouts.orders.drafts import facts
from payouts.orders.drafts.computing import months_from
from payouts.orders.drafts.drafting import ask_to_open
from payouts.orders.exporting import export_order
from payouts.orders.making import make_orders
from payouts.orders.models import CycleDraft
from payouts.runs.settled import evidence_of

PROGRAMME = "BTXH"
ASKS, APPROVES = (
    Staff(1, "ketoan", "accountant", EVERYTHING),
    Staff(2, "thanhpho", "province", EVERYTHING),
)


def main() -> None:
    """Measure at the size that was asked for."""
    asked = people.size_asked(__doc__)
    with (
        people.register(asked.people, asked.months, on_postgresql=asked.postgresql) as settings,
        open_current(settings) as database,
    ):
        with database.reading() as session:
            base = facts.base_of(session, PROGRAMME, "9999-12")
        cycle = months_from(base.cycle, 1) if base else ""
        told = (database, settings, PROGRAMME, cycle, EVERYTHING)
        made = timed("draft", lambda: make_draft(*told, by="ketoan"))
        print(f"  {made.lines:,} lines, {made.amount:,} đồng, {made.sums}")
        with database.session() as session:
            approval = ask_to_open(session, made.id or 0, ASKS, reason="benchmark").id or 0
        with database.session() as session:
            answer_approval(session, approval, "approve", APPROVES)
            list_id = session.get_one(CycleDraft, made.id).list_id or 0
        receipt = timed("list read", lambda: read_received(database, settings, list_id, paid=evidence_of))
        print(f"  {receipt.state}, {receipt.lines:,} lines, {receipt.problem_count:,} problems")

        def order() -> Any:
            with database.session() as session:
                return make_orders(session, PROGRAMME, cycle, EVERYTHING, by="ketoan", payer="benchmark")

        orders = timed("orders made", order).orders
        print(f"  {len(orders)} orders, {sum(each.lines for each in orders):,} payments")
        for wanted in ("pain.001", "csv", "xlsx"):

            def export(wanted: str = wanted) -> int:
                size = 0
                for each in orders:
                    with database.session() as session:
                        told = {"by": "ketoan", "wanted": wanted, "reason": "benchmark"}
                        out = export_order(session, settings, each.id or 0, EVERYTHING, **told)
                    size += path_of(settings.data_dir, out.sha256).stat().st_size
                return size

            print(f"  {timed(f'all as {wanted}', export):,} bytes")


def timed(name: str, do: Callable[[], Any]) -> Any:
    """Do something and print how long it took."""
    began, cpu = time.perf_counter(), time.process_time()
    done = do()
    seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    load = os.getloadavg()[0]
    print(f"{name:<16} {seconds:7.2f} s   processor {busy:6.2f} s   load {load:.1f}", flush=True)
    return done


if __name__ == "__main__":
    main()
