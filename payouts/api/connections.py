"""A connection to the server that may not begin a request for ever: slow headers hold nothing."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from payouts.core import limits


class Connection(H11Protocol):
    """uvicorn's connection, which waits for whole headers at most HEADERS_SECONDS.

    uvicorn itself has a patience between requests only, not for the first one and not within its headers; nor
    while it passes by the rest of a body that nobody reads any more.
    """

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn types it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes, and wait for the rest of the headers as long as they are no request."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._stop()

    def _busy(self) -> bool:
        cycle: RequestResponseCycle | None = (
            self.cycle
        )  # none before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        if self._busy():
            self._stop()
        elif self._patience is None:
            self._patience = self.loop.call_later(limits.HEADERS_SECONDS, self._give_up)

    def _stop(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if not self._busy():
            self.transport.close()
