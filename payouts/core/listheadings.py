"""The headings of a payout list, by which lists are read and by which a list sent as a bank file is known."""

import csv
import functools
from importlib import resources

from payouts.core.tabular import Layout
from payouts.core.words import folded

_REQUIRED = frozenset({"citizen_id", "full_name", "amount"})


@functools.cache
def list_layout() -> Layout:
    """Give the layout of a payout list: English and Vietnamese headings, and the fields it must have."""
    text = (resources.files("payouts.core") / "data" / "list_headings.csv").read_text(encoding="utf-8")
    headings = {folded(row["heading"]): row["field"] for row in csv.DictReader(text.splitlines())}
    return Layout("payout-list", headings, _REQUIRED)
