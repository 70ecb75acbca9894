"""Says what was scored: a table side by side, one by family, and the first disagreements with their rows."""

import math
from collections.abc import Mapping

import pandas as pd

from benchmarks.quality.book import Cycle
from benchmarks.quality.scores import LINE, Scores

OWED = [
    "cycle",
    "channel",
    "bank_code",
    "account_no",
    "account_name",
    "full_name",
    "citizen_id",
    "amount",
    "deadline",
]
TOLD = ["status", "booked_on", "bank_ref", "original_ref", "end_to_end_id", "bank_code", "account_no",
        "account_name",
        "citizen_id", "amount", "fee", "reason_code", "remittance_info"]  # fmt: skip


def side_by_side(scores: Mapping[str, Scores]) -> str:
    """Compare matchers in total; the column behind each rival is its ratio to the first."""
    totals = {name: each.total() for name, each in scores.items()}
    ours = next(iter(totals.values()))
    rows = {}
    for measure, value in ours.items():
        row = {next(iter(totals)): _written(measure, value)}
        for name, total in list(totals.items())[1:]:
            row[name] = _written(measure, total[measure])
            ratio = total[measure] / value if value else float("nan")
            row[f"{name} ratio"] = "" if math.isnan(ratio) else f"{ratio:.2f}"
        rows[measure] = row
    return pd.DataFrame.from_dict(rows, orient="index").to_string()


def families(scores: Mapping[str, Scores]) -> str:
    """Show the first matcher family by family, and beside it how many wrong paids each rival has there."""
    (_, first), *others = scores.items()
    table = first.table()
    for name, rival in others:
        table[f"{name}: false paid"] = rival.table()["false_paid"]
    return table.to_string()


def disagreements(cycle: Cycle, scores: Scores, most: int) -> str:
    """Show payments that were judged otherwise than is true, or got a wrong line, with their rows."""
    lines = scores.lines
    wrong = lines[lines["wrong_verdict"] | lines["wrong_money"] | lines["wrong_differences"]]
    pairs = scores.links[scores.links["wrong"]]
    wrong = pd.concat([wrong, lines[lines["line_ref"].isin(pairs["line_ref"])]]).drop_duplicates("line_ref")
    if wrong.empty:
        return "no disagreement"
    owed, told = cycle.expected.to_pandas(), cycle.reported.to_pandas()
    links = pd.concat([cycle.links.to_pandas(), scores.links])[["line_ref", *LINE]].drop_duplicates()
    said = []
    for row in wrong.groupby("family", sort=False).head(2).head(most).itertuples():
        rows = told.merge(links[links["line_ref"] == row.line_ref][LINE], on=LINE)
        true = (row.line_ref, row.verdict, row.settled, row.differences, row.reason_code)
        told_so = (row.said_verdict, row.said_settled, row.said_differences, row.said_reason_code)
        said += [
            f"{row.family}: is {' '.join(map(str, true))}; was said {' '.join(map(str, told_so))}",
            owed[owed["line_ref"] == row.line_ref][OWED].to_string(index=False),
            rows[[*LINE, *TOLD]].to_string(index=False),
            "",
        ]
    return "\n".join(said)


def _written(measure: str, value: float) -> str:
    if math.isnan(value):
        return ""
    if measure.endswith(" right"):
        return f"{value:.3%}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
