"""Makes a cycle of any size of the stories, each as often as its share says."""

import csv
import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.quality import stories
from benchmarks.quality.book import Book, Cycle
from benchmarks.quality.stories import STORIES, finding

for _found in pkgutil.iter_modules(stories.__path__):  # a story enters the table when its module is loaded
    importlib.import_module(f"{stories.__name__}.{_found.name}")

SHARES = Path(__file__).with_name("shares.csv")


def shares(mix: str, path: Path = SHARES) -> dict[str, float]:
    """Read how often each family comes: a CSV with the column `family` and one column a mix.

    Raises:
        ValueError: a family is none of STORIES
    """
    with path.open(encoding="utf-8") as file:
        read = {row["family"]: float(row[mix] or 0) for row in csv.DictReader(file)}
    if unknown := set(read) - set(STORIES):
        raise ValueError(f"{path}: no such family: {', '.join(sorted(unknown))}")
    return read


def make(lines: int, share: Mapping[str, float], seed: int) -> Cycle:
    """Make a cycle of so many payout lines; shares are of payout lines, in any unit.

    What is left over is clean. Families of whom nobody is owed anything come beside. Each family that has a
    share comes at least once, so that a small cycle may be larger than was asked.
    """
    book = Book(np.random.default_rng(seed))
    unit = lines / sum(part for name, part in share.items() if STORIES[name].lines)
    left = lines
    for name, part in share.items():
        told = STORIES[name]
        times = int(part * unit / max(told.lines, 1))
        if part and name != "clean":
            times = max(times, 1)
        if times and name != "clean":
            left -= times * told.lines
            book.family = name
            told.write(book, times)
    if left > 0:
        book.family = "clean"
        finding.clean(book, left)
    return book.close()
