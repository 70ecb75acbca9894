"""Asks for coverage to be worked out anew when facts have come, or another day."""

from payouts.core.database import Database
from payouts.coverage.refresh import due
from payouts.jobs.queue import ask


def ask_to_measure(database: Database) -> bool:
    """Ask for it where it is due, once however many workers look; nothing more is to be done at once."""
    with database.reading() as session:
        key = due(session)
    if key:
        with database.session() as session:
            ask(session, "coverage", key)
    return False
