"""/v1/problem-codes: what a code on a receipt means, for anybody who has the code."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from payouts.api.errors import language_of
from payouts.core.errors import NotFoundError
from payouts.core.problems import ProblemKind, Severity, problem_kinds

router = APIRouter(prefix="/v1/problem-codes", tags=["settlement files"])


class ProblemCode(BaseModel):
    """A code that receipts use; `$value` and its like stand for what the file itself says."""

    code: str
    severity: Severity = Field(description="As shipped; a bank's policy may rule otherwise for a control.")
    what: str
    mend: str


def kind_of(code: str) -> ProblemKind:
    """Find what a code means.

    Raises:
        NotFoundError: no receipt uses it
    """
    if code not in problem_kinds():
        raise NotFoundError("no_such_code", "Không có mã lỗi này.")
    return problem_kinds()[code]


@router.get("/{code}")
def get_code(request: Request, code: Annotated[str, Path(pattern="^[a-z0-9_]{1,64}$")]) -> ProblemCode:
    """Say what a code means and how to mend it; needs no key."""
    kind = kind_of(code)
    vi = language_of(request) == "vi"
    return ProblemCode(
        code=code,
        severity=kind.severity,
        what=kind.vi if vi else kind.en,
        mend=kind.mend_vi if vi else kind.mend_en,
    )
