"""Keeps how a form was answered, so that the same form sent twice is acted upon once."""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from payouts.api.access import database_of
from payouts.identity.forms import end_form

SEE_OTHER = 303  # how a form is answered that was acted upon


class Once:
    """Ends the form that `access.desk_of_writer` began: where it led, or that it may be sent again.

    A form whose handling broke stays begun: nobody can say whether it was acted upon.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and keep how before the answer leaves."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def send_once_kept(message: Message) -> None:
            form = getattr(request.state, "form", None)
            if message["type"] == "http.response.start" and form:
                led_to = (
                    Headers(raw=message["headers"]).get("location")
                    if message["status"] == SEE_OTHER
                    else None
                )
                await run_in_threadpool(end_form, database_of(request), form, led_to)
            await send(message)

        await self._app(scope, receive, send_once_kept)
