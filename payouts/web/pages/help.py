"""The help in plain words."""

from fastapi import APIRouter, Request, Response

from payouts.web.access import session_of
from payouts.web.render import page

router = APIRouter()


@router.get("/help")
def show_help(request: Request) -> Response:
    """Show the help, also to who is not signed in."""
    session_of(request)
    return page(request, "help.html")
