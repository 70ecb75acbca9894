"""What was measured of the data on people day by day, who stands behind it, and predictions of failures."""

import datetime as dt

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class QualityMeasure(SQLModel, table=True):
    """One measurement of all people; the last one of a day is that day's."""

    __tablename__ = "quality_measure"
    __table_args__ = (Index("ix_quality_measure_day_id", "day", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    day: dt.date
    measured_at: dt.datetime = Field(sa_type=Moment)
    measured_by: str
    people: int = Field(sa_type=BigInteger)


class QualityTotal(SQLModel, table=True):
    """How many people of an area pass all checks of each score."""

    __tablename__ = "quality_total"

    measure_id: int = Field(primary_key=True, foreign_key="quality_measure.id", sa_type=Key)
    area_code: str = Field(primary_key=True)  # empty where none is known
    people: int = Field(sa_type=BigInteger)
    right: int = Field(sa_type=BigInteger)
    complete: int = Field(sa_type=BigInteger)
    clean: int = Field(sa_type=BigInteger)
    live: int = Field(sa_type=BigInteger)


class QualityCount(SQLModel, table=True):
    """How many people of an area a check found."""

    __tablename__ = "quality_count"

    measure_id: int = Field(primary_key=True, foreign_key="quality_measure.id", sa_type=Key)
    code: str = Field(primary_key=True)  # of data/checks.csv
    area_code: str = Field(primary_key=True)
    people: int = Field(sa_type=BigInteger)


class QualityFinding(SQLModel, table=True):
    """A person whom a check found in the last measurement; made anew by each, so that no old word is kept."""

    __tablename__ = "quality_finding"
    __table_args__ = (
        Index("ix_quality_finding_code_area_code_id", "code", "area_code", "id"),
        Index("ix_quality_finding_beneficiary_id", "beneficiary_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    code: str
    area_code: str
    beneficiary_id: int | None = Field(default=None, sa_type=Key)  # null: nobody on record
    payout_line_id: int | None = Field(default=None, sa_type=Key)  # of the person's latest list
    value: str | None = None  # what the check's sentence quotes
    other: str | None = None


class Prediction(SQLModel, table=True):
    """What was foretold of one payout list at one time; kept, to be held against what became of it."""

    __tablename__ = "prediction"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    list_id: int = Field(foreign_key="payout_list.id", sa_type=Key, index=True)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    lines: int = Field(sa_type=BigInteger)  # that were looked at: those paid through a bank
    predicted: int = Field(sa_type=BigInteger)  # of them, those foretold to fail


class PredictedLine(SQLModel, table=True):
    """A payout line that is foretold to fail, and the strongest sign of it."""

    __tablename__ = "predicted_line"
    __table_args__ = (
        Index("ix_predicted_line_prediction_id_area_code_line_ref", "prediction_id", "area_code", "line_ref"),
    )

    prediction_id: int = Field(primary_key=True, foreign_key="prediction.id", sa_type=Key)
    line_ref: str = Field(primary_key=True)
    area_code: str | None = None
    sign: str  # of data/signs.csv
    reason_code: str | None = None  # that the bank will likely give
    value: str | None = None  # what the sign's sentence quotes
