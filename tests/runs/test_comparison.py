"""Two judgements side by side: what became of what, and which lines changed."""

from typing import Any

import pyarrow as pa

from payouts.runs.comparison import NONE, compare
from reconciliation.tables import VERDICT_COLUMNS

USUAL = {"owed": 100, "settled": 0, "reason_code": None, "differences": "", "rule": "", "evidence": ""}


def said(**verdicts: str | dict[str, Any]) -> pa.Table:
    rows = [
        {**USUAL, "line_ref": ref, "explanation": "x", **({"verdict": of} if isinstance(of, str) else of)}
        for ref, of in verdicts.items()
    ]
    kinds = {name: pa.int64() if name in {"owed", "settled"} else pa.string() for name in VERDICT_COLUMNS}
    return pa.Table.from_pylist(rows, pa.schema(kinds.items()))


def test_what_became_of_what_is_counted() -> None:
    paid = {"verdict": "paid", "settled": 100, "rule": "reference"}
    found = compare(
        said(A="missing", B="missing", C="paid", D="review"), said(A=paid, B=paid, C="paid", E="pending")
    )
    assert found.before == {
        "paid": {"lines": 1, "owed": 100, "settled": 0},
        "missing": {"lines": 2, "owed": 200, "settled": 0},
        "review": {"lines": 1, "owed": 100, "settled": 0},
    }
    assert found.moves == [
        {"before": "missing", "after": "paid", "lines": 2, "owed": 200},
        {"before": NONE, "after": "pending", "lines": 1, "owed": 100},
        {"before": "review", "after": NONE, "lines": 1, "owed": 100},
    ]
    rows = found.lines.to_pylist()
    assert [row["line_ref"] for row in rows] == ["A", "B", "D", "E"]
    assert rows[0]["fields"] == "verdict;settled;rule"
    assert (rows[2]["verdict_after"], rows[3]["settled_before"]) == (None, None)


def test_null_and_empty_text_are_the_same_and_words_alone_are_no_change() -> None:
    before = said(A={"verdict": "paid", "rule": None, "explanation": "said so"})
    after = said(A={"verdict": "paid", "rule": "", "explanation": "said otherwise"})
    assert compare(before, after).lines.num_rows == 0
    assert compare(before, after, by=("explanation",)).lines.num_rows == 1


def test_sums_past_64_bits_are_exact_and_nothing_against_nothing_is_nothing() -> None:
    large = {"verdict": "paid", "owed": 2**62, "settled": 2**62}
    found = compare(said(), said(A=large, B=large, C=large))
    assert found.after["paid"]["owed"] == 3 * 2**62
    assert found.moves[0]["owed"] == 3 * 2**62
    assert compare(said(), said()).moves == []
