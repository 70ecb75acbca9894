"""What people decided of pairs goes before every step, and what cannot be followed is told."""

import random
from typing import Any

import pyarrow as pa
import pytest

from reconciliation import reconcile
from reconciliation.results import Result
from reconciliation.tables import DECISIONS, EXPECTED, REPORTED, WHY_NOT_FOLLOWED
from tests.reconciliation.comparing import set_apart
from tests.reconciliation.cycles import AS_OF, Row, nasty_cycle
from tests.reconciliation.points import A, B, back, moved, owed, told

HOA = "Nguyễn Thị Hoa"


def decided(owed_rows: list[Row], told_rows: list[Row], *decisions: str) -> Result:
    """Judge; a decision is "L1 match 2" or "L1 apart 2": the second line of the bank."""
    told_rows = [row | {"line": number} for number, row in enumerate(told_rows, start=1)]
    pairs = [each.split() for each in decisions]
    rows = [
        {
            "line_ref": ref,
            "file": told_rows[int(line) - 1]["file"] if int(line) <= len(told_rows) else "a.csv",
            "line": int(line),
            "decision": what,
        }
        for ref, what, line in pairs
    ]
    return reconcile(
        pa.Table.from_pylist(owed_rows, EXPECTED),
        pa.Table.from_pylist(told_rows, REPORTED),
        as_of=AS_OF,
        decisions=pa.Table.from_pylist(rows, DECISIONS),
    )


def verdicts(result: Result) -> str:
    return ", ".join(
        f"{row['line_ref']} {row['verdict']} {row['settled']}" for row in result.verdicts.to_pylist()
    )


def lines(result: Result) -> str:
    rows = sorted(result.dispositions.to_pylist(), key=lambda row: row["line"])
    return " ".join(row["disposition"] for row in rows)


def why(result: Result) -> list[str]:
    return result.not_followed["why"].to_pylist()


# Name -> payout lines, bank lines, decisions, verdicts, dispositions.
STORIES: dict[str, tuple[list[Row], list[Row], list[str], str, str]] = {
    "a_confirmed_line_without_an_account_makes_paid": (
        [owed("L1", 540_000)],
        [told(540_000, account_name=HOA)],
        ["L1 match 1"],
        "L1 paid 540000",
        "matched",
    ),
    "the_differences_of_a_confirmed_line_stay": (
        [owed("L1", 540_000)],
        [told(540_000, account=B, account_name=HOA)],
        ["L1 match 1"],
        "L1 account_differs 540000",
        "matched",
    ),
    "a_confirmed_movement_that_comes_back_has_failed": (
        [owed("L1", 540_000)],
        [moved(540_000, account=B, bank_ref="F1"), back(540_000, 9, original_ref="F1", sender="VBA")],
        ["L1 match 1"],
        "L1 failed 0",
        "reversed matched",
    ),
    "a_return_confirmed_as_hers_undoes_her_payment": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1", account=A), back(540_000, 9, account_name=HOA)],
        ["L1 match 2"],
        "L1 failed 0",
        "reversed matched",
    ),
    "a_person_chooses_among_candidates": (
        [owed("L1", 540_000), owed("L2", 540_000)],
        [told(540_000, account=A)],
        ["L2 match 1"],
        "L1 missing 0, L2 paid 540000",
        "matched",
    ),
    "who_is_not_meant_leaves_the_candidates": (
        [owed("L1", 540_000), owed("L2", 540_000)],
        [told(540_000, account=A)],
        ["L1 apart 1"],
        "L1 missing 0, L2 paid 540000",
        "matched",
    ),
    "lines_of_one_account_held_apart_wait_for_nobody": (
        [owed("L1", 540_000)],
        [told(540_000, account=A, account_name=HOA)],
        ["L1 apart 1"],
        "L1 missing 0",
        "unexpected",
    ),
    "a_reference_held_apart_is_none": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1", account=A)],
        ["L1 apart 1"],
        "L1 missing 0",
        "unexpected",
    ),
    "a_reference_in_the_text_held_apart_is_none": (
        [owed("L1", 540_000), owed("L2", 810_000, B)],
        [told(810_000, text="L1 L2")],
        ["L1 apart 1"],
        "L1 missing 0, L2 paid 810000",
        "matched",
    ),
    "what_people_say_goes_before_the_reference": (
        [owed("L1", 540_000), owed("L2", 540_000, B)],
        [told(540_000, ref="L1", account=A)],
        ["L2 match 1"],
        "L1 missing 0, L2 account_differs 540000",
        "matched",
    ),
    "a_confirmed_line_follows_no_other_reference_of_its_return": (
        [owed("L1", 540_000), owed("L2", 540_000, B)],
        [moved(540_000, bank_ref="F1"), back(540_000, 9, original_ref="F1", sender="VBA", ref="L1")],
        ["L2 match 1"],
        "L1 missing 0, L2 failed 0",
        "reversed matched",
    ),
    "of_equal_lines_the_rest_waits_when_one_pair_is_held_apart": (
        [owed("L1", 540_000), owed("L2", 540_000)],
        [told(540_000, 5, account=A), told(540_000, 6, account=A)],
        ["L1 apart 1"],
        "L1 review 0, L2 review 0",
        "ambiguous ambiguous",
    ),
    "of_equal_lines_the_rest_pairs_when_one_pair_is_confirmed": (
        [owed("L1", 540_000), owed("L2", 540_000)],
        [told(540_000, 5, account=A), told(540_000, 6, account=A)],
        ["L1 match 2"],
        "L1 paid 540000, L2 paid 540000",
        "matched matched",
    ),
    "an_identity_number_held_apart_matches_not": (
        [owed("L1", 540_000, citizen_id="001145012345")],
        [told(540_000, citizen_id="001145012345")],
        ["L1 apart 1"],
        "L1 missing 0",
        "unexpected",
    ),
    "instalments_held_apart_add_up_to_nothing": (
        [owed("L1", 540_000)],
        [told(270_000, 5, account=A), told(270_000, 6, account=A)],
        ["L1 apart 1", "L1 apart 2"],
        "L1 missing 0",
        "unexpected unexpected",
    ),
    "an_instalment_held_apart_leaves_the_other": (
        [owed("L1", 540_000)],
        [told(270_000, 5, account=A), told(270_000, 6, account=A)],
        ["L1 apart 1"],
        "L1 amount_differs 270000",
        "unexpected matched",
    ),
    "two_confirmed_instalments_are_added": (
        [owed("L1", 540_000)],
        [told(270_000, 5, account_name=HOA), told(270_000, 6, account_name=HOA)],
        ["L1 match 1", "L1 match 2"],
        "L1 paid 540000",
        "matched matched",
    ),
    "money_left_over_and_held_apart_pays_nobody_twice": (
        [owed("L1", 540_000)],
        [told(540_000, 5, ref="L1", account=A), told(540_000, 6, account=A)],
        ["L1 apart 2"],
        "L1 paid 540000",
        "matched unexpected",
    ),
    "a_confirmed_surplus_is_paid_twice": (
        [owed("L1", 540_000)],
        [told(540_000, 5, ref="L1", account=A), told(540_000, 6, account_name=HOA)],
        ["L1 match 2"],
        "L1 paid_twice 1080000",
        "matched matched",
    ),
    "one_line_confirmed_for_two_whose_sums_agree_pays_both": (
        [owed("L1", 540_000), owed("L2", 810_000, B)],
        [told(1_350_000, account_name=HOA)],
        ["L1 match 1", "L2 match 1"],
        "L1 paid 540000, L2 paid 810000",
        "matched",
    ),
    "a_confirmed_line_takes_no_other_open_line_of_the_account": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [told(810_000, account_name=HOA)],
        ["L1 match 1"],
        "L1 amount_differs 810000, L2 missing 0",
        "matched",
    ),
    "collections_of_cash_held_apart_close_nothing": (
        [owed("L1", 540_000, channel="cash", citizen_id="001145012345")],
        [told(540_000, citizen_id="001145012345", cash=True)],
        ["L1 apart 1"],
        "L1 offline 0",
        "unexpected",
    ),
    "a_return_held_apart_undoes_nothing": (
        [owed("L1", 540_000)],
        [told(540_000, 5, ref="L1", account=A), back(540_000, 9, account=A)],
        ["L1 apart 2"],
        "L1 paid 540000",
        "matched unrelated",
    ),
    "a_decision_on_one_telling_is_one_on_all": (
        [owed("L1", 540_000), owed("L2", 540_000, B)],
        [
            moved(540_000, bank_ref="F1", account_name=HOA),
            moved(540_000, 6, file="c.xml", bank_ref="F1", account_name=HOA),
        ],
        ["L2 match 1"],
        "L1 missing 0, L2 paid 540000",
        "repeated matched",
    ),
    "the_same_decision_on_two_tellings_is_one": (
        [owed("L1", 540_000), owed("L2", 540_000, B)],
        [
            moved(540_000, bank_ref="F1", account_name=HOA),
            moved(540_000, 6, file="c.xml", bank_ref="F1", account_name=HOA),
        ],
        ["L2 match 1", "L2 match 2"],
        "L1 missing 0, L2 paid 540000",
        "repeated matched",
    ),
    "one_collection_of_cash_held_apart_leaves_the_other": (
        [owed("L1", 540_000, channel="cash", citizen_id="001145012345")],
        [
            told(500_000, 5, citizen_id="001145012345", cash=True),
            told(500_000, 6, citizen_id="001145012345", cash=True),
        ],
        ["L1 apart 1"],
        "L1 amount_differs 500000",
        "unexpected matched",
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_what_people_decided_is_followed(story: str) -> None:
    owed_rows, told_rows, decisions, expected, dispositions = STORIES[story]
    result = decided(owed_rows, told_rows, *decisions)
    assert (verdicts(result), lines(result), why(result)) == (expected, dispositions, [])


UNFOLLOWED: dict[str, tuple[list[Row], list[Row], list[str], list[str], str]] = {
    "a_line_of_the_bank_that_is_gone": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1")],
        ["L1 match 9"],
        ["gone"],
        "L1 paid 540000",
    ),
    "a_payment_that_is_gone": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1")],
        ["L7 match 1"],
        ["gone"],
        "L1 paid 540000",
    ),
    "a_movement_after_the_day_asked_about": (
        [owed("L1", 540_000)],
        [told(540_000, 26)],
        ["L1 match 1"],
        ["not_looked_at"],
        "L1 missing 0",
    ),
    "a_return_of_which_the_bank_says_what_it_undoes": (
        [owed("L1", 540_000), owed("L2", 540_000, B)],
        [moved(540_000, ref="L1", bank_ref="F1"), back(540_000, 9, original_ref="F1", sender="VBA")],
        ["L2 match 2", "L1 apart 2"],
        ["undone_by_bank", "undone_by_bank"],
        "L1 failed 0, L2 missing 0",
    ),
    "one_line_for_two_whose_sums_disagree": (
        [owed("L1", 540_000), owed("L2", 810_000, B)],
        [told(540_000, account_name=HOA)],
        ["L1 match 1", "L2 match 1"],
        ["sums_disagree", "sums_disagree"],
        "L1 missing 0, L2 missing 0",
    ),
    "two_tellings_of_which_one_is_held_apart": (
        [owed("L1", 540_000)],
        [
            moved(540_000, bank_ref="F1", account=A),
            moved(540_000, file="c.xml", bank_ref="F1", account=A),
        ],
        ["L1 match 1", "L1 apart 2"],
        ["held_apart"],
        "L1 missing 0",
    ),
}


@pytest.mark.parametrize("story", UNFOLLOWED)
def test_what_cannot_be_followed_is_told(story: str) -> None:
    owed_rows, told_rows, decisions, reasons, expected = UNFOLLOWED[story]
    result = decided(owed_rows, told_rows, *decisions)
    assert (why(result), verdicts(result)) == (reasons, expected)


def test_each_reason_not_to_follow_is_told_above() -> None:
    assert {each for _, _, _, reasons, _ in UNFOLLOWED.values() for each in reasons} == set(WHY_NOT_FOLLOWED)


def test_the_verdict_names_the_decision_as_its_rule() -> None:
    result = decided([owed("L1", 540_000)], [told(540_000)], "L1 match 1")
    [row] = result.verdicts.to_pylist()
    assert (row["rule"], row["evidence"]) == ("confirmed", "a.csv:1")


def test_a_pair_held_apart_stands_neither_in_evidence_nor_among_candidates() -> None:
    rows = [owed("L1", 540_000), owed("L2", 540_000)]
    result = decided(
        rows,
        [told(540_000, 5, account=A), told(540_000, 6, account=A), told(540_000, 7, account=A)],
        "L1 apart 1",
    )
    assert verdicts(result) == "L1 review 0, L2 review 0"
    assert result.verdicts["evidence"].to_pylist() == ["a.csv:2;a.csv:3", "a.csv:1;a.csv:2;a.csv:3"]
    assert result.dispositions["line_refs"].to_pylist() == ["L2", "L1;L2", "L1;L2"]
    assert result.links is not None
    assert {("L1", 1)}.isdisjoint(
        zip(result.links["line_ref"].to_pylist(), result.links["line"].to_pylist(), strict=True)
    )


def test_each_of_two_held_apart_keeps_the_others_as_candidates() -> None:
    result = decided(
        [owed("L1", 540_000), owed("L2", 540_000)],
        [told(540_000, day, account=A) for day in (5, 6, 7)],
        "L1 apart 1",
        "L2 apart 2",
    )
    assert result.verdicts["evidence"].to_pylist() == ["a.csv:2;a.csv:3", "a.csv:1;a.csv:3"]
    assert result.dispositions["line_refs"].to_pylist() == ["L2", "L1", "L1;L2"]


def test_a_rejected_suggestion_is_not_made_again() -> None:
    rows, said = [owed("L1", 540_000)], [told(540_000, account="0201234599", account_name=HOA)]
    assert decided(rows, said).suggestions["line_ref"].to_pylist() == ["L1"]
    assert decided(rows, said, "L1 apart 1").suggestions["line_ref"].to_pylist() == []


@pytest.mark.parametrize("decisions", [["L1 perhaps 1"], ["L1 match 1", "L1 match 1"]])
def test_a_decision_that_is_none_is_refused(decisions: list[str]) -> None:
    with pytest.raises(ValueError, match=r"must be one of|stands twice"):
        decided([owed("L1", 540_000)], [told(540_000)], *decisions)


def together(first: int = 0) -> tuple[pa.Table, pa.Table, pa.Table]:
    """All stories above as one: payments, bank lines, decisions, each apart from the others by its mark."""
    owed_rows, told_rows, rows = [], [], []
    stories = [*(each[:3] for each in STORIES.values()), *(each[:3] for each in UNFOLLOWED.values())]
    for mark, (mine, theirs, decisions) in enumerate(stories, start=first):
        numbered = [row | {"line": number} for number, row in enumerate(theirs, start=1)]
        renamed, said = set_apart((mine, numbered), mark)
        owed_rows, told_rows = owed_rows + renamed, told_rows + said
        for ref, what, line in map(str.split, decisions):
            file = theirs[int(line) - 1]["file"] if int(line) <= len(theirs) else "a.csv"
            key = f"{ref}Q{mark:06d}", f"{mark:06d}/{file}", int(line)
            rows.append(dict(zip(DECISIONS.names, (*key, what), strict=True)))
    return (
        pa.Table.from_pylist(owed_rows, EXPECTED),
        pa.Table.from_pylist(told_rows, REPORTED),
        pa.Table.from_pylist(rows, DECISIONS),
    )


def test_decisions_of_many_stories_together_are_followed_as_alone() -> None:
    owed_rows, told_rows, decisions = together()
    result = reconcile(owed_rows, told_rows, as_of=AS_OF, decisions=decisions)
    said = {row["line_ref"]: f"{row['verdict']} {row['settled']}" for row in result.verdicts.to_pylist()}
    ends = [*(each[3] for each in STORIES.values()), *(each[4] for each in UNFOLLOWED.values())]
    alone = {
        f"{ref}Q{mark:06d}": end
        for mark, whole in enumerate(ends)
        for ref, end in (each.split(" ", 1) for each in whole.split(", "))
    }
    assert said == alone
    assert len(why(result)) == sum(len(each[3]) for each in UNFOLLOWED.values())


SEEDS = range(400)


def _many() -> tuple[list[Row], list[Row]]:
    apart = [set_apart(nasty_cycle(seed), seed) for seed in SEEDS]
    told_rows = [row for _, rows in apart for row in rows]
    return [row for rows, _ in apart for row in rows], told_rows


def _some_pairs(seed: int) -> list[dict[str, Any]]:
    """Decide of some pairs in each nasty cycle, whatever they have to do with each other."""
    rng = random.Random(seed)  # noqa: S311  # repeatable, nothing secret
    rows: dict[tuple[str, str, int], dict[str, Any]] = {}
    for each in SEEDS:
        owed_rows, told_rows = set_apart(nasty_cycle(each), each)
        for _ in range(rng.randrange(4) if told_rows else 0):
            one, other = rng.choice(owed_rows), rng.choice(told_rows)
            key = one["line_ref"], other["file"], other["line"]
            what = rng.choice(("match", "apart", "apart"))
            rows[key] = dict(zip(DECISIONS.names, (*key, what), strict=True))
    return list(rows.values())


def _judged(owed_rows: list[Row], told_rows: list[Row], decisions: list[dict[str, Any]]) -> Result:
    return reconcile(
        pa.Table.from_pylist(owed_rows, EXPECTED),
        pa.Table.from_pylist(told_rows, REPORTED),
        as_of=AS_OF,
        decisions=pa.Table.from_pylist(decisions, DECISIONS),
    )


def _pairs(table: pa.Table, **only: str) -> set[tuple[str, str, int]]:
    rows = [row for row in table.to_pylist() if all(row[name] == value for name, value in only.items())]
    return {(row["line_ref"], row["file"], row["line"]) for row in rows}


def test_in_nasty_cycles_what_is_held_apart_never_meets_and_what_is_confirmed_does() -> None:
    decisions = _some_pairs(seed=5)
    result = _judged(*_many(), decisions)
    table = pa.Table.from_pylist(decisions, DECISIONS)
    unfollowed = _pairs(result.not_followed)
    assert result.links is not None
    linked = _pairs(result.links)
    held_apart = _pairs(table, decision="apart") - unfollowed
    assert len(held_apart) > 200
    assert held_apart.isdisjoint(linked)
    assert held_apart.isdisjoint(_pairs(result.suggestions))
    named = {
        (row["line_ref"], *place.rsplit(":", 1))
        for row in result.verdicts.to_pylist()
        for place in row["evidence"].split(";")
        if place
    }
    assert {(ref, file, str(line)) for ref, file, line in held_apart}.isdisjoint(named)
    tellings = {
        (row["file"], row["line"])
        for row in result.dispositions.to_pylist()
        if row["disposition"] == "repeated"
    }
    confirmed = {pair for pair in _pairs(table, decision="match") - unfollowed if pair[1:] not in tellings}
    assert len(confirmed) > 100
    assert confirmed <= _pairs(result.links, role="evidence") | _pairs(result.links, role="reversed")


def test_decisions_do_not_depend_on_their_order_or_that_of_the_rows() -> None:
    owed_rows, told_rows = _many()
    decisions = _some_pairs(seed=6)
    usual = _judged(owed_rows, told_rows, decisions)
    for rows in (owed_rows, told_rows, decisions):
        rows.reverse()
    turned = _judged(owed_rows, told_rows, decisions)
    assert turned.verdicts.equals(usual.verdicts)
    assert turned.dispositions.equals(usual.dispositions)
    assert turned.not_followed.equals(usual.not_followed)


def test_confirming_what_was_found_changes_no_verdict() -> None:
    """Whoever confirms all that was found by account and amount gets the same verdicts and sums."""
    owed_rows, told_rows = _many()
    found = _judged(owed_rows, told_rows, [])
    assert found.links is not None
    links = [
        row
        for row in found.links.to_pylist()
        if row["role"] == "evidence" and row["rule"] == "account_amount"
    ]
    decisions = [{name: row.get(name, "match") for name in DECISIONS.names} for row in links]
    assert len(decisions) > 20
    again = _judged(owed_rows, told_rows, decisions)
    same = ["line_ref", "verdict", "settled", "differences", "evidence"]
    assert again.verdicts.select(same).equals(found.verdicts.select(same))
    assert again.not_followed.num_rows == 0
