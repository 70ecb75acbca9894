"""The stories of payments, one function each: what was owed, what banks told of it, what is true."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.quality.book import Book

Write = Callable[[Book, int], None]


@dataclass(frozen=True)
class Story:
    """One family of situations.

    Attributes:
        write: tells it so many times at once, each of other people
        lines: payout lines of one telling, 0 where nobody is owed anything
        about: in one sentence, from the docstring
    """

    write: Write
    lines: int
    about: str


STORIES: dict[str, Story] = {}


def story(lines: int = 1) -> Callable[[Write], Write]:
    """Enter a function into the table of stories under its own name."""

    def enter(write: Write) -> Write:
        STORIES[write.__name__] = Story(write, lines, (write.__doc__ or "").strip())
        return write

    return enter
