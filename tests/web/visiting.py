"""Somebody with a browser that runs no scripts, for tests of pages."""

import re
from dataclasses import dataclass, field

import httpx

PASSWORD = "một câu đủ dài để nhớ"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass
class Visitor:
    """Somebody with a browser: follows no redirects by itself, keeps cookies, fills forms in."""

    client: httpx.AsyncClient
    last: str = field(default="")

    async def see(self, path: str) -> httpx.Response:
        answer = await self.client.get(path)
        self.last = answer.text
        return answer

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the page last seen, with its hidden fields."""
        hidden = {"csrf_token": self.token(), "version": self.version()}
        answer = await self.client.post(path, data={**hidden, **fields})
        if answer.status_code != 303:
            self.last = answer.text
        return answer

    def token(self) -> str:
        found = CSRF.search(self.last)
        return found[1] if found else ""

    def version(self) -> str:
        found = VERSION.search(self.last)
        return found[1] if found else ""

    async def sign_in(self, username: str, password: str = PASSWORD) -> httpx.Response:
        await self.see("/sign-in")
        return await self.send("/sign-in", username=username, password=password)
