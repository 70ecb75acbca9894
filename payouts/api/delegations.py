"""/v1/delegations and /v1/approvers: who decides in whose stead, and who is named to decide for a ward."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from payouts.api.access import DatabaseDep, staff_with
from payouts.api.parameters import NO_CONTROLS, Id
from payouts.approvals.delegations import delegate, delegations, revoke
from payouts.approvals.models import Approver, Delegation
from payouts.approvals.naming import end_approver, name_approver, named
from payouts.core.limits import LONGEST_NAME, LONGEST_NOTE
from payouts.core.money import LARGEST
from payouts.identity.rules import Staff

router = APIRouter(prefix="/v1", tags=["approvals"])

Seeing = Annotated[Staff, staff_with("approvals.see")]
Naming = Annotated[Staff, staff_with("approvals.name")]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=NO_CONTROLS)]
Ward = Annotated[str, Field(pattern=r"^[0-9]{5}$", description="Ward code (GSO), five digits.")]
MOST_NAMED = 200  # wards or kinds of one authorisation


class DelegationIn(BaseModel):
    """Somebody is to decide in one's own stead."""

    model_config = ConfigDict(extra="forbid")

    taker: Words = Field(description="Username.")
    document: Words = Field(description="Number of the paper that says so.")
    valid_from: dt.date
    valid_to: dt.date = Field(description="The last day.")
    kinds: list[Words] = Field(default=[], max_length=MOST_NAMED, description="All that one may by default.")
    areas: list[Ward] = Field(default=[], max_length=MOST_NAMED, description="All of one's own by default.")
    most: int | None = Field(default=None, ge=1, le=LARGEST, description="Đồng one approval may move.")


class DelegationShape(BaseModel):
    """An authorisation in writing."""

    id: int
    giver: str
    taker: str
    document: str
    kinds: list[str] = Field(description="Empty: all that the giver may decide.")
    areas: list[str] = Field(description="Empty: all of the giver's.")
    most: int | None
    valid_from: dt.date
    valid_to: dt.date
    made_at: dt.datetime
    revoked_at: dt.datetime | None
    revoked_by: str | None
    revoked_why: str | None


class DelegationList(BaseModel):
    """The latest 200 authorisations, the latest first."""

    items: list[DelegationShape]


class RevokeIn(BaseModel):
    """Why an authorisation ends."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=LONGEST_NOTE)


class ApproverIn(BaseModel):
    """Somebody is to decide for a ward."""

    model_config = ConfigDict(extra="forbid")

    area_code: Ward
    username: Words
    document: Words = Field(description="Number of the decision that says so.")


class ApproverShape(BaseModel):
    """Who is named to decide for a ward."""

    id: int
    area_code: str
    username: str
    document: str
    named_at: dt.datetime
    named_by: str


class ApproverList(BaseModel):
    """All who are named, by ward."""

    items: list[ApproverShape]


@router.get("/delegations")
def list_delegations(database: DatabaseDep, staff: Seeing) -> DelegationList:
    """List the authorisations that concern who asks; all to who may name approvers."""
    with database.reading() as session:
        return DelegationList(items=[_shape(each) for each in delegations(session, staff)])


@router.post("/delegations", status_code=201)
def post_delegation(database: DatabaseDep, staff: Seeing, told: DelegationIn) -> DelegationShape:
    """Let somebody decide in one's stead, within one's own rights."""
    with database.session() as session:
        return _shape(delegate(session, staff, **told.model_dump()))


@router.post("/delegations/{delegation_id}/revoke")
def revoke_delegation(
    database: DatabaseDep, staff: Seeing, delegation_id: Id, told: RevokeIn
) -> DelegationShape:
    """End an authorisation from now on: who gave or got it, or who may name approvers."""
    with database.session() as session:
        return _shape(revoke(session, delegation_id, staff, reason=told.reason))


@router.get("/approvers")
def list_approvers(database: DatabaseDep, staff: Seeing) -> ApproverList:  # noqa: ARG001  # who may see it
    """List who is named to decide for which ward."""
    with database.reading() as session:
        return ApproverList(items=[_named(each) for each in named(session)])


@router.post("/approvers", status_code=201)
def post_approver(database: DatabaseDep, staff: Naming, told: ApproverIn) -> ApproverShape:
    """Name somebody to decide for a ward."""
    with database.session() as session:
        return _named(name_approver(session, told.area_code, told.username, by=staff, document=told.document))


@router.post("/approvers/{approver_id}/end")
def end_naming(database: DatabaseDep, staff: Naming, approver_id: Id) -> ApproverShape:
    """Let somebody be named for a ward no longer."""
    with database.session() as session:
        return _named(end_approver(session, approver_id, by=staff))


def _shape(made: Delegation) -> DelegationShape:
    lists = {name: (getattr(made, name) or "").split(";") for name in ("kinds", "areas")}
    return DelegationShape.model_validate(
        {**made.model_dump(), **{name: list(filter(None, values)) for name, values in lists.items()}}
    )


def _named(made: Approver) -> ApproverShape:
    return ApproverShape.model_validate(made.model_dump())
