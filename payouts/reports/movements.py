"""Lines of banks that a run takes for evidence of a cycle's payout lines: what reports say of banks."""

from typing import Any

from sqlalchemy import CompoundSelect, Select, select, union

from payouts.core.tables import table_behind
from payouts.lists.models import PayoutLine
from payouts.reports.asking import Asked
from payouts.runs.evidence import CANDIDATE
from payouts.runs.models import Disposition, EvidenceLink, Verdict
from payouts.runs.rules import EVIDENCE
from payouts.settlements.models import SettlementFile, SettlementLine

DISPOSITION = table_behind(Disposition)
FILE = table_behind(SettlementFile)
LINE = table_behind(PayoutLine)
LINK = table_behind(EvidenceLink)
SAID = table_behind(SettlementLine)
VERDICT = table_behind(Verdict)


def movements(asked: Asked, *wanted: Any) -> Select[Any]:
    """Select evidence of the cycle's payout lines, a row a pair; choose columns with `with_only_columns`.

    Args:
        asked: what the report is about; its scope holds
        wanted: which, over SAID, LINE, FILE and VERDICT
    """
    pairs = _pairs(asked.run_id).subquery("pair")
    its_verdict = (VERDICT.c.run_id == asked.run_id) & (VERDICT.c.payout_line_id == pairs.c.payout_line_id)
    joined = (
        pairs.join(SAID, SAID.c.id == pairs.c.settlement_line_id)
        .join(FILE, FILE.c.id == SAID.c.file_id)
        .join(VERDICT, its_verdict)
        .join(LINE, LINE.c.id == pairs.c.payout_line_id)
    )
    query: Select[Any] = (
        select(pairs.c.payout_line_id)
        .select_from(joined)
        .where(*asked.scope.conditions(area=VERDICT.c.area_code), *wanted)
    )
    return query


def _pairs(run_id: int) -> CompoundSelect[Any]:
    """Select which line of a bank speaks for which payout line; see runs.evidence."""
    plain = select(DISPOSITION.c.payout_line_id, DISPOSITION.c.settlement_line_id).where(
        DISPOSITION.c.run_id == run_id,
        DISPOSITION.c.payout_line_id.is_not(None),
        DISPOSITION.c.disposition.in_(sorted(EVIDENCE)),
    )
    linked = (
        select(LINK.c.payout_line_id, LINK.c.settlement_line_id)
        .join(
            DISPOSITION,
            (DISPOSITION.c.run_id == LINK.c.run_id)
            & (DISPOSITION.c.settlement_line_id == LINK.c.settlement_line_id),
        )
        .where(
            LINK.c.run_id == run_id,
            LINK.c.role != CANDIDATE,
            DISPOSITION.c.disposition.in_(sorted(EVIDENCE)),
        )
    )
    return union(plain, linked)
