"""Tells browsers what a page may do (our own style, pictures and scripts) and what to keep."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Scripts come from our own files alone; a page has to work without them, they only make it more comfortable.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
A_YEAR = "public, max-age=31536000, immutable"  # the address of a static file changes with its content


class Headers:
    """Adds the headers to every answer of the pages; HEAD is answered as GET, whose body the server drops."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._more = {"Strict-Transport-Security": "max-age=31536000"} if https else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        static = scope["path"].startswith("/static/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({**ALWAYS, **self._more})
                found = message["status"] in {200, 304}
                headers["Cache-Control"] = A_YEAR if static and found else "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)
