"""Fine points of which line belongs to which."""

import datetime as dt

from tests.reconciliation.points import A, B, Point, owed, told

PAIRED: dict[str, Point] = {
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
    "two_of_three_equal_lines_paid_without_a_name_are_not_guessed": (
        [owed("L1", 540_000), owed("L2", 540_000), owed("L3", 540_000)],
        [told(540_000, account=A, bank_ref="F1"), told(540_000, account=A, bank_ref="F2")],
        "L1 review 0, L2 review 0, L3 review 0",
        "ambiguous ambiguous",
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
    "a_wallet_is_as_an_account": (
        [owed("L1", 540_000, channel="wallet")],
        [told(540_000, account=A)],
        "L1 paid 540000",
        "matched",
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
    "instalments_that_could_be_of_two_lines_are_looked_at": (
        [owed("L1", 540_000), owed("L2", 500_000)],
        [told(amount, account=A, bank_ref=f"F{amount}") for amount in (300_000, 240_000, 200_000)],
        "L1 review 0, L2 review 0",
        "ambiguous " * 3,
    ),
    "money_from_before_the_payment_opened_tears_no_group": (
        [owed("L1", 540_000, bank_code="VBA")],
        [
            told(500_000, account=A, bank_code="ICB", bank_ref="F1", booked_on=dt.date(2026, 10, 20)),
            told(500_000, 5, account=A, bank_ref="F2"),
        ],
        "L1 amount_differs 500000",
        "unexpected matched",
    ),
    "what_agrees_in_everything_is_paid_and_a_second_payment_is_found_in_any_way": (
        [owed(f"L{n}", 540_000, f"040123456{n}") for n in range(1, 6)],
        [told(540_000, 5, ref=f"L{n}", account=f"040123456{n}") for n in range(1, 6)]
        + [
            told(540_000, 6, ref="L1"),
            told(540_000, 6, text="tra L2"),
            told(540_000, 6, account="401234563"),
        ],
        "L1 paid_twice 1080000, L2 paid_twice 1080000, L3 paid_twice 1080000, L4 paid 540000, L5 paid 540000",
        "matched " * 8,
    ),
    "money_that_names_a_reference_or_a_person_unknown_here_is_unexpected": (
        [owed("L1", 540_000)],
        [told(1_000, ref="X9"), told(2_000, citizen_id="001145099999"), told(3_000, account=B)],
        "L1 missing 0",
        "unexpected " * 3,
    ),
    "amount_and_date_alone_never_match": (
        [owed("L1", 540_000)],
        [told(540_000, account_name="NGUYEN THI HOA")],
        "L1 missing 0",
        "unexpected",
    ),
}
