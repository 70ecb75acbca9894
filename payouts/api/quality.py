"""/v1/quality: how good the data on people are, by area, as last measured."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from payouts.api.access import DatabaseDep, staff_with
from payouts.core import clock
from payouts.identity.rules import Staff
from payouts.quality.rules import SCORES
from payouts.quality.store import by_area, measured

router = APIRouter(prefix="/v1/quality", tags=["quality"])

Seeing = Annotated[Staff, staff_with("quality.see")]
By = Annotated[Literal["area"], Query(description="What a row stands for: a ward.")]


class QualityRow(BaseModel):
    """The people of one ward, and how many of them pass all checks of each score."""

    key: str = Field(description="Ward code (GSO); empty where none is known.")
    people: int
    right: int = Field(description="Đúng: what stands there can be true.")
    complete: int = Field(description="Đủ: nothing is missing.")
    clean: int = Field(description="Sạch: nobody stands twice, each account is its holder's.")
    live: int = Field(description="Sống: the person lives here and the money arrives.")

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "key": "00004",
                "people": 361,
                "right": 352,
                "complete": 340,
                "clean": 355,
                "live": 349,
            }
        }
    )


@router.get("")
def get_quality(database: DatabaseDep, staff: Seeing, by: By = "area") -> list[QualityRow]:
    """Give the four scores by ward as last measured, within the areas of who asks; none before the first."""
    del by
    with database.reading() as session:
        last = measured(session, on=clock.today())
        found = by_area(session, last.id or 0, staff.scope) if last else []
    return [
        QualityRow(
            key=each.area_code,
            people=each.people,
            **{score: each.passing(score) for score in SCORES},
        )
        for each in found
    ]
