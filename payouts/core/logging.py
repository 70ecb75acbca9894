"""How the service writes its log: one JSON object a line on standard error, without personal data."""

import contextlib
import io
import logging
import sys
from typing import TextIO, cast

import structlog

from payouts.core.settings import Settings

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class _StandardError(io.TextIOBase):
    """Standard error as it is at the time; where it is closed or full, a line is lost and nothing else."""

    def write(self, text: str) -> int:
        """Write what can be written."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()
        return len(text)


# Where an error was raised, without the values at hand: they may be people's names and accounts.
_where_only = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def write_log(settings: Settings) -> None:
    """Let structlog write from the settings' level up; called once by each process that serves or works."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_where_only),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.log_level]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )
