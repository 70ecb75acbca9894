"""Fine points of money that comes back."""

from tests.reconciliation.points import A, B, Point, back, moved, owed, told

BACK: dict[str, Point] = {
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
    "what_agreed_in_everything_may_come_back_in_any_way": (
        [owed(f"L{n}", 540_000, f"040123456{n}") for n in range(1, 7)],
        [moved(540_000, 5, ref=f"L{n}", account=f"040123456{n}", bank_ref=f"F{n}") for n in range(1, 7)]
        + [
            back(540_000, 9, ref="L1"),
            back(540_000, 9, original_ref="F2", sender="VBA"),
            back(540_000, 9, text="hoan tra L3"),
            back(540_000, 9, account="0401234564"),
            back(540_000, 9, bank_ref="F5", sender="VBA"),
        ],
        "L1 failed 0, L2 failed 0, L3 failed 0, L4 failed 0, L5 failed 0, L6 paid 540000",
        "reversed " * 5 + "matched " * 6,
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
    "a_status_moves_on_from_pending_to_settled_to_returned": (
        [owed("L1", 540_000)],
        [
            moved(540_000, 3, status="pending", ref="L1", bank_ref="F1"),
            moved(540_000, 5, ref="L1", bank_ref="F1", file="c.xml"),
            moved(540_000, 9, status="returned", bank_ref="F1", file="d.xml", reason_code="AC06"),
        ],
        "L1 failed 0 AC06",
        "repeated reversed matched",
    ),
    "of_two_movements_a_return_undoes_the_one_of_its_amount_not_the_latest": (
        [owed("L1", 540_000)],
        [
            told(540_000, 5, ref="L1", bank_ref="F1"),
            told(200_000, 6, ref="L1", bank_ref="F2"),
            back(540_000, 9, ref="L1"),
        ],
        "L1 amount_differs 200000",
        "reversed matched matched",
    ),
    "of_two_equal_movements_a_return_undoes_the_latest": (
        [owed("L1", 540_000)],
        [
            told(540_000, 5, ref="L1", bank_ref="F1"),
            told(540_000, 6, ref="L1", bank_ref="F2"),
            back(540_000, 9, ref="L1"),
        ],
        "L1 paid 540000",
        "matched reversed matched",
    ),
    "money_that_comes_back_pays_nobody": (
        [owed("L1", 540_000)],
        [back(540_000, 5, account=A, account_name="NGUYEN THI HOA")],
        "L1 missing 0",
        "unrelated",
    ),
}
