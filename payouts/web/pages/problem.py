"""What a code on a receipt, or of an error, means: a page for people, JSON for programs, at one address."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from payouts.api.problem_codes import get_code, kind_of
from payouts.api.problem_types import problem_types
from payouts.core.problems import problem_kinds
from payouts.web.access import session_of
from payouts.web.render import page

router = APIRouter(prefix="/problems")


@router.get("")
def show_codes(request: Request) -> Response:
    """List all codes; anybody may see them."""
    session_of(request)
    types = [each for code, each in problem_types().items() if code not in problem_kinds()]
    return page(request, "problems.html", kinds=list(problem_kinds().values()), types=types)


@router.get("/{code}")
def show_code(request: Request, code: str) -> Response:
    """Say what a code means; anybody may see it."""
    accepted = request.headers.get("accept", "")
    if "json" in accepted and "text/html" not in accepted:
        return JSONResponse(get_code(request, code).model_dump())
    session_of(request)
    return page(request, "problem.html", kind=kind_of(code))
