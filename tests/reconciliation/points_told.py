"""Fine points of what is told several times, in which words and when."""

import datetime as dt

from tests.reconciliation.points import AS_OF, A, B, Point, moved, owed, told

TOLD: dict[str, Point] = {
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
    "a_word_is_one_token_where_its_marks_stand_apart_from_its_letters_too": (
        [owed("L1", 540_000)],
        [moved(540_000, text="tra\u0309L1, d\u0169")],
        "L1 missing 0",
        "unrelated",
    ),
    "a_rejected_sum_is_evidence_for_all_of_its_lines": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [told(810_000, status="rejected", ref="L1", reason_code="AC04")],
        "L1 failed 0 AC04, L2 failed 0 AC04",
        "matched",
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
    "a_rejected_duplicate_order_does_not_make_a_paid_line_fail": (
        [owed("L1", 540_000)],
        [told(540_000, 5, ref="L1"), told(540_000, 9, status="rejected", ref="L1", reason_code="AM05")],
        "L1 paid 540000",
        "matched matched",
    ),
    "on_the_deadline_itself_it_has_not_passed": (
        [owed("L1", 540_000, deadline=AS_OF), owed("L2", 540_000, B, deadline=AS_OF - dt.timedelta(days=1))],
        [],
        "L1 pending 0, L2 missing 0",
        "",
    ),
    "pending_past_the_deadline_wants_an_enquiry_and_before_it_time": (
        [owed("L1", 540_000), owed("L2", 540_000, B, deadline=AS_OF)],
        [told(540_000, status="pending", ref="L1"), told(540_000, status="pending", ref="L2")],
        "L1 unconfirmed 0, L2 pending 0",
        "matched matched",
    ),
    "unknown_wants_an_enquiry_at_any_time": (
        [owed("L1", 540_000, deadline=AS_OF)],
        [told(540_000, status="unknown", ref="L1")],
        "L1 unconfirmed 0",
        "matched",
    ),
    "what_is_booked_after_the_day_asked_is_not_looked_at_and_on_the_day_it_is": (
        [owed("L1", 540_000), owed("L2", 270_000, B)],
        [told(540_000, 26, ref="L1"), told(270_000, 25, ref="L2")],
        "L1 missing 0, L2 paid 270000",
        "unrelated matched",
    ),
    "an_informational_line_says_nothing": (
        [owed("L1", 540_000)],
        [told(540_000, status="informational", ref="L1")],
        "L1 missing 0",
        "unrelated",
    ),
    "a_bank_that_tells_of_a_line_in_person_is_looked_at": (
        [owed("L1", 540_000, channel="home"), owed("L2", 270_000, None, channel="cash", voucher=True)],
        [told(540_000, ref="L1"), told(270_000, status="rejected", ref="L2")],
        "L1 review 0, L2 review 0",
        "matched matched",
    ),
    "on_the_day_a_payment_opens_money_counts_for_it": (
        [owed("L1", 540_000)],
        [told(540_000, account=A, booked_on=dt.date(2026, 10, 25))],
        "L1 paid 540000",
        "matched",
    ),
    "money_that_names_nothing_is_unrelated_and_a_strangers_rejection_too": (
        [owed("L1", 540_000)],
        [told(1_000), told(540_000, status="rejected", account=B), told(9_000, account_name="TRAN VAN BA")],
        "L1 missing 0",
        "unrelated unrelated unexpected",
    ),
    "two_banks_that_number_alike_tell_of_two_payments": (
        [owed("L1", 540_000)],
        [moved(540_000, ref="L1", bank_ref="F1"), moved(540_000, ref="L1", bank_ref="F1", sender="ICB")],
        "L1 paid_twice 1080000",
        "matched matched",
    ),
    "one_bank_reference_with_two_amounts_is_two_movements": (
        [owed("L1", 540_000)],
        [moved(500_000, ref="L1", bank_ref="F1"), moved(40_000, ref="L1", bank_ref="F1")],
        "L1 paid 540000",
        "matched matched",
    ),
    "what_one_telling_names_the_others_know_too": (
        [owed("L1", 540_000)],
        [moved(540_000, 4, ref="L1", bank_ref="F1"), moved(540_000, 5, bank_ref="F1", file="c.xml")],
        "L1 paid 540000",
        "repeated matched",
    ),
    "a_report_is_of_the_bank_that_sent_the_movement": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1", sender="ICB"), moved(540_000, ref="L1", bank_ref="F1")],
        "L1 paid_twice 1080000",
        "matched matched",
    ),
    "a_report_of_a_fee_more_than_is_tolerated_is_another_payment": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1", sender="VBA"), moved(517_999, ref="L1", bank_ref="F1")],
        "L1 paid_twice 1057999",
        "matched matched",
    ),
    "a_word_that_agrees_in_everything_is_no_payment": (
        [owed(f"L{n}", 540_000, f"040123456{n}", deadline=AS_OF) for n in range(1, 5)],
        [
            told(540_000, status=status, ref=f"L{n}", account=f"040123456{n}", account_name="NGUYEN THI HOA")
            for n, status in enumerate(("rejected", "pending", "unknown", "returned"), start=1)
        ],
        "L1 failed 0, L2 pending 0, L3 unconfirmed 0, L4 failed 0",
        "matched " * 4,
    ),
    "an_amount_that_the_last_telling_leaves_out_is_that_of_the_others": (
        [owed("L1", 540_000)],
        [moved(500_000, 4, ref="L1", bank_ref="F1"), moved(None, 5, bank_ref="F1", file="c.xml")],
        "L1 amount_differs 500000",
        "repeated matched",
    ),
}
