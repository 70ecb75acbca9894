"""The fine points of the rules, one a test: few lines, and what must be said of them."""

import datetime as dt
from typing import Any

import pytest

from reconciliation import reconcile
from tests.reconciliation.comparing import both_sides, set_apart
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


def moved(amount: int | None, day: int = 5, **more: Any) -> Row:
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
    "a_reference_is_trimmed_and_its_case_says_nothing": (
        [owed("L1", 540_000)],
        [told(540_000, ref="  l1 ")],
        "L1 paid 540000",
        "matched",
    ),
    "a_token_is_whole_or_it_is_none": (
        [owed("L1", 540_000), owed("L2", 270_000, B)],
        [told(540_000, text="tra (L1), dot 11"), told(270_000, text="tra L23 va XL2")],
        "L1 paid 540000, L2 missing 0",
        "matched unrelated",
    ),
    "one_line_for_several_references_whose_sums_agree_is_evidence_for_all": (
        [owed("L1", 540_000), owed("L2", 270_000, B)],
        [told(810_000, text="L1+L2")],
        "L1 paid 540000, L2 paid 270000",
        "matched",
    ),
    "a_reference_is_evidence_where_amount_account_and_name_differ": (
        [owed("L1", 540_000)],
        [told(500_000, ref="L1", account=B, account_name="TRAN VAN BA")],
        "L1 account_differs 500000",
        "matched",
    ),
    "two_payments_that_make_more_than_is_owed_come_before_all_other_differences": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1", account=B), told(1_000, 6, ref="L1", account_name="TRAN VAN BA")],
        "L1 paid_twice 541000",
        "matched matched",
    ),
    "two_payments_that_make_what_is_owed_are_instalments": (
        [owed("L1", 540_000)],
        [told(500_000, ref="L1"), told(40_000, 6, ref="L1")],
        "L1 paid 540000",
        "matched matched",
    ),
    "too_little_comes_before_another_name": (
        [owed("L1", 540_000)],
        [told(539_999, ref="L1", account=A, account_name="TRAN VAN BA")],
        "L1 amount_differs 539999",
        "matched",
    ),
    "the_holder_may_be_a_payee": (
        [owed("L1", 540_000, account_name="Trần Văn Ba"), owed("L2", 270_000, B)],
        [
            told(540_000, ref="L1", account_name="TRAN VAN BA"),
            told(270_000, ref="L2", account_name="TRAN VAN BA"),
        ],
        "L1 paid 540000, L2 name_differs 270000",
        "matched matched",
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
    "a_wallet_is_as_an_account": (
        [owed("L1", 540_000, channel="wallet")],
        [told(540_000, account=A)],
        "L1 paid 540000",
        "matched",
    ),
    "a_bank_that_tells_of_a_line_in_person_is_looked_at": (
        [owed("L1", 540_000, channel="home"), owed("L2", 270_000, None, channel="cash", voucher=True)],
        [told(540_000, ref="L1"), told(270_000, status="rejected", ref="L2")],
        "L1 review 0, L2 review 0",
        "matched matched",
    ),
    "an_account_of_a_line_in_person_takes_no_money": (
        [owed("L1", 540_000, channel="cash")],
        [told(540_000, account=A)],
        "L1 offline 0",
        "unexpected",
    ),
    "a_voucher_pays_in_person": (
        [owed("L1", 540_000, None, channel="cash", voucher=True), owed("L2", 270_000, None, channel="home")],
        [],
        "L1 paid 540000, L2 offline 0",
        "",
    ),
    "zeros_that_a_spreadsheet_lost_hide_no_account": (
        [owed("L1", 540_000, "201234568"), owed("L2", 270_000, "000301234567")],
        [told(540_000, account=A), told(270_000, account=B)],
        "L1 paid 540000, L2 paid 270000",
        "matched matched",
    ),
    "an_account_with_its_zeros_is_nearer_than_one_without": (
        [owed("L1", 540_000, A), owed("L2", 540_000, "201234568")],
        [told(540_000, account=A, bank_ref="F1")],
        "L1 paid 540000, L2 missing 0",
        "matched",
    ),
    "dots_and_dashes_are_no_part_of_an_account": (
        [owed("L1", 540_000, A)],
        [told(540_000, account="0201.234.568")],
        "L1 paid 540000",
        "matched",
    ),
    "a_masked_account_is_empty": (
        [owed("L1", 540_000)],
        [told(540_000, ref="L1", account="******9999"), told(540_000, 6, account="******4568")],
        "L1 paid 540000",
        "matched unrelated",
    ),
    "an_old_number_in_the_text_names_its_person": (
        [owed("L1", 540_000, citizen_id="001145012345", other_ids="011234567")],
        [told(540_000, text="CMND: 011234567.")],
        "L1 paid 540000",
        "matched",
    ),
    "a_person_owed_twice_the_same_is_not_guessed": (
        [owed(ref, 540_000, account, citizen_id="001145012345") for ref, account in (("L1", A), ("L2", B))],
        [told(540_000, citizen_id="001145012345", bank_ref=ref) for ref in ("F1", "F2")],
        "L1 review 0, L2 review 0",
        "ambiguous ambiguous",
    ),
    "a_persons_two_lawful_lines_are_told_apart_by_amount": (
        [owed("L1", 540_000, citizen_id="001145012345"), owed("L2", 270_000, citizen_id="001145012345")],
        [told(270_000, citizen_id="001145012345"), told(540_000, citizen_id="001145012345")],
        "L1 paid 540000, L2 paid 270000",
        "matched matched",
    ),
    "another_amount_on_the_only_open_account_differs": (
        [owed("L1", 540_000)],
        [told(539_000, account=A, account_name="NGUYEN THI HOA")],
        "L1 amount_differs 539000",
        "matched",
    ),
    "another_amount_in_another_name_is_not_guessed": (
        [owed("L1", 540_000)],
        [told(539_000, account=A, account_name="TRAN VAN BA")],
        "L1 review 0",
        "ambiguous",
    ),
    "eight_instalments_at_most": (
        [owed("L1", 540_000), owed("L2", 540_000, B)],
        [told(67_500, day, account=A, bank_ref=f"F{day}") for day in range(1, 9)]
        + [told(60_000, day, account=B, bank_ref=f"F{day + 10}") for day in range(1, 10)],
        "L1 paid 540000, L2 review 0",
        "matched " * 8 + "ambiguous " * 9,
    ),
    "sums_are_tried_where_twenty_lines_are_open_at_most": (
        [owed("L1", 540_000), owed("L2", 540_000, B)],
        [told(270_000 + (-1) ** n * 2**n, account=A, bank_ref=f"F{n}") for n in range(17)]
        + [told(amount, account=A, bank_ref=f"F{amount}") for amount in (500_001, 39_999)]
        + [told(270_000 + (-1) ** n * 2**n, account=B, bank_ref=f"F{n + 20}") for n in range(18)]
        + [told(amount, account=B, bank_ref=f"F{amount + 7}") for amount in (500_001, 39_999)],
        "L1 paid_twice 5173691, L2 review 0",
        "matched " * 19 + "ambiguous " * 20,
    ),
    "one_credit_for_two_lines_of_an_account": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [told(810_000, account=A)],
        "L1 paid 540000, L2 paid 270000",
        "matched",
    ),
    "sums_that_overlap_are_all_looked_at": (
        [owed("L1", 540_000), owed("L2", 270_000), owed("L3", 270_000)],
        [told(810_000, account=A)],
        "L1 review 0, L2 review 0, L3 review 0",
        "ambiguous",
    ),
    "a_second_credit_on_a_served_account_is_a_second_payment": (
        [owed("L1", 540_000)],
        [told(540_000, 5, account=A, bank_ref="F1", ref="L1"), told(300_000, 8, account=A, bank_ref="F2")],
        "L1 paid_twice 840000",
        "matched matched",
    ),
    "a_second_credit_on_an_account_that_two_share_is_nobodys": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [told(540_000, ref="L1"), told(270_000, ref="L2"), told(9_000, 8, account=A)],
        "L1 paid 540000, L2 paid 270000",
        "matched matched unexpected",
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
    "a_word_that_agrees_in_everything_is_no_payment": (
        [owed(f"L{n}", 540_000, f"040123456{n}", deadline=AS_OF) for n in range(1, 5)],
        [
            told(540_000, status=status, ref=f"L{n}", account=f"040123456{n}", account_name="NGUYEN THI HOA")
            for n, status in enumerate(("rejected", "pending", "unknown", "returned"), start=1)
        ],
        "L1 failed 0, L2 pending 0, L3 unconfirmed 0, L4 failed 0",
        "matched " * 4,
    ),
    "equal_groups_pair_where_zeros_were_lost_too": (
        [owed("L1", 540_000, "201234568"), owed("L2", 540_000, "201234568")],
        [told(540_000, account=A, bank_ref=ref) for ref in ("F1", "F2")],
        "L1 paid 540000, L2 paid 540000",
        "matched matched",
    ),
    "a_one_in_front_is_no_zero": (
        [owed("L1", 540_000, "1201234568")],
        [told(540_000, account=A)],
        "L1 missing 0",
        "unexpected",
    ),
    "two_letters_are_another_name_and_so_is_one_cut_off_early": (
        [owed("L1", 540_000), owed("L2", 270_000, B), owed("L3", 270_000, "0401234567")],
        [
            told(540_000, ref="L1", account_name="NGUYEN THY HOE"),
            told(270_000, ref="L2", account_name="NGUYEN THI"),
            told(270_000, ref="L3", account_name="NGUYEN THI HOE"),
        ],
        "L1 name_differs 540000, L2 name_differs 270000, L3 paid 270000",
        "matched matched matched",
    ),
    "an_older_cycle_that_opened_later_takes_no_earlier_money": (
        [owed("L1", 540_000, cycle="2026-10", opens_on=dt.date(2026, 11, 4)), owed("L2", 540_000)],
        [told(540_000, 2, account=A)],
        "L1 missing 0, L2 paid 540000",
        "matched",
    ),
    "two_months_money_in_the_time_of_the_older_is_not_guessed": (
        [owed("L1", 540_000, cycle="2026-10", opens_on=dt.date(2026, 9, 25)), owed("L2", 540_000)],
        [told(540_000, account=A, bank_ref=f"F{n}", booked_on=dt.date(2026, 10, n)) for n in (5, 6)],
        "L1 review 0, L2 missing 0",
        "ambiguous ambiguous",
    ),
    "an_amount_that_the_last_telling_leaves_out_is_that_of_the_others": (
        [owed("L1", 540_000)],
        [moved(500_000, 4, ref="L1", bank_ref="F1"), moved(None, 5, bank_ref="F1", file="c.xml")],
        "L1 amount_differs 500000",
        "repeated matched",
    ),
    "instalments_that_could_be_of_two_lines_are_looked_at": (
        [owed("L1", 540_000), owed("L2", 500_000)],
        [told(amount, account=A, bank_ref=f"F{amount}") for amount in (300_000, 240_000, 200_000)],
        "L1 review 0, L2 review 0",
        "ambiguous " * 3,
    ),
    "amount_and_date_alone_never_match": (
        [owed("L1", 540_000)],
        [told(540_000, account_name="NGUYEN THI HOA")],
        "L1 missing 0",
        "unexpected",
    ),
}


Point = tuple[list[Row], list[Row], str, str]


def numbered(name: str) -> Point:
    lines, movements, verdicts, dispositions = POINTS[name]
    return lines, [{**row, "line": n} for n, row in enumerate(movements, start=2)], verdicts, dispositions


@pytest.fixture(scope="module")
def judgement() -> tuple[dict[str, Row], dict[tuple[str, int], Row]]:
    """What is said of all points, asked at once, each apart from the others: verdicts and dispositions."""
    apart = [set_apart(numbered(name)[:2], mark) for mark, name in enumerate(POINTS)]
    result = reconcile(*both_sides(apart), as_of=AS_OF)
    return (
        {row["line_ref"]: row for row in result.verdicts.to_pylist()},
        {(row["file"], row["line"]): row for row in result.dispositions.to_pylist()},
    )


@pytest.mark.parametrize("name", POINTS)
def test_the_judgement_says_so(
    judgement: tuple[dict[str, Row], dict[tuple[str, int], Row]], name: str
) -> None:
    mark = list(POINTS).index(name)
    lines, movements = set_apart(numbered(name)[:2], mark)
    rows = [judgement[0][ref] for ref in sorted(line["line_ref"] for line in lines)]
    said = ", ".join(
        f"{row['line_ref'][:2]} {row['verdict']} {row['settled']} {row['reason_code'] or ''}".strip()
        for row in rows
    )
    assert said == POINTS[name][2]
    ends = [judgement[1][row["file"], row["line"]]["disposition"] for row in movements]
    assert sorted(ends) == sorted(POINTS[name][3].split())


@pytest.mark.parametrize("name", POINTS)
def test_the_plain_reading_says_so_too(name: str) -> None:
    lines, movements, verdicts, dispositions = numbered(name)
    said, places = judge(lines, movements, AS_OF)
    assert verdicts == ", ".join(
        f"{ref} {line.verdict} {line.settled} {line.reason_code}".strip()
        for ref, line in sorted(said.items())
    )
    assert sorted(dispositions.split()) == sorted(line.disposition for line in places.values())
