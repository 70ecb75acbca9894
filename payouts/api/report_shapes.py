"""What the API gives of reports: which there are, and which were given out."""

import datetime as dt

from pydantic import BaseModel, Field

from payouts.core.problems import Language
from payouts.reports.catalogue import Kind
from payouts.reports.models import ReportIssue


class KindShape(BaseModel):
    """A report that can be had."""

    name: str
    title: str
    about: str
    forms: list[str] = Field(description="xlsx, pdf or csv; the usual one first.")
    options: list[str] = Field(description="Query values that it takes besides `run`, `on` and `lang`.")


class IssueShape(BaseModel):
    """A report as it was given out."""

    id: int
    name: str
    run: int = Field(description="Number of the run that it stands on.")
    known_at: dt.datetime = Field(description="The moment whose knowledge it tells.")
    form: str
    language: str
    options: dict[str, str]
    areas: list[str] | None = Field(description="The wards that it tells of; null: all.")
    sha256: str
    size: int = Field(description="Bytes.")
    kept: bool = Field(description="Its bytes are kept and can be had again.")
    made_at: dt.datetime
    made_by: str


class ReportList(BaseModel):
    """The reports of a cycle."""

    reports: list[KindShape]
    issued: list[IssueShape] = Field(description="Given out lately, the latest first.")


def kind_shape(name: str, kind: Kind, language: Language) -> KindShape:
    """Tell of a report in a language."""
    return KindShape(
        name=name,
        title=kind.title.said(language),
        about=kind.about.said(language),
        forms=list(kind.forms),
        options=list(kind.options),
    )


def issue_shape(issue: ReportIssue) -> IssueShape:
    """Tell of a report that was given out."""
    told = issue.model_dump(include=set(IssueShape.model_fields))
    return IssueShape.model_validate({**told, "run": issue.run_number})
