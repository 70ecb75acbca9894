"""Lines of banks that may be somebody's: what the last run suggests, and what nobody claims."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, null, or_, select
from sqlmodel import Session

from payouts.core.tables import table_behind
from payouts.lists.models import PayoutLine
from payouts.runs.evidence import CANDIDATE
from payouts.runs.models import Disposition, EvidenceLink, MatchDecision, Standing, Suggestion
from payouts.runs.rules import CLAIMS, NAMES, STANDS
from payouts.runs.store import last_run
from payouts.settlements.models import SettlementFile, SettlementLine
from payouts.settlements.rules import counts

LINE = table_behind(SettlementLine)
FILE = table_behind(SettlementFile)
STANDING = table_behind(Standing)
SAID = table_behind(Disposition)
SUGGESTED = table_behind(Suggestion)
LINK = table_behind(EvidenceLink)
DECISION = table_behind(MatchDecision)

MOST_OFFERED = 20  # lines shown of those that might be somebody's
MOST_FOUND = 20  # lines that a search shows
SHORTEST_TAIL = 4  # digits at least of an account that is looked for by its end
TOLD = (
    *("line", "bank_code", "bank_ref", "end_to_end_id", "account_no", "account_name", "citizen_id", "amount"),
    *("booked_on", "status", "reason_code", "remittance_info"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """That a run holds a line of a bank for possibly somebody's; a candidate has no score."""

    run_id: int
    score: int | None


def offer_of(session: Session, line: PayoutLine, settlement_line_id: int) -> Offer | None:
    """Find what the last run of a payout line's cycle suggests of the two; None where it does not."""
    found = session.execute(_offered(session, line, settlement_line_id)).first()
    return Offer(found.run_id, found.score) if found else None


def offers(session: Session, line: PayoutLine) -> list[RowMapping]:
    """List the lines of banks that may belong to a payout line by the last run, the likeliest first.

    Those that serve somebody else by now, or on which a decision of this payout line stands, are left out.

    Returns:
        rows of id, label (of the file), TOLD, score (None of a candidate), compared, and taken: somebody
        decides of the line for another payout line
    """
    offered = _offered(session, line).subquery()
    own = and_(DECISION.c.payout_line_id == line.id, DECISION.c.kind.not_in(NAMES))
    decided = _decided(LINE.c.id, own)
    taken = _decided(LINE.c.id, DECISION.c.kind.in_(CLAIMS)).label("taken")
    rows = session.execute(
        _told(offered.c.score, offered.c.compared, taken)
        .join(offered, offered.c.settlement_line_id == LINE.c.id)
        .where(_free(), ~decided)
        .order_by(offered.c.score.desc().nulls_last(), LINE.c.booked_on, FILE.c.label, LINE.c.line)
        .limit(MOST_OFFERED)
    )
    return list(rows.mappings())


def search(
    session: Session, *, bank_ref: str = "", account: str = "", amount: int | None = None
) -> list[RowMapping]:
    """Find lines of banks that nobody claims, by all that is given; nothing where nothing is given.

    Args:
        session: the transaction
        bank_ref: the bank's reference, whole
        account: the account's number, whole or at least its last four letters or digits
        amount: in đồng

    Returns:
        rows of id, label, TOLD and taken, the latest first, MOST_FOUND at most
    """
    wanted: list[ColumnElement[bool]] = []
    if bank_ref:
        wanted.append(LINE.c.bank_ref == bank_ref)
    if len(account) >= SHORTEST_TAIL:
        wanted.append(or_(LINE.c.account_no == account, LINE.c.account_no.endswith(account, autoescape=True)))
    if amount is not None:
        wanted.append(LINE.c.amount == amount)
    if not wanted:
        return []
    taken = _decided(LINE.c.id, DECISION.c.kind.in_(CLAIMS)).label("taken")
    rows = session.execute(
        _told(taken)
        .where(_free(), *wanted)
        .order_by(LINE.c.booked_on.desc().nulls_last(), LINE.c.id)
        .limit(MOST_FOUND)
    )
    return list(rows.mappings())


def told_line(session: Session, settlement_line_id: int) -> RowMapping:
    """Give a line of a bank as offers do, whoever claims it."""
    query = select(LINE.c.id, FILE.c.label, *(LINE.c[name] for name in TOLD))
    return (
        session.execute(query.join(FILE, FILE.c.id == LINE.c.file_id).where(LINE.c.id == settlement_line_id))
        .mappings()
        .one()
    )


def line_of(session: Session, label: str, line: int) -> int | None:
    """Find the key of a line by the name of its file and its number in it."""
    query = select(LINE.c.id).join(FILE, FILE.c.id == LINE.c.file_id)
    found: int | None = session.execute(
        query.where(FILE.c.label == label, LINE.c.line == line)
    ).scalar_one_or_none()
    return found


def is_free(session: Session, settlement_line_id: int) -> bool:
    """Say whether a line of a bank counts, was looked at by a run, and serves nobody."""
    found = session.execute(_told().where(_free(), LINE.c.id == settlement_line_id)).first()
    return found is not None


def _offered(
    session: Session, line: PayoutLine, settlement_line_id: int | None = None
) -> Select[tuple[object, ...]]:
    """Select what the last run of a payout line's cycle suggests, and names among candidates."""
    run = last_run(session, line.cycle_id)
    run_id = run.id if run else None
    suggested = select(
        SUGGESTED.c.run_id, SUGGESTED.c.settlement_line_id, SUGGESTED.c.score, SUGGESTED.c.compared
    ).where(SUGGESTED.c.run_id == run_id, SUGGESTED.c.payout_line_id == line.id)
    candidates = select(LINK.c.run_id, LINK.c.settlement_line_id, null(), null()).where(
        LINK.c.run_id == run_id, LINK.c.payout_line_id == line.id, LINK.c.role == CANDIDATE
    )
    both = suggested.union_all(candidates).subquery("offered")
    query = select(both)
    return (
        query if settlement_line_id is None else query.where(both.c.settlement_line_id == settlement_line_id)
    )


def _told(*more: ColumnElement[Any]) -> Select[tuple[Any, ...]]:
    """Select lines of banks with their files, and what the run that looked last says of them."""
    columns = [LINE.c.id, FILE.c.label, *(LINE.c[name] for name in TOLD), *more]
    by_last_run = and_(SAID.c.run_id == STANDING.c.run_id, SAID.c.settlement_line_id == LINE.c.id)
    query: Select[tuple[Any, ...]] = (
        select(*columns)
        .join(FILE, FILE.c.id == LINE.c.file_id)
        .join(STANDING, STANDING.c.settlement_line_id == LINE.c.id)
        .join(SAID, by_last_run)
    )
    return query


def _free() -> ColumnElement[bool]:
    """Say which lines count and serve nobody; of a transaction told twice the telling that is judged."""
    return and_(
        counts(),
        STANDING.c.cycle_id.is_(None),
        SAID.c.disposition != "repeated",
        LINE.c.status != "informational",
    )


def _decided(settlement_line: ColumnElement[int], which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say whether a decision of a kind stands on a line of a bank."""
    query = select(DECISION.c.id).where(
        DECISION.c.settlement_line_id == settlement_line, DECISION.c.state.in_(STANDS), which
    )
    return query.exists()
