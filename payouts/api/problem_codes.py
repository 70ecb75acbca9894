"""/v1/problem-codes: what a code on a receipt or the type of an error means, for anybody who has it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from payouts.api.errors import language_of
from payouts.api.problem_types import ProblemType, problem_types
from payouts.core.errors import NotFoundError
from payouts.core.problems import ProblemKind, Severity, problem_kinds

router = APIRouter(prefix="/v1/problem-codes", tags=["settlement files"])


class ProblemCode(BaseModel):
    """A code that receipts use, or the type of an error; `$value` stands for what the file itself says."""

    code: str
    severity: Severity | None = Field(
        description="On a receipt, as shipped; a bank's policy may rule otherwise for a control."
    )
    status: int | None = Field(description="HTTP status of an error.")
    what: str
    mend: str


def kind_of(code: str) -> ProblemKind | ProblemType:
    """Find what a code means.

    Raises:
        NotFoundError: no receipt uses it, and no answer to a bank
    """
    found = problem_kinds().get(code) or problem_types().get(code)
    if found is None:
        raise NotFoundError("no_such_code", "Không có mã lỗi này.")
    return found


@router.get("/{code}")
def get_code(request: Request, code: Annotated[str, Path(pattern="^[a-z0-9_]{1,64}$")]) -> ProblemCode:
    """Say what a code means and how to mend it; needs no key."""
    kind = kind_of(code)
    vi = language_of(request) == "vi"
    return ProblemCode(
        code=code,
        severity=kind.severity if isinstance(kind, ProblemKind) else None,
        status=int(kind.status) if isinstance(kind, ProblemType) else None,
        what=kind.vi if vi else kind.en,
        mend=kind.mend_vi if vi else kind.mend_en,
    )
