"""The fine points of the rules, one a test: few lines, and what must be said of them."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from reconciliation import reconcile
from reconciliation.tables import EXPECTED, REPORTED
from tests.reconciliation.oracle import judge

Row = dict[str, Any]

A, B = "0201234568", "0301234567"
AS_OF = dt.date(2026, 11, 25)


def owed(ref: str, amount: int, account: str | None = A, **more: Any) -> Row:
    usual = {
        "line_ref": ref,
        "full_name": "Nguyễn Thị Hoa",
        "account_no": account,
        "amount": amount,
        "channel": "account",
        "programme": "BTXH",
        "cycle": "2026-11",
        "opens_on": dt.date(2026, 10, 25),
        "deadline": dt.date(2026, 11, 20),
        "judged": True,
        "voucher": False,
    }
    return usual | more


def told(amount: int | None, day: int | None = 5, *, status: str = "settled", **more: Any) -> Row:
    """A line of the result file; `ref`, `account`, `text` are short for the long names."""
    short = {"ref": "end_to_end_id", "account": "account_no", "text": "remittance_info"}
    usual = {
        "file": "a.csv",
        "movement": False,
        "amount": amount,
        "booked_on": day and dt.date(2026, 11, day),
        "status": status,
    }
    return usual | {short.get(name, name): value for name, value in more.items()}


def back(amount: int, day: int, **more: Any) -> Row:
    return told(amount, day, status="returned", **more)


def moved(amount: int, day: int = 5, **more: Any) -> Row:
    """A line of a statement of the same bank."""
    return told(amount, day, **{"file": "b.xml", "movement": True, "sender": "VBA", **more})


POINTS: dict[str, tuple[list[Row], list[Row], str, str]] = {
    "a_settled_report_is_the_movement_even_where_a_pending_report_came_first": (
        [owed("L1", 540_000)],
        [
            told(540_000, 4, status="pending", ref="L1", sender="VBA"),
            told(540_000, 5, ref="L1", sender="VBA"),
            moved(540_000, ref="L1", bank_ref="F1"),
        ],
        "L1 paid 540000",
        "matched repeated matched",
    ),
    "a_report_is_the_movement_that_a_fee_was_taken_off": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1", sender="VBA"), moved(536_700, ref="L1", bank_ref="F1")],
        "L1 amount_differs 536700",
        "repeated matched",
    ),
    "one_report_is_one_movement_and_a_second_movement_is_a_second_payment": (
        [owed("L1", 540_000)],
        [
            told(540_000, ref="L1", sender="VBA"),
            moved(540_000, ref="L1", bank_ref="F1"),
            moved(540_000, ref="L1", bank_ref="F2"),
        ],
        "L1 paid_twice 1080000",
        "repeated matched matched",
    ),
    "twice_in_a_statement_whose_balance_counts_both_is_two_movements": (
        [owed("L1", 540_000), owed("L2", 540_000)],
        [moved(540_000, account=A, bank_ref="F1", statement=1) for _ in range(2)],
        "L1 paid 540000, L2 paid 540000",
        "matched matched",
    ),
    "twice_where_no_balance_counts_is_told_twice": (
        [owed("L1", 540_000)],
        [moved(540_000, account=A, bank_ref="F1") for _ in range(2)],
        "L1 paid 540000",
        "matched repeated",
    ),
    "branches_share_references": (
        [owed("L1", 540_000), owed("L2", 540_000, B)],
        [
            moved(540_000, account=A, bank_ref="F1", branch="HN1"),
            moved(540_000, account=B, bank_ref="F1", branch="HN2"),
        ],
        "L1 paid 540000, L2 paid 540000",
        "matched matched",
    ),
    "a_late_rejection_of_the_same_transaction_is_its_last_telling": (
        [owed("L1", 540_000)],
        [
            moved(540_000, 5, ref="L1", bank_ref="F1"),
            moved(540_000, 6, status="rejected", ref="L1", bank_ref="F1", reason_code="AC04"),
        ],
        "L1 failed 0 AC04",
        "repeated matched",
    ),
    "a_return_under_the_reference_of_its_movement_undoes_it": (
        [owed("L1", 540_000)],
        [
            moved(540_000, 5, ref="L1", bank_ref="F1"),
            moved(540_000, 6, status="returned", ref="L1", bank_ref="F1", reason_code="AC06"),
        ],
        "L1 failed 0 AC06",
        "reversed matched",
    ),
    "a_return_by_account_and_amount_undoes_the_movement_weeks_later": (
        [owed("L1", 540_000)],
        [told(540_000, 5, ref="L1", account=A), back(540_000, 22, account=A)],
        "L1 failed 0",
        "reversed matched",
    ),
    "a_return_undoes_nothing_that_was_booked_after_it": (
        [owed("L1", 540_000)],
        [back(540_000, 4, ref="L1"), told(540_000, 5, ref="L1")],
        "L1 paid 540000",
        "matched matched",
    ),
    "a_return_that_names_the_line_in_its_text_undoes_a_movement_found_by_account": (
        [owed("L1", 540_000)],
        [told(540_000, 5, account=A), back(540_000, 6, text="hoan tra L1")],
        "L1 failed 0",
        "reversed matched",
    ),
    "returned_and_paid_again_and_returned_again_has_failed": (
        [owed("L1", 540_000)],
        [
            told(540_000, 5, ref="L1"),
            back(540_000, 6, text="hoan tra L1"),
            told(540_000, 8, account=A),
            back(540_000, 10, text="hoan tra L1"),
        ],
        "L1 failed 0",
        "reversed matched reversed matched",
    ),
    "a_return_told_in_two_files_does_not_undo_what_was_paid_after_it": (
        [owed("L1", 540_000)],
        [
            told(540_000, 5, ref="L1"),
            back(540_000, 6, ref="L1"),
            back(540_000, 6, ref="L1", file="b.csv"),
            told(540_000, 8, account=A),
        ],
        "L1 paid 540000",
        "reversed matched matched matched",
    ),
    "a_return_that_names_a_line_is_evidence_without_a_movement": (
        [owed("L1", 540_000)],
        [back(540_000, 6, ref="L1", reason_code="AC01")],
        "L1 failed 0 AC01",
        "matched",
    ),
    "a_return_that_names_nothing_and_undoes_nothing_is_unrelated": (
        [owed("L1", 540_000)],
        [back(540_000, 6, account=A)],
        "L1 missing 0",
        "unrelated",
    ),
    "a_return_less_a_fee_undoes_the_whole_movement": (
        [owed("L1", 540_000)],
        [told(540_000, 5, ref="L1", bank_ref="F1"), back(518_000, 9, original_ref="F1")],
        "L1 failed 0",
        "reversed matched",
    ),
    "a_return_less_a_fee_of_a_batch_is_of_its_account_not_of_a_stranger_with_its_amount": (
        [owed("L1", 540_000), owed("L2", 518_000, B)],
        [
            told(540_000, 5, account=A, bank_ref="F1"),
            told(518_000, 5, account=B, bank_ref="F1"),
            back(518_000, 9, account=A, original_ref="F1"),
        ],
        "L1 failed 0, L2 paid 518000",
        "reversed matched matched",
    ),
    "a_return_that_is_too_short_is_looked_at_by_a_person": (
        [owed("L1", 540_000)],
        [told(540_000, 5, ref="L1", bank_ref="F1"), back(517_999, 9, original_ref="F1")],
        "L1 review 0",
        "matched matched",
    ),
    "one_return_of_two_named_payments_undoes_both": (
        [owed("L1", 540_000), owed("L2", 270_000, B)],
        [told(540_000, 5, ref="L1"), told(270_000, 5, ref="L2"), back(810_000, 9, text="hoan L1, L2")],
        "L1 failed 0, L2 failed 0",
        "reversed reversed matched",
    ),
    "a_word_is_one_token_where_its_marks_stand_apart_from_its_letters_too": (
        [owed("L1", 540_000)],
        [moved(540_000, text="tra\u0309L1, d\u0169")],
        "L1 missing 0",
        "unrelated",
    ),
    "one_credit_for_two_lines_that_came_back_was_theirs": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [told(810_000, 5, account=A, bank_ref="F1"), back(810_000, 9, original_ref="F1", reason_code="AC04")],
        "L1 failed 0 AC04, L2 failed 0 AC04",
        "reversed matched",
    ),
    "instalments_that_all_came_back_were_of_the_line": (
        [owed("L1", 540_000)],
        [
            told(300_000, 5, account=A, bank_ref="F1"),
            told(240_000, 5, account=A, bank_ref="F2"),
            back(300_000, 9, original_ref="F1", reason_code="AC04"),
            back(240_000, 9, original_ref="F2", reason_code="AC04"),
        ],
        "L1 failed 0 AC04",
        "reversed reversed matched matched",
    ),
    "a_named_line_and_the_open_lines_of_its_account_make_the_sum": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [told(810_000, ref="L1")],
        "L1 paid 540000, L2 paid 270000",
        "matched",
    ),
    "a_line_served_by_a_named_sum_is_open_no_more": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [told(810_000, ref="L1"), told(500_000, account=A)],
        "L1 paid 540000, L2 paid 270000",
        "matched unexpected",
    ),
    "a_rejected_sum_is_evidence_for_all_of_its_lines": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [told(810_000, status="rejected", ref="L1", reason_code="AC04")],
        "L1 failed 0 AC04, L2 failed 0 AC04",
        "matched",
    ),
    "several_named_lines_whose_sum_disagrees_are_not_guessed": (
        [owed("L1", 540_000), owed("L2", 270_000, B)],
        [told(700_000, text="L1 L2")],
        "L1 review 0, L2 review 0",
        "ambiguous",
    ),
    "the_reference_of_the_column_wins_where_its_amount_agrees": (
        [owed("L1", 540_000), owed("L2", 270_000, B)],
        [told(540_000, ref="L1", text="L2")],
        "L1 paid 540000, L2 missing 0",
        "matched",
    ),
    "banks_that_conflict_beside_a_line_that_names_none_are_looked_at": (
        [owed("L1", 540_000, bank_code="VBA")],
        [told(540_000, account=A, bank_code="ICB"), told(540_000, account=A)],
        "L1 review 0",
        "ambiguous ambiguous",
    ),
    "a_number_at_another_bank_is_another_account": (
        [owed("L1", 540_000, bank_code="VBA")],
        [told(540_000, account=A, bank_code="ICB")],
        "L1 missing 0",
        "unexpected",
    ),
    "a_bank_is_one_by_code_bin_and_swift": (
        [owed("L1", 540_000, bank_code="VBA"), owed("L2", 270_000, B, bank_code="970405")],
        [told(540_000, account=A, bank_code="VBAAVNVX"), told(270_000, account=B, bank_code="VBA")],
        "L1 paid 540000, L2 paid 270000",
        "matched matched",
    ),
    "the_same_account_and_amount_of_two_months_serves_the_older_first": (
        [owed("L1", 540_000, cycle="2026-10", opens_on=dt.date(2026, 9, 25)), owed("L2", 540_000)],
        [told(540_000, 5, account=A)],
        "L1 paid 540000, L2 missing 0",
        "matched",
    ),
    "a_credit_before_the_payment_opened_serves_it_by_reference_only": (
        [owed("L1", 540_000), owed("L2", 270_000, B)],
        [
            told(540_000, account=A, booked_on=dt.date(2026, 10, 24)),
            told(270_000, ref="L2", booked_on=dt.date(2026, 10, 24)),
        ],
        "L1 missing 0, L2 paid 270000",
        "unexpected matched",
    ),
    "money_that_stands_outweighs_a_later_word": (
        [owed("L1", 540_000)],
        [told(540_000, 5, ref="L1"), told(540_000, 9, status="unknown", ref="L1")],
        "L1 paid 540000",
        "matched matched",
    ),
    "on_one_day_the_gravest_word_is_the_last": (
        [owed("L1", 540_000)],
        [
            told(540_000, 5, status="pending", ref="L1"),
            told(540_000, 5, status="unknown", ref="L1"),
            told(540_000, 5, status="rejected", ref="L1", reason_code="AC06"),
        ],
        "L1 failed 0 AC06",
        "matched matched matched",
    ),
    "a_word_without_any_date_yields_to_a_dated_one": (
        [owed("L1", 540_000)],
        [
            told(540_000, None, status="rejected", ref="L1", reason_code="AC06"),
            told(540_000, 3, status="unknown", ref="L1"),
        ],
        "L1 unconfirmed 0",
        "matched matched",
    ),
    "the_date_of_the_file_stands_in_for_a_missing_day": (
        [owed("L1", 540_000)],
        [
            told(
                540_000,
                None,
                status="rejected",
                ref="L1",
                written_on=dt.date(2026, 11, 9),
                reason_code="AC06",
            ),
            told(540_000, 3, status="unknown", ref="L1"),
        ],
        "L1 failed 0 AC06",
        "matched matched",
    ),
    "two_of_three_equal_lines_paid_without_a_name_are_not_guessed": (
        [owed("L1", 540_000), owed("L2", 540_000), owed("L3", 540_000)],
        [told(540_000, account=A, bank_ref="F1"), told(540_000, account=A, bank_ref="F2")],
        "L1 review 0, L2 review 0, L3 review 0",
        "ambiguous ambiguous",
    ),
    "a_rejection_beside_two_equal_pairs_leaves_both_open_to_doubt": (
        [owed("L1", 540_000), owed("L2", 540_000)],
        [
            told(540_000, account=A, bank_ref="F1"),
            told(540_000, account=A, bank_ref="F2"),
            told(540_000, account=A, bank_ref="F3", status="rejected"),
        ],
        "L1 review 0, L2 review 0",
        "ambiguous ambiguous ambiguous",
    ),
    "amount_and_date_alone_never_match": (
        [owed("L1", 540_000)],
        [told(540_000, account_name="NGUYEN THI HOA")],
        "L1 missing 0",
        "unexpected",
    ),
}


@pytest.fixture(params=POINTS)
def point(request: pytest.FixtureRequest) -> tuple[list[Row], list[Row], str, str]:
    lines, movements, verdicts, dispositions = POINTS[request.param]
    return lines, [{**row, "line": n} for n, row in enumerate(movements, start=2)], verdicts, dispositions


def test_the_judgement_says_so(point: tuple[list[Row], list[Row], str, str]) -> None:
    lines, movements, verdicts, dispositions = point
    result = reconcile(
        pa.Table.from_pylist(lines, EXPECTED), pa.Table.from_pylist(movements, REPORTED), as_of=AS_OF
    )
    said = {(row["file"], row["line"]): row["disposition"] for row in result.dispositions.to_pylist()}
    assert verdicts == ", ".join(
        f"{row['line_ref']} {row['verdict']} {row['settled']} {row['reason_code'] or ''}".strip()
        for row in sorted(result.verdicts.to_pylist(), key=lambda row: row["line_ref"])
    )
    assert sorted(dispositions.split()) == sorted(said.values())


def test_the_plain_reading_says_so_too(point: tuple[list[Row], list[Row], str, str]) -> None:
    lines, movements, verdicts, dispositions = point
    said, places = judge(lines, movements, AS_OF)
    assert verdicts == ", ".join(
        f"{ref} {line.verdict} {line.settled} {line.reason_code}".strip()
        for ref, line in sorted(said.items())
    )
    assert sorted(dispositions.split()) == sorted(line.disposition for line in places.values())
