"""Holds predictions against what became of the payments, and gives them page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, PayoutList
from payouts.lists.rules import COUNTS
from payouts.lists.store import lines_of
from payouts.quality.models import PredictedLine, Prediction
from payouts.runs.models import Run, Verdict
from payouts.runs.store import last_run

LINE = table_behind(PayoutLine)
VERDICT = table_behind(Verdict)
PREDICTED = table_behind(PredictedLine)
BANKED = ("account", "wallet")
# What became of a payment, by its verdict; money that came, but otherwise than owed, is neither.
BECAME = {"failed": "failed", "paid": "paid", "pending": "open", "missing": "open", "unconfirmed": "open"}
OTHERWISE = "otherwise"
ALL = ("failed", "paid", OTHERWISE, "open")


@dataclass(slots=True)
class Outcome:
    """What became of the lines of a list that go through a bank.

    Attributes:
        run: the run that says so, None where none is done yet
        foretold: what became of those foretold to fail: a word of ALL -> lines
        not_foretold: the same of all others
        amount: what is owed for those foretold to fail, in đồng
        by_sign: the same as foretold for each sign
        reason_right: of those foretold that failed, how many for the reason that was foretold
    """

    run: Run | None = None
    foretold: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ALL, 0))
    not_foretold: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ALL, 0))
    amount: int = 0
    by_sign: dict[str, dict[str, int]] = field(default_factory=dict)
    reason_right: int = 0

    @property
    def failed(self) -> int:
        """All lines that failed."""
        return self.foretold["failed"] + self.not_foretold["failed"]

    @property
    def judged(self) -> int:
        """Lines foretold of which it is known what became of them."""
        return sum(self.foretold.values()) - self.foretold["open"]


def predictions_of(session: Session, list_id: int) -> Sequence[Prediction]:
    """List the predictions of a list, the latest first."""
    query = select_model(Prediction).where(Prediction.list_id == list_id)
    return session.exec(query.order_by(col(Prediction.id).desc())).all()


def foretold_lists(session: Session, scope: Scope, *, limit: int) -> list[tuple[PayoutList, Prediction]]:
    """List the lists that were foretold, the latest first, each with its last prediction."""
    last = select(func.max(Prediction.id)).group_by(col(Prediction.list_id))
    rows = session.exec(
        select_model(PayoutList, Prediction)
        .join(Prediction, col(Prediction.list_id) == PayoutList.id)
        .where(
            col(Prediction.id).in_(last),
            col(PayoutList.superseded_by).is_(None),
            *scope.conditions(programme=PayoutList.programme),
        )
        .order_by(col(PayoutList.cycle).desc(), col(PayoutList.id).desc())
        .limit(limit)
    )
    return list(rows)


def outcome(session: Session, receipt: PayoutList, prediction: Prediction, scope: Scope) -> Outcome:
    """Hold a prediction against the last run of the list's cycle, within a scope.

    Args:
        session: the transaction
        receipt: the list
        prediction: of that list
        scope: the areas to count
    """
    found = Outcome(run=last_run(session, receipt.cycle_id) if receipt.cycle_id else None)
    run_id = found.run.id if found.run else 0
    areas = scope.conditions(area=LINE.c.area_code)
    mine = [PREDICTED.c.prediction_id == prediction.id, *scope.conditions(area=PREDICTED.c.area_code)]
    told = session.execute(
        select(
            PREDICTED.c.sign,
            VERDICT.c.verdict,
            VERDICT.c.reason_code == PREDICTED.c.reason_code,
            func.count(),
            func.sum(LINE.c.amount),
        )
        .select_from(PREDICTED)
        .join(LINE, _of_line())
        .outerjoin(VERDICT, (VERDICT.c.run_id == run_id) & (VERDICT.c.payout_line_id == LINE.c.id))
        .where(*mine)
        .group_by(PREDICTED.c.sign, VERDICT.c.verdict, VERDICT.c.reason_code == PREDICTED.c.reason_code)
    )
    for sign, verdict, right, lines, amount in told:
        became = BECAME.get(verdict or "pending", OTHERWISE)
        found.foretold[became] += lines
        found.by_sign.setdefault(sign, dict.fromkeys(ALL, 0))[became] += lines
        found.amount += int(amount)
        found.reason_right += lines if became == "failed" and right else 0
    if run_id:
        whole = session.execute(
            select(VERDICT.c.verdict, func.count())
            .join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
            .where(
                VERDICT.c.run_id == run_id, LINE.c.channel.in_(BANKED), *lines_of(session, receipt), *areas
            )
            .group_by(VERDICT.c.verdict)
        )
        for verdict, lines in whole:
            found.not_foretold[BECAME.get(verdict, OTHERWISE)] += lines
        for became, lines in found.foretold.items():
            found.not_foretold[became] = max(0, found.not_foretold[became] - lines)
    return found


def foretold_lines(
    session: Session,
    receipt: PayoutList,
    prediction: Prediction,
    scope: Scope,
    *,
    sign: str | None = None,
    area: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[RowMapping]:
    """List the lines that are foretold to fail, by reference.

    Args:
        session: the transaction
        receipt: the list
        prediction: of that list
        scope: the areas to show
        sign: only with this one
        area: only of this ward
        after: only references behind this one
        limit: most rows

    Returns:
        rows of line_ref, sign, reason_code, value, area_code, citizen_id, full_name, amount (đồng), channel,
        bank_code, account_no, and of the last run verdict and reason, null where there is none
    """
    run = last_run(session, receipt.cycle_id) if receipt.cycle_id else None
    wanted: list[ColumnElement[bool]] = [
        PREDICTED.c.prediction_id == prediction.id,
        PREDICTED.c.line_ref > after,
        *scope.conditions(area=PREDICTED.c.area_code),
    ]
    wanted += [PREDICTED.c.sign == sign] if sign else []
    wanted += [PREDICTED.c.area_code == area] if area else []
    shown: list[Any] = [
        *(PREDICTED.c[name] for name in ("line_ref", "sign", "reason_code", "value")),
        *(LINE.c[name] for name in ("area_code", "citizen_id", "full_name", "amount", "channel")),
        *(LINE.c[name] for name in ("bank_code", "account_no")),
        VERDICT.c.verdict,
        VERDICT.c.reason_code.label("reason"),
    ]
    rows = session.execute(
        select(*shown)
        .select_from(PREDICTED)
        .join(LINE, _of_line())
        .outerjoin(
            VERDICT, (VERDICT.c.run_id == (run.id if run else 0)) & (VERDICT.c.payout_line_id == LINE.c.id)
        )
        .where(*wanted)
        .order_by(PREDICTED.c.line_ref)
        .limit(limit)
    )
    return list(rows.mappings())


def _of_line() -> ColumnElement[bool]:
    """Say which payout line a prediction is of: of the rows of one reference the one that counts."""
    return (LINE.c.line_ref == PREDICTED.c.line_ref) & (LINE.c.ended_by == COUNTS)
