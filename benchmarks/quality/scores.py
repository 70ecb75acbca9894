"""Holds what a matcher said against what is true: by family and in total."""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from benchmarks.quality.book import Cycle

CALM = ("paid", "pending")  # verdicts that nobody looks at
EXCEPTIONS = (
    "failed", "missing", "unconfirmed", "amount_differs", "account_differs", "name_differs", "paid_twice",
    "review",
    "offline",
)  # fmt: skip
LINE = ["file", "line"]


@dataclass(frozen=True)
class Said:
    """What a matcher says: a verdict a payout line, and which settlement lines it holds for its evidence.

    Attributes:
        verdicts: line_ref and verdict; settled, reason_code and differences where it says them
        links: line_ref, file, line
        dispositions: file, line, disposition, of a matcher that says them
        seconds: it took
    """

    verdicts: pa.Table
    links: pa.Table
    seconds: float
    dispositions: pa.Table | None = None


@dataclass(frozen=True)
class Scores:
    """What was right and wrong.

    Attributes:
        lines: one row a payout line: what is true, and what was said (said_...)
        told: one row a settlement line with the true and the said disposition, empty where none is said
        links: one row a pair that was said, and whether it is true
        seconds: it took
    """

    lines: pd.DataFrame
    told: pd.DataFrame
    links: pd.DataFrame
    seconds: float

    def table(self) -> pd.DataFrame:
        """Give the scores by family, the last row in total."""
        by = self.lines.assign(family="all")
        both = pd.concat([self.lines, by])
        groups = both.groupby("family", sort=False)
        table = groups[
            ["false_paid", "missed", "wrong_verdict", "wrong_money", "wrong_differences", "idle_review"]
        ].sum()
        table.insert(0, "lines", groups.size())
        pairs = pd.concat([self.links, self.links.assign(family="all")]).groupby("family")
        table["links"], table["wrong_links"] = pairs.size(), pairs["wrong"].sum()
        if len(self.told):
            table["wrong_dispositions"] = (
                pd.concat([self.told, self.told.assign(family="all")]).groupby("family")["wrong"].sum()
            )
        return table.fillna(0).astype("int64").sort_index(key=lambda names: names == "all", kind="stable")

    def total(self) -> dict[str, float]:
        """Give the scores in total: counts, and shares of what they are a share of."""
        lines, links = self.lines, self.links
        reviews = lines["said_verdict"] == "review"
        return {
            "false paid": int(lines["false_paid"].sum()),
            "missed exceptions": int(lines["missed"].sum()),
            "verdicts right": float(1 - lines["wrong_verdict"].mean()),
            "settled sums right": float(1 - lines["wrong_money"].mean()),
            "reviews": int(reviews.sum()),
            "reviews not needed": int(lines["idle_review"].sum()),
            "links": len(links),
            "wrong links": int(links["wrong"].sum()),
            "wrong links of 100,000": float(100_000 * links["wrong"].mean()) if len(links) else 0.0,
            "wrong dispositions": int(self.told["wrong"].sum()) if len(self.told) else float("nan"),
            "seconds": self.seconds,
        }


def score(cycle: Cycle, said: Said) -> Scores:
    """Hold what was said of a cycle against the truth."""
    true = cycle.truth.to_pandas()
    told = said.verdicts.to_pandas()
    lines = true.merge(
        told.add_prefix("said_"), left_on="line_ref", right_on="said_line_ref", how="left", validate="1:1"
    )
    right = lines["said_verdict"] == lines["verdict"]
    lines["false_paid"] = (lines["said_verdict"] == "paid") & ~right
    lines["missed"] = lines["said_verdict"].isin(CALM) & lines["verdict"].isin(EXCEPTIONS)
    lines["wrong_verdict"] = ~right
    lines["idle_review"] = (lines["said_verdict"] == "review") & (lines["verdict"] != "review")
    lines["wrong_money"] = (
        lines["said_settled"] != lines["settled"] if "said_settled" in lines else float("nan")
    )
    detailed = "said_differences" in lines
    differences = (
        (lines["said_differences"] != lines["differences"]) & (lines["verdict"] != "review")
        if detailed
        else False
    )
    reasons = (
        (lines["said_reason_code"] != lines["reason_code"]) & (lines["verdict"] == "failed")
        if detailed
        else False
    )
    lines["wrong_differences"] = differences | reasons
    links = _pairs(cycle, said, lines)
    return Scores(lines, _dispositions(cycle, said), links, said.seconds)


def _pairs(cycle: Cycle, said: Said, lines: pd.DataFrame) -> pd.DataFrame:
    keys = ["line_ref", *LINE]
    true = cycle.links.to_pandas().drop_duplicates()
    links = said.links.to_pandas()[keys].drop_duplicates().merge(true, on=keys, how="left", indicator="found")
    links["wrong"] = links["found"] == "left_only"
    return links.merge(lines[["line_ref", "family"]], on="line_ref", how="left")


def _dispositions(cycle: Cycle, said: Said) -> pd.DataFrame:
    if said.dispositions is None:
        return pd.DataFrame({"wrong": []})
    told = cycle.told_truth.to_pandas().merge(
        said.dispositions.select([*LINE, "disposition"]).to_pandas(),
        on=LINE,
        suffixes=("", "_said"),
        validate="1:1",
    )
    told["wrong"] = [
        said not in true.split("|")
        for true, said in zip(told["disposition"], told["disposition_said"], strict=True)
    ]
    return told
