"""What has to be in order before a month is closed, and what has at least to be known: a table of checks."""

import csv
import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import false
from sqlmodel import Session, col, func, or_, select

from payouts.approvals.models import Approval
from payouts.cases.enquiries.models import EnquiryLine
from payouts.cases.expected.store import expected_of
from payouts.cases.models import Case
from payouts.closing.models import MonthClose
from payouts.closing.payer import payer_month
from payouts.closing.store import standing_at
from payouts.core.problems import Language
from payouts.identity.scope import EVERYTHING
from payouts.lists.models import PayoutCycle, PayoutList, Reissue
from payouts.lists.supersede import waits
from payouts.runs.fallen import fallen_lines
from payouts.runs.gather import unseen_files
from payouts.runs.models import NOT_PAID, Disposition, MatchDecision, Run, Verdict
from payouts.runs.store import last_run, owed_of, totals_of
from payouts.settlements.models import FileDecision, SettlementFile
from payouts.settlements.rules import at_standing

Counting = Callable[[Session, PayoutCycle], int]


@dataclass(frozen=True, slots=True)
class Check:
    """One row of data/checks.csv.

    Attributes:
        code: its stable name
        blocks: whether the month cannot be closed while there is any; else closing takes a reason
        at: the page that lists them; {programme} and {cycle} are filled in
        query: of that address, besides programme and cycle
        vi: what must not be, on screen
        en: the same in English
    """

    code: str
    blocks: bool
    at: str
    query: str
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Say it in a language."""
        return self.vi if language == "vi" else self.en

    def address(self, cycle: PayoutCycle) -> str:
        """Give the address of the page that lists them."""
        told = {"programme": cycle.programme, "cycle": cycle.cycle}
        path = self.at.format(**told)
        query = urlencode([*told.items(), *parse_qsl(self.query)])
        return path if path != self.at else f"{path}?{query}"


@functools.cache
def checks() -> tuple[Check, ...]:
    """Read data/checks.csv, in its order."""
    text = (resources.files("payouts.closing") / "data" / "checks.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Check(row["code"], bool(row["blocks"]), row["at"], row["query"], row["vi"], row["en"]) for row in rows
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """A check and how many it found."""

    check: Check
    count: int

    @property
    def stands_in_the_way(self) -> bool:
        """Whether the month cannot be closed for it."""
        return self.check.blocks and self.count > 0


def checklist(session: Session, cycle: PayoutCycle) -> list[Checked]:
    """Check a month, in the order of data/checks.csv."""
    return [Checked(check, COUNTS[check.code](session, cycle)) for check in checks()]


def _open_before(session: Session, cycle: PayoutCycle) -> int:
    """Count earlier months that are open; those before the first one ever closed are history."""
    standing = (MonthClose.programme == cycle.programme, standing_at(None))
    begins = session.exec(select(func.min(MonthClose.cycle)).where(*standing)).one()
    query = select(func.count()).where(
        PayoutCycle.programme == cycle.programme,
        col(PayoutCycle.cycle) < cycle.cycle,
        col(PayoutCycle.cycle) > (begins or cycle.cycle),
        col(PayoutCycle.id).not_in(select(MonthClose.cycle_id).where(*standing)),
    )
    return session.exec(query).one()


def _not_judged(session: Session, cycle: PayoutCycle) -> int:
    run = last_run(session, cycle.id or 0)
    sums = totals_of(session, [run.id or 0], EVERYTHING).get(run.id or 0, {}) if run else {}
    judged = sum(each["lines"] for each in sums.values())
    return max(owed_of(session, cycle, EVERYTHING)["lines"] - judged, 0 if run else 1)


def _runs_waiting(session: Session, cycle: PayoutCycle) -> int:
    return session.exec(select(func.count()).where(Run.cycle_id == cycle.id, Run.state == "waiting")).one()


def _lists_waiting(session: Session, cycle: PayoutCycle) -> int:
    lists = session.exec(
        select(PayoutList).where(
            PayoutList.programme == cycle.programme,
            PayoutList.cycle == cycle.cycle,
            col(PayoutList.state).in_(("received", "quarantined")),
        )
    )
    return sum(each.state == "received" or waits(each) for each in lists)


def _files_being_read(session: Session, _cycle: PayoutCycle) -> int:
    received = (SettlementFile.state == "received", col(SettlementFile.test) == false())
    return session.exec(select(func.count()).where(*received)).one()


def _files_not_looked_at(session: Session, _cycle: PayoutCycle) -> int:
    return len(unseen_files(session))


def _files_quarantined(session: Session, _cycle: PayoutCycle) -> int:
    waiting = select(FileDecision.file_id).where(FileDecision.state == "waiting")
    held = or_(at_standing("quarantined"), col(SettlementFile.id).in_(waiting))
    return session.exec(select(func.count()).where(held, col(SettlementFile.test) == false())).one()


def _fallen(session: Session, cycle: PayoutCycle) -> int:
    return fallen_lines(session, cycle.programme, cycle.cycle, EVERYTHING)


def _files_missing(session: Session, cycle: PayoutCycle) -> int:
    return sum(each.standing.state in {"late", "awaited"} for each in expected_of(session, cycle))


def _of_verdict(*verdicts: str) -> Counting:
    def count(session: Session, cycle: PayoutCycle) -> int:
        run = last_run(session, cycle.id or 0)
        sums = totals_of(session, [run.id or 0], EVERYTHING).get(run.id or 0, {}) if run else {}
        return sum(each["lines"] for name, each in sums.items() if name in verdicts)

    return count


def _not_enquired(session: Session, cycle: PayoutCycle) -> int:
    run = last_run(session, cycle.id or 0)
    asked = select(EnquiryLine.payout_line_id).where(EnquiryLine.ended_by >= 0)
    query = select(func.count()).where(
        Verdict.run_id == (run.id if run else 0),
        Verdict.verdict == "unconfirmed",
        NOT_PAID,
        col(Verdict.payout_line_id).not_in(asked),
    )
    return session.exec(query).one()


def _returns_unclear(session: Session, cycle: PayoutCycle) -> int:
    run = last_run(session, cycle.id or 0)
    return session.exec(
        select(func.count()).where(
            Disposition.run_id == (run.id if run else 0), Disposition.disposition == "ambiguous"
        )
    ).one()


def _asked_for(session: Session, cycle: PayoutCycle) -> int:
    query = select(func.count()).where(
        Approval.state == "waiting",
        Approval.case_id == Case.id,
        Case.programme == cycle.programme,
        Case.cycle == cycle.cycle,
    )
    return session.exec(query).one()


def _matches_waiting(session: Session, _cycle: PayoutCycle) -> int:
    return session.exec(select(func.count()).where(MatchDecision.state == "waiting")).one()


def _reissues_not_gone(session: Session, cycle: PayoutCycle) -> int:
    query = select(func.count()).where(
        Reissue.programme == cycle.programme,
        Reissue.cycle == cycle.cycle,
        col(Reissue.ended_at).is_(None),
        col(Reissue.ordered_at).is_(None),
    )
    return session.exec(query).one()


def _payer_untied(session: Session, cycle: PayoutCycle) -> int:
    return len(payer_month(session, cycle).differences)


# Code of data/checks.csv -> counts what it says of a cycle.
COUNTS: dict[str, Counting] = {
    "month_before": _open_before,
    "list_waits": _lists_waiting,
    "file_read": _files_being_read,
    "quarantine": _files_quarantined,
    "not_looked_at": _files_not_looked_at,
    "run_waits": _runs_waiting,
    "not_judged": _not_judged,
    "fallen": _fallen,
    "match_waits": _matches_waiting,
    "file_missing": _files_missing,
    "not_enquired": _not_enquired,
    "missing": _of_verdict("missing"),
    "pending": _of_verdict("pending"),
    "review": _of_verdict("review"),
    "returns": _returns_unclear,
    "voucher": _of_verdict("offline"),
    "approval": _asked_for,
    "reissue": _reissues_not_gone,
    "payer": _payer_untied,
}
