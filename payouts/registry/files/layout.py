"""The columns of a registry file and the words in its cells, as tables."""

import csv
import functools
from importlib import resources

import pyarrow as pa

from payouts.core.listheadings import list_layout
from payouts.core.tabular import Layout
from payouts.core.words import folded
from payouts.registry.rules import opt_out_reasons, payee_relations

ROWS = pa.schema(
    [
        ("row", pa.int64()),  # as a spreadsheet shows it
        ("citizen_id", pa.string()),
        ("full_name", pa.string()),
        ("date_of_birth", pa.date32()),
        *(
            (name, pa.string())
            for name in ("sex", "category_code", "area_code", "programme", "since", "channel")
        ),
        *((name, pa.string()) for name in ("bank_code", "account_no", "account_name")),
        *((f"payee_{name}", pa.string()) for name in ("name", "citizen_id", "relation", "document")),
        ("payee_valid_to", pa.date32()),
        ("vneid_level", pa.int64()),
        ("card_expires_on", pa.date32()),
        *((name, pa.string()) for name in ("phone", "opt_out")),
        *((f"dossier_{step}_on", pa.date32()) for step in ("completed", "sent", "opened")),
        *((name, pa.string()) for name in ("other_ids", "document")),
    ]
)
DAYS = tuple(field.name for field in ROWS if field.type == pa.date32() and field.name != "date_of_birth")

# How people write the levels of Decree 69/2024/ND-CP, and that there is none.
LEVELS = {
    **dict.fromkeys(("0", "khong", "chuaco", "chua"), "0"),
    **dict.fromkeys(("1", "01", "muc1", "muc01", "mucdo1", "mucdo01"), "1"),
    **dict.fromkeys(("2", "02", "muc2", "muc02", "mucdo2", "mucdo02"), "2"),
}
FOR_LIFE = frozenset({"khongthoihan", "khongxacdinhthoihan"})  # a card that does not expire


@functools.cache
def registry_layout() -> Layout:
    """Give the layout: the headings of payout lists that mean the same here, and the registry's own."""
    text = (resources.files("payouts.registry") / "data" / "headings.csv").read_text(encoding="utf-8")
    own = {folded(row["heading"]): row["field"] for row in csv.DictReader(text.splitlines())}
    known = {*ROWS.names, "commune", "unused"}
    shared = {title: field for title, field in list_layout().headings.items() if field in known}
    return Layout("registry-file", {**shared, **own}, frozenset({"citizen_id"}))


@functools.cache
def opt_out_words() -> dict[str, str]:
    """Give the reasons to opt out by code, Vietnamese and English."""
    return {
        folded(word): code
        for code, reason in opt_out_reasons().items()
        for word in (code, reason.vi, reason.en)
    }


@functools.cache
def relation_words() -> dict[str, str]:
    """Give the relations of payees by code, Vietnamese and English."""
    return {
        folded(word): code
        for code, relation in payee_relations().items()
        for word in (code, relation.vi, relation.en)
    }
