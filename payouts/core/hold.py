"""How long work knows that nobody else has taken it over: it asks in each of its transactions."""

from collections.abc import Callable

from sqlmodel import Session

Hold = Callable[[Session], None]  # raises where somebody else has taken over the work


def nobody_else(_session: Session) -> None:
    """Say that this caller alone does the work."""
