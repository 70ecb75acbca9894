"""What a run went by, kept beside what it says, so that it can be judged again just as it was.

Rows of lists and files never change; so of the facts it is enough to name them. The payout lines that a run
judged stand in its verdicts, the settlement lines that it looked at in its dispositions. What stands nowhere
else is kept here: the payout lines of other cycles, which lines had a voucher, the accounts of later orders,
what settlement lines were let name, the dates of the cycles, and what people had decided of matches and of
names.
"""

import datetime as dt
import functools
import importlib.metadata
import json
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Select
from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.bulk import read_table
from payouts.core.errors import ConflictError
from payouts.core.keys import LINES_A_FILE
from payouts.core.rulebook import RuleBook, read_rules
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.runs.evidence import in_chunks
from payouts.runs.gather import FROM_LINE, FROM_OWED, Facts, cycles_of, expected_table, reported_table
from payouts.runs.models import Disposition, RuleSet, Run, RunRecord, Verdict
from payouts.runs.reissued import with_orders
from payouts.runs.ties import with_names
from payouts.settlements.models import SettlementLine
from reconciliation.tables import ACCEPTED_NAMES, DECISIONS

LINE = table_behind(SettlementLine)
OWED = table_behind(PayoutLine)
SAID = table_behind(Disposition)
VERDICT = table_behind(Verdict)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a run went by.

    Attributes:
        expected: schema reconciliation.tables.EXPECTED, in any order
        reported: schema reconciliation.tables.REPORTED, in any order
        decisions: schema reconciliation.tables.DECISIONS
        names: schema reconciliation.tables.ACCEPTED_NAMES
        lists: numbers of the payout lists whose lines it saw
        book: the rules
        program: the version of chitra
    """

    expected: pa.Table
    reported: pa.Table
    decisions: pa.Table
    names: pa.Table
    lists: list[int]
    book: RuleBook
    program: str


@functools.cache
def program() -> str:
    """Give the version of chitra that runs here."""
    return importlib.metadata.version("chitra")


def remember(session: Session, run: Run, facts: Facts, book: RuleBook) -> None:
    """Keep what a run went by.

    Args:
        session: the transaction that keeps the run
        run: the run
        facts: what was judged
        book: the rules by which it was
    """
    if session.get(RuleSet, book.hash) is None:
        session.add(
            RuleSet(
                hash=book.hash,
                version=book.version,
                valid_from=book.valid_from,
                text=book.text,
                first_used_at=clock.now(),
            )
        )
        session.flush()
    ids, expected = facts.payout_line_id, facts.expected
    kept = {
        "others": _steps(ids.filter(pc.invert(expected["judged"]))),
        "vouchers": _steps(ids.filter(expected["voucher"])),
        "named": dict(facts.named),
        "orders": dict(facts.orders),
        "decisions": facts.decided.pairs.to_pylist(),
        "names": facts.names.to_pylist(),
        "dates": {cycle: [day and day.isoformat() for day in days] for cycle, days in facts.dates.items()},
    }
    data = zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), level=1)
    session.add(RunRecord(run_id=run.id or 0, rule_set=book.hash, program=program(), facts=data))


def recall(session: Session, run: Run) -> Recalled:
    """Read what a run went by, as it was then.

    Args:
        session: the transaction
        run: a run that is done

    Raises:
        ConflictError: the run was kept by a version of chitra that recorded nothing, or is not done
    """
    record = session.get(RunRecord, run.id)
    if record is None or run.state != "done":
        raise ConflictError(
            "run_not_recorded",
            f"Lần đối chiếu số {run.number} không ghi lại quy tắc và dữ liệu đã dùng, không xét lại được.",
        )
    rules = session.get_one(RuleSet, record.rule_set)
    kept = json.loads(zlib.decompress(record.facts))
    own = OWED.c.id.in_(select(VERDICT.c.payout_line_id).where(VERDICT.c.run_id == run.id))
    others = [OWED.c.id.in_(chunk) for chunk in in_chunks(_sums(kept["others"]))]
    owed = pa.concat_tables([read_table(session, _owed().where(which)) for which in (own, *others)])
    voucher = pc.is_in(owed["id"], pa.array(_sums(kept["vouchers"]), pa.int64()))
    dates = {int(cycle): _days(days) for cycle, days in kept["dates"].items()}
    named = {int(line): refs for line, refs in kept["named"].items()}
    looked_at = LINE.c.id.in_(select(SAID.c.settlement_line_id).where(SAID.c.run_id == run.id))
    said = read_table(session, _said().where(looked_at))
    cycle = session.get_one(PayoutCycle, run.cycle_id)
    owed = owed.append_column("voucher", voucher)
    owed = with_orders(owed, {int(line): order for line, order in kept.get("orders", {}).items()})
    return Recalled(
        expected_table(cycle, owed, cycles_of(session, owed), dates),
        reported_table(session, with_names(said, named)),
        pa.Table.from_pylist(kept["decisions"], DECISIONS),
        pa.Table.from_pylist(kept.get("names", []), ACCEPTED_NAMES),
        sorted({key // LINES_A_FILE for key in owed["id"].to_pylist()}),
        read_rules(f"{rules.version}.yaml", rules.text),
        record.program,
    )


def _owed() -> Select[Any]:
    columns = [OWED.c[name] for name in ("id", "cycle_id", *FROM_OWED)]
    query: Select[Any] = select(*columns)
    return query


def _said() -> Select[Any]:
    columns = [LINE.c[name] for name in ("id", "file_id", *FROM_LINE)]
    query: Select[Any] = select(*columns)
    return query


def _steps(ids: pa.ChunkedArray) -> list[int]:
    """Write keys as the steps from one to the next: most are small and alike, and take little room."""
    steps: list[int] = np.diff(np.sort(ids.to_numpy()), prepend=0).tolist()
    return steps


def _sums(steps: list[int]) -> list[int]:
    """Read keys from the steps between them."""
    ids: list[int] = np.cumsum(np.array(steps, dtype=np.int64)).tolist()
    return ids


def _days(days: list[str | None]) -> tuple[dt.date, dt.date | None]:
    opens_on, deadline = days
    return dt.date.fromisoformat(opens_on or ""), dt.date.fromisoformat(deadline) if deadline else None
