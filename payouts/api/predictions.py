"""/v1/payout-lists/{id}/predictions: which lines will likely fail, kept, and what became of them."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from payouts.api.access import DatabaseDep, LanguageDep, staff_with
from payouts.api.parameters import NO_CONTROLS, USUAL_LIMIT, AreaCode, Cursor, Id, Limit
from payouts.core.limits import LONGEST_QUERY_VALUE
from payouts.core.problems import Language
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutList
from payouts.lists.store import find_list
from payouts.quality.models import Prediction
from payouts.quality.outcome import foretold_lines, outcome, predictions_of
from payouts.quality.predict import foretell
from payouts.quality.signs import signs

router = APIRouter(prefix="/v1/payout-lists/{list_id}", tags=["predictions"])

Seeing = Annotated[Staff, staff_with("predictions.see")]
Making = Annotated[Staff, staff_with("predictions.make")]


class Became(BaseModel):
    """Lines by what became of them."""

    failed: int
    paid: int
    otherwise: int = Field(description="Money came, but otherwise than owed.")
    open: int = Field(description="Nobody knows yet.")


class PredictionShape(BaseModel):
    """What was foretold of a list, and what became of it within the areas of who asks."""

    id: int
    list_id: int
    made_at: dt.datetime
    made_by: str
    lines: int = Field(description="Lines of the list that go through a bank.")
    predicted: int = Field(description="Of them, those foretold to fail.")
    run: int | None = Field(
        description="Number of the run that says what became of them; null before the first."
    )
    foretold: Became
    not_foretold: Became
    reason_right: int = Field(description="Foretold lines that failed for the very reason foretold.")


class PredictionList(BaseModel):
    """The predictions of a list, the latest first."""

    items: list[PredictionShape]


class PredictedRow(BaseModel):
    """A payout line that is foretold to fail."""

    line_ref: str
    sign: str = Field(description="What speaks for it: a code of the reference.")
    said: str = Field(description="The same for a person.")
    mend: str
    reason_code: str | None = Field(description="What the bank will likely say (ISO 20022).")
    area_code: str | None
    full_name: str
    amount: int
    bank_code: str | None
    account_no: str | None
    verdict: str | None = Field(description="What became of it; null before the first run.")

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "line_ref": "2611BT000017",
                "sign": "failed_before",
                "said": "Kỳ gần nhất chi vào tài khoản này, ngân hàng báo: Tài khoản đã đóng.",
                "mend": "Đổi hoặc mở khóa tài khoản trước khi chi; chưa xong thì chi tiền mặt.",
                "reason_code": "AC04",
                "area_code": "00004",
                "full_name": "Nguyễn Thị Hoa",
                "amount": 975000,
                "bank_code": "VBA",
                "account_no": "1500205004417",
                "verdict": None,
            }
        }
    )


class PredictedPage(BaseModel):
    """Foretold lines of the last prediction, by reference."""

    items: list[PredictedRow]
    next: str | None


@router.post("/predictions", status_code=201)
def make_prediction(database: DatabaseDep, staff: Making, list_id: Id) -> PredictionShape:
    """Look through a list that counts, and keep which of its lines are foretold to fail."""
    kept = foretell(database, list_id, staff.scope, by=staff.username)
    with database.session() as session:
        audit.note(session, staff.who, "prediction.make", f"payout list {list_id}", predicted=kept.predicted)
        return _shape(session, find_list(session, list_id, staff.scope), kept, staff.scope)


@router.get("/predictions")
def list_predictions(database: DatabaseDep, staff: Seeing, list_id: Id) -> PredictionList:
    """List what was foretold of a list, the latest first, held against the last run of its cycle."""
    with database.reading() as session:
        receipt = find_list(session, list_id, staff.scope)
        return PredictionList(
            items=[_shape(session, receipt, kept, staff.scope) for kept in predictions_of(session, list_id)]
        )


@router.get("/predicted-lines")
def list_predicted_lines(
    database: DatabaseDep,
    staff: Seeing,
    language: LanguageDep,
    list_id: Id,
    sign: Annotated[str | None, Query(max_length=LONGEST_QUERY_VALUE, pattern=NO_CONTROLS)] = None,
    area: AreaCode = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> PredictedPage:
    """List the lines that the last prediction foretells to fail; the reading is logged."""
    with database.reading() as session:
        receipt = find_list(session, list_id, staff.scope)
        kept = next(iter(predictions_of(session, list_id)), None)
        rows = (
            foretold_lines(
                *(session, receipt, kept, staff.scope),
                sign=sign,
                area=area,
                after=cursor or "",
                limit=limit + 1,
            )
            if kept
            else []
        )
    with database.session() as session:
        audit.note(session, staff.who, "prediction.read", f"payout list {list_id}", lines=len(rows[:limit]))
    items = [_row(row, language) for row in rows[:limit]]
    return PredictedPage(items=items, next=items[-1].line_ref if len(rows) > limit else None)


def _shape(session: Session, receipt: PayoutList, kept: Prediction, scope: Scope) -> PredictionShape:
    found = outcome(session, receipt, kept, scope)
    return PredictionShape(
        **kept.model_dump(),
        run=found.run.number if found.run else None,
        foretold=Became(**found.foretold),
        not_foretold=Became(**found.not_foretold),
        reason_right=found.reason_right,
    )


def _row(row: Any, language: Language) -> PredictedRow:
    sign = signs()[row["sign"]]
    told = {**row, "said": sign.said(language, row["value"]), "mend": sign.mend(language)}
    return PredictedRow.model_validate(told)
