"""What people decided of matches as facts of a run."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import RowMapping, select
from sqlmodel import Session

from payouts.core.tables import table_behind
from payouts.lists.models import PayoutLine
from payouts.runs.models import MatchDecision
from payouts.runs.rules import MATCH_KINDS, NAMES
from reconciliation.tables import DECISIONS

DECISION = table_behind(MatchDecision)
OWED = table_behind(PayoutLine)
GONE = "gone"  # why a decision is not followed of which a line is not among the facts


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions that a run hears.

    Attributes:
        pairs: schema reconciliation.tables.DECISIONS, what the judgement hears
        ids: the decision of each row of pairs
        lost: matches of payout lines of the judged cycle of which a line counts no more
    """

    pairs: pa.Table
    ids: list[int]
    lost: list[int]

    def not_followed(self, unfollowed: pa.Table) -> dict[int, str]:
        """Say which decisions were not followed and why: id -> one of WHY_NOT_FOLLOWED.

        Args:
            unfollowed: what the judgement says of the pairs it was given
        """
        by_pair = dict(zip(_keys(self.pairs), self.ids, strict=True))
        told = zip(_keys(unfollowed), unfollowed["why"].to_pylist(), strict=True)
        return {**dict.fromkeys(self.lost, GONE), **{by_pair[pair]: why for pair, why in told}}


def decisions(session: Session) -> list[RowMapping]:
    """List the decisions that count on pairs of lines.

    Returns:
        rows of id, payout_line_id, settlement_line_id, kind, and cycle_id of the payout line
    """
    names = ("id", "payout_line_id", "settlement_line_id", "kind")
    rows = session.execute(
        select(*(DECISION.c[name] for name in names), OWED.c.cycle_id)
        .join(OWED, OWED.c.id == DECISION.c.payout_line_id)
        .where(DECISION.c.state == "done", DECISION.c.kind.not_in(NAMES))
        .order_by(DECISION.c.id)
    )
    return list(rows.mappings())


def elsewhere(rows: list[RowMapping], owed: pa.Table, said: pa.Table) -> set[int]:
    """Find the payout lines that people gave lines of a run to, and that the run does not see yet.

    Args:
        rows: as decisions
        owed: rows of id that the run sees
        said: the same
    """
    matches = [row for row in rows if _is_match(row)]
    if not matches:
        return set()
    told = pc.is_valid(_places([row["settlement_line_id"] for row in matches], said["id"]))
    seen = pc.is_valid(_places([row["payout_line_id"] for row in matches], owed["id"]))
    wanted = pc.and_not(told, seen).to_pylist()
    return {row["payout_line_id"] for row, needed in zip(matches, wanted, strict=True) if needed}


def heard(
    rows: list[RowMapping], cycle_id: int, owed: pa.Table, said: pa.Table, reported: pa.Table
) -> Decided:
    """Turn decisions into what the judgement hears.

    Args:
        rows: as decisions
        cycle_id: the judged cycle
        owed: rows of id and line_ref that the run sees
        said: rows of id that the run sees
        reported: the same rows with file and line
    """
    if not rows:
        return Decided(DECISIONS.empty_table(), [], [])
    of_owed = _places([row["payout_line_id"] for row in rows], owed["id"])
    of_said = _places([row["settlement_line_id"] for row in rows], said["id"])
    both = pc.and_(pc.is_valid(of_owed), pc.is_valid(of_said))
    whole = [row for row, seen in zip(rows, both.to_pylist(), strict=True) if seen]
    broken = [row for row, seen in zip(rows, both.to_pylist(), strict=True) if not seen and _is_match(row)]
    place = of_said.filter(both)
    pairs = pa.table(
        {
            "line_ref": owed["line_ref"].take(of_owed.filter(both)),
            "file": reported["file"].take(place),
            "line": reported["line"].take(place),
            "decision": pa.array([MATCH_KINDS[row["kind"]].says for row in whole], pa.string()),
        },
        schema=DECISIONS,
    )
    lost = [row["id"] for row in broken if row["cycle_id"] == cycle_id]
    return Decided(pairs, [row["id"] for row in whole], lost)


def _is_match(row: RowMapping) -> bool:
    return MATCH_KINDS[row["kind"]].says == "match"


def _places(wanted: list[int], among: pa.ChunkedArray) -> pa.Array:
    return pc.index_in(pa.array(wanted, pa.int64()), value_set=among.combine_chunks())


def _keys(pairs: pa.Table) -> list[tuple[str, str, int]]:
    return list(zip(*(pairs[name].to_pylist() for name in ("line_ref", "file", "line")), strict=True))
