"""What is said beside a verdict: the sentence, evidence, suggestions, links, and sums that must tie."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from reconciliation import conservation, reconcile
from reconciliation.results import Result
from reconciliation.tables import EXPECTED, REPORTED
from tests.reconciliation.comparing import both_sides, set_apart
from tests.reconciliation.points import AS_OF, A, B, Row, back, moved, owed, told

CASH = {"channel": "cash", "account_no": None, "citizen_id": "001145012345"}
LATE = dt.date(2026, 11, 30)


def collected(amount: int | None, day: int = 5, **more: Any) -> Row:
    return told(amount, day, cash=True, sender="VNPOST", citizen_id="001145012345", **more)


def judged(lines: list[Row], said: list[Row], **more: Any) -> Result:
    numbered = [{**row, "line": n} for n, row in enumerate(said, start=2)]
    return reconcile(
        pa.Table.from_pylist(lines, EXPECTED), pa.Table.from_pylist(numbered, REPORTED), as_of=AS_OF, **more
    )


# Owed, told, and the sentence in English.
SENTENCES: dict[str, tuple[Row, list[Row], str]] = {
    "paid": (
        owed("L1", 930_000),
        [told(930_000, ref="L1"), told(930_000, 6, status="rejected", ref="L1")],
        "The bank says 930,000 đ was paid in full on 05/11/2026.",
    ),
    "paid_in_full_by_the_only_line": (
        owed("L1", 930_000),
        [told(930_000, None, ref="L1", account=A)],
        "The bank says 930,000 đ was paid in full.",
    ),
    "returned": (
        owed("L1", 930_000),
        [back(930_000, 9, ref="L1", reason_code="AC06")],
        "The bank says the money was returned on 09/11/2026: Blocked account (AC06).",
    ),
    "rejected_in_the_words_of_the_bank": (
        owed("L1", 930_000),
        [told(930_000, status="rejected", ref="L1", reason_code="Z9", reason_text="card eaten")],
        "The bank says it could not pay on 05/11/2026: card eaten (Z9).",
    ),
    "rejected_with_words_alone": (
        owed("L1", 930_000),
        [told(930_000, status="rejected", ref="L1", reason_text="card eaten")],
        "The bank says it could not pay on 05/11/2026: card eaten.",
    ),
    "rejected_with_a_code_alone": (
        owed("L1", 930_000),
        [told(930_000, status="rejected", ref="L1", reason_code="Z9")],
        "The bank says it could not pay on 05/11/2026: Z9.",
    ),
    "rejected_without_a_reason": (
        owed("L1", 930_000),
        [told(930_000, None, status="rejected", ref="L1")],
        "The bank says it could not pay: no reason given.",
    ),
    "missing": (
        owed("L1", 930_000),
        [],
        "The deadline of 20/11/2026 has passed and the bank has said nothing of this line.",
    ),
    "missing_without_a_deadline": (
        owed("L1", 930_000, deadline=None),
        [],
        "The deadline has passed and the bank has said nothing of this line.",
    ),
    "waiting": (
        owed("L1", 930_000, deadline=LATE),
        [],
        "No answer of the bank yet; the deadline of 30/11/2026 has not passed.",
    ),
    "in_progress": (
        owed("L1", 930_000, deadline=LATE),
        [told(930_000, status="pending", ref="L1")],
        "The bank says it is being processed on 05/11/2026; the deadline of 30/11/2026 has not passed.",
    ),
    "unknown": (
        owed("L1", 930_000),
        [told(930_000, status="unknown", ref="L1", reason_code="AB05")],
        (
            "The bank does not know the outcome on 05/11/2026: Timeout creditor agent (AB05). Send an "
            "enquiry; do not pay again before it is answered."
        ),
    ),
    "overdue_in_progress": (
        owed("L1", 930_000),
        [told(930_000, status="pending", ref="L1")],
        (
            "The deadline of 20/11/2026 has passed and the bank still says it is being processed. "
            "Send an enquiry; do not pay again before it is answered."
        ),
    ),
    "twice": (
        owed("L1", 930_000),
        [told(930_000, ref="L1"), told(30_000, 6, ref="L1")],
        "The bank tells of 2 payments, together 960,000 đ, 30,000 đ more than the 930,000 đ owed.",
    ),
    "other_account": (
        owed("L1", 930_000, bank_code="VBA"),
        [told(930_000, ref="L1", account=B, bank_code="ICB")],
        f"The money went to account {B} ICB on 05/11/2026, not to account {A} VBA on the list.",
    ),
    "short": (
        owed("L1", 930_000),
        [told(927_000, ref="L1", fee=3_000)],
        (
            "The account received 927,000 đ on 05/11/2026, 3,000 đ less than the 930,000 đ owed (the "
            "bank took a fee of 3,000 đ)."
        ),
    ),
    "short_twice_with_fees": (
        owed("L1", 930_000),
        [told(400_000, 5, ref="L1", fee=1_000), told(400_000, 6, ref="L1", fee=2_000)],
        (
            "The account received 800,000 đ on 06/11/2026, 130,000 đ less than the 930,000 đ owed "
            "(the bank took a fee of 3,000 đ)."
        ),
    ),
    "over": (
        owed("L1", 930_000),
        [told(940_000, ref="L1")],
        "The account received 940,000 đ on 05/11/2026, 10,000 đ more than the 930,000 đ owed.",
    ),
    "other_name": (
        owed("L1", 930_000),
        [told(930_000, ref="L1", account_name="TRAN VAN BA")],
        (
            "The money went to the right account number on 05/11/2026, but the bank names the holder "
            "TRAN VAN BA and the list Nguyễn Thị Hoa."
        ),
    ),
    "other_name_than_the_holders_on_the_list": (
        owed("L1", 930_000, account_name="Trần Văn Cảnh"),
        [told(930_000, ref="L1", account_name="NGUYEN THI HOA")],
        (
            "The money went to the right account number on 05/11/2026, but the bank names the holder "
            "NGUYEN THI HOA and the list Trần Văn Cảnh."
        ),
    ),
    "offline": (
        owed("L1", 930_000, **CASH),
        [],
        "Paid in person (cash or at home); no signed voucher yet.",
    ),
    "not_collected": (
        owed("L1", 930_000, **CASH),
        [collected(930_000, status="rejected", reason_text="not at home")],
        "The payer of cash says the money was not collected on 05/11/2026: not at home.",
    ),
    "voucher": (
        owed("L1", 930_000, **CASH, voucher=True),
        [],
        "A signed voucher for 930,000 đ in cash is on file.",
    ),
    "collected": (
        owed("L1", 930_000, **CASH, voucher=True),
        [collected(930_000)],
        "The payer of cash says 930,000 đ was handed over in full on 05/11/2026.",
    ),
    "cash_short": (
        owed("L1", 930_000, **CASH),
        [collected(900_000)],
        (
            "The payer of cash says 900,000 đ was handed over on 05/11/2026, 30,000 đ less than the "
            "930,000 đ owed."
        ),
    ),
    "cash_over": (
        owed("L1", 930_000, **CASH),
        [collected(940_000)],
        (
            "The payer of cash says 940,000 đ was handed over on 05/11/2026, 10,000 đ more than the "
            "930,000 đ owed."
        ),
    ),
    "cash_twice": (
        owed("L1", 930_000, **CASH),
        [collected(930_000, ref="L1"), collected(930_000, 6, ref="L1")],
        (
            "The payer of cash tells of 2 payments, together 1,860,000 đ, 930,000 đ more than the "
            "930,000 đ owed."
        ),
    ),
    "cash_name": (
        owed("L1", 930_000, **CASH),
        [collected(930_000, account_name="TRAN VAN BA")],
        (
            "The payer of cash says the money was handed over in full on 05/11/2026, but names TRAN "
            "VAN BA and the list Nguyễn Thị Hoa."
        ),
    ),
    "review_beyond": (
        owed("L1", 930_000),
        [told(2**62, ref="L1", bank_ref=ref) for ref in ("F1", "F2", "F3")],
        (
            "The payments together are more than 9,223,372,036,854,775,807, the largest number that "
            "can be kept; somebody has to look."
        ),
    ),
    "review_citizen": (
        owed("L1", 930_000, citizen_id="001145012345"),
        [told(930_000, citizen_id="001145012345", bank_ref=ref) for ref in ("F1", "F2")],
        (
            "Several lines share the citizen id and the amount and nothing tells which is which; "
            "somebody has to look."
        ),
    ),
    "review_offline": (
        owed("L1", 930_000, **CASH),
        [told(930_000, ref="L1")],
        "The line is paid in person, yet a bank tells of a transaction; somebody has to look.",
    ),
    "review_return": (
        owed("L1", 930_000),
        [told(930_000, ref="L1", bank_ref="F1"), back(100_000, 9, original_ref="F1")],
        "The bank returned another amount than it had paid; somebody has to find out where the rest is.",
    ),
    "review_account": (
        owed("L1", 930_000),
        [told(930_000, account=A, bank_ref="F1"), told(930_000, account=A, bank_ref="F2")],
        "Several lines share the account and nothing tells which belongs to whom; somebody has to look.",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """What is said in each situation, all asked at once and each apart from the others."""
    apart = {
        name: set_apart(([line], [{**row, "line": n} for n, row in enumerate(lines)]), mark)
        for mark, (name, (line, lines, _)) in enumerate(SENTENCES.items())
    }
    verdicts = reconcile(*both_sides(list(apart.values())), as_of=AS_OF, language="en").verdicts
    spoken = dict(zip(verdicts["line_ref"].to_pylist(), verdicts["explanation"].to_pylist(), strict=True))
    return {name: spoken[owed[0]["line_ref"]] for name, (owed, _) in apart.items()}


@pytest.mark.parametrize("situation", SENTENCES)
def test_each_situation_has_its_sentence(said: dict[str, str], situation: str) -> None:
    mark = f"{list(SENTENCES).index(situation):06d}"
    assert said[situation] == SENTENCES[situation][2].replace(A, A + mark).replace(B, B + mark)


def test_money_is_written_as_the_language_does() -> None:
    [vietnamese] = (
        judged([owed("L1", 1_930_000)], [told(1_930_000, ref="L1")]).verdicts["explanation"].to_pylist()
    )
    assert vietnamese == "Ngân hàng báo đã chi đủ 1.930.000 đ ngày 05/11/2026."


def test_several_references_in_one_line_are_named_so() -> None:
    lines = [owed("L1", 540_000), owed("L2", 270_000, B)]
    for said in ([told(700_000, text="L1 L2")], [told(700_000, ref="L1", text="L2")]):
        sentences = judged(lines, said, language="en").verdicts["explanation"].to_pylist()
        assert [each.split(";")[0] for each in sentences] == [
            "A line of the bank names several line references and its amount is not their sum"
        ] * 2


def test_evidence_is_named_in_the_order_of_its_lines_and_candidates_behind_it() -> None:
    lines = [owed("L1", 930_000)]
    [paid] = judged(
        lines, [told(930_000, ref="L1"), told(9, 6, ref="L1", status="pending"), told(1, 7, ref="L1")]
    ).verdicts.to_pylist()
    assert paid["evidence"] == "a.csv:2;a.csv:3;a.csv:4"
    said = [told(930_000, account=A, bank_ref=ref) for ref in ("F1", "F2")]
    [review] = judged(lines, [told(930_000, status="rejected", ref="L1"), *said]).verdicts.to_pylist()
    assert (review["verdict"], review["evidence"]) == ("review", "a.csv:2;a.csv:3;a.csv:4")


def test_lines_say_for_whom_they_speak_or_might() -> None:
    lines = [owed("L1", 540_000), owed("L2", 270_000, B), owed("L3", 9_000, "77"), owed("L4", 9_000, "77")]
    said = [
        told(810_000, text="L1 L2"),
        back(540_000, 9, ref="L1"),
        told(9_000, account="77", bank_ref="F1"),
        told(8_000, account="88"),
        told(5_000, status="rejected"),
    ]
    found = judged(lines, said)
    ends = [(row["disposition"], row["line_refs"], row["rule"]) for row in found.dispositions.to_pylist()]
    assert ends == [
        ("matched", "L1;L2", "reference_in_text"),
        ("matched", "L1;L2", "return"),
        ("ambiguous", "L3;L4", ""),
        ("unexpected", "", ""),
        ("unrelated", "", ""),
    ]
    assert found.links is not None
    links = {(row["line_ref"], row["line"], row["rule"], row["role"]) for row in found.links.to_pylist()}
    assert links == {
        ("L1", 2, "reference_in_text", "evidence"),
        ("L2", 2, "reference_in_text", "evidence"),
        ("L1", 3, "return", "evidence"),
        ("L2", 3, "return", "evidence"),
        ("L3", 4, "account_amount", "candidate"),
        ("L4", 4, "account_amount", "candidate"),
    }
    assert judged(lines, said, links=False).links is None


def test_the_summary_counts_lines_and_money_of_both_sides() -> None:
    lines = [owed("L1", 540_000), owed("L2", 270_000, B), owed("L3", 9_000, "77")]
    said = [
        told(540_000, ref="L1"),
        told(100_000, ref="L2"),
        told(7_000, account="99"),
        told(None, status="rejected", ref="L3"),
    ]
    assert judged(lines, said).summary == {
        "payout_lines": 3,
        "settlement_lines": 4,
        "owed": 819_000,
        "settled": 640_000,
        "verdicts": {
            "paid": {"lines": 1, "owed": 540_000},
            "failed": {"lines": 1, "owed": 9_000},
            "amount_differs": {"lines": 1, "owed": 270_000},
        },
        "dispositions": {
            "matched": {"lines": 3, "amount": 640_000},
            "unexpected": {"lines": 1, "amount": 7_000},
        },
    }


def suggested(line: Row, *said: Row) -> list[tuple[int, int, str]]:
    rows = judged([line], list(said)).suggestions.to_pylist()
    assert {row["line_ref"] for row in rows} <= {"L1"}
    return [(row["line"], row["score"], row["compared"]) for row in rows]


def test_a_name_and_an_account_one_digit_off_are_suggested_with_what_was_compared() -> None:
    line = owed("L1", 930_000, "0201234568", citizen_id="001145012345")
    said = told(930_000, account="0201234569", account_name="NGUYEN THI HOA", citizen_id="001145012345")
    assert suggested(line, {**said, "amount": 900_000}) == [
        (2, 73, "name=1.0;account=0.75;amount=0;citizen_id=1")
    ]


def test_what_agrees_in_little_is_not_suggested() -> None:
    line = owed("L1", 930_000)
    assert suggested(line, told(1, account="0999234568", account_name="TRAN VAN BA")) == []
    assert suggested(line, told(930_000, account="5", account_name="LE VAN SAU")) == []


def test_three_at_most_are_suggested_the_likeliest_first() -> None:
    line = owed("L1", 930_000, "0201234568")
    said = [told(1 + n, account=f"030123456{n}", account_name="NGUYEN THI HOA") for n in range(3)]
    best = told(930_000, account="0301234569", account_name="NGUYEN THI HOA")
    rows = suggested(line, *said, best)
    assert [row[0] for row in rows] == [5, 2, 3]


def test_a_line_that_is_paid_or_settled_otherwise_seeks_nobody() -> None:
    stranger = told(930_000, account="0301234567", account_name="NGUYEN THI HOA")
    assert suggested(owed("L1", 930_000), told(930_000, ref="L1"), stranger) == []
    assert suggested(owed("L1", 930_000, **CASH), stranger) == []
    assert suggested(owed("L1", 930_000, judged=False), stranger) == []
    assert [row[0] for row in suggested(owed("L1", 930_000), stranger)] == [2]


def test_a_name_that_very_many_share_suggests_nothing() -> None:
    lines = [owed(f"L{n}", 930_000 + n, f"5{n:07}1") for n in range(40)]
    said = [told(100 + n, account=f"6{n:07}2", account_name="NGUYEN THI HOA") for n in range(40)]
    assert judged(lines, said).suggestions.num_rows == 0
    assert judged(lines[:20], said[:20]).suggestions.num_rows == 60


class NoEngine:
    """Stands where conservation asks for movements shared in disagreement."""

    def __init__(self, shared: int) -> None:
        self._shared = shared

    def rows(self, _query: str) -> list[tuple[int]]:
        return [(self._shared,)]


@pytest.mark.parametrize(
    ("change", "told_of"),
    [
        ({"verdict": slice(0, 1)}, "payout lines: 2 in, 1 out"),
        ({"disposition": slice(0, 0)}, "settlement lines: 1 in, 0 out"),
        ({"owed": [5, 5]}, "owed: 11 in, 10 out"),
        ({"amount": [8]}, "settlement amounts: 7 in, 8 out"),
        ({"line_ref": ["L1", "L1"]}, "payout lines by name: 2 in, 1 out"),
        ({"shared": 1}, "shared movements whose sums disagree: 0 in, 1 out"),
    ],
)  # fmt: skip
def test_a_run_that_loses_or_invents_is_refused(change: dict[str, Any], told_of: str) -> None:
    expected = pa.table({"amount": [5, 6, 9], "judged": [True, None, False]})
    reported = pa.table({"amount": [7]})
    verdict = pa.table({
        "line_ref": change.get("line_ref", ["L1", "L2"]), "owed": change.get("owed", [5, 6]),
    }).slice(0, 1 if "verdict" in change else 2)  # fmt: skip
    disposition = pa.table({"amount": change.get("amount", [7])}).slice(
        0, 0 if "disposition" in change else 1
    )
    with pytest.raises(conservation.ConservationError, match=told_of):
        conservation.check(NoEngine(change.get("shared", 0)), expected, reported, verdict, disposition)  # type: ignore[arg-type]  # no engine is needed


def test_a_transaction_of_two_people_told_by_report_and_statement_stays_one() -> None:
    lines = [owed("L1", 540_000), owed("L2", 270_000, B)]
    said = [told(810_000, text="L1 L2", bank_ref="F1", sender="VBA"), moved(810_000, bank_ref="F1")]
    found = judged(lines, said)
    assert found.verdicts["verdict"].to_pylist() == ["paid", "paid"]
    assert sorted(found.dispositions["disposition"].to_pylist()) == ["matched", "repeated"]


# Name -> payout lines, bank lines, and of each payout line its verdict and evidence.
STORIES: dict[str, tuple[list[Row], list[Row], list[str]]] = {
    "references_that_fold_alike_name_nobody": (
        [owed("L1", 540_000), owed("l1", 540_000, B)],
        [told(540_000, ref="L1", account=A)],
        ["L1 review a.csv:2", "l1 review a.csv:2"],
    ),
    "end_to_end_id_of_one_telling_wins_over_the_text_of_another": (
        [owed("L1", 540_000), owed("L2", 810_000, B)],
        [
            moved(540_000, bank_ref="F1", ref="L1", account=A),
            moved(540_000, file="c.xml", bank_ref="F1", text="L1 L2"),
        ],
        ["L1 paid b.xml:2", "L2 missing "],
    ),
    "a_sum_that_came_back_stands_once_in_evidence": (
        [owed("L1", 540_000), owed("L2", 270_000)],
        [
            moved(810_000, bank_ref="F1", ref="L1", account=A),
            back(810_000, 9, original_ref="F1", sender="VBA"),
        ],
        ["L1 failed a.csv:3;b.xml:2", "L2 failed a.csv:3;b.xml:2"],
    ),
    "another_branch_takes_back_no_movement_of_the_same_bank_reference": (
        [owed("L1", 540_000)],
        [
            moved(540_000, bank_ref="F1", branch="HN01", ref="L1", account=A),
            back(540_000, 9, original_ref="F1", branch="HN02", sender="VBA"),
        ],
        ["L1 paid b.xml:2"],
    ),
    "equal_movements_pair_by_what_they_say_of_the_account": (
        [owed("L1", 540_000), owed("L2", 540_000)],
        [told(540_000, account=A.lstrip("0")), told(540_000, account=f"0{A}")],
        ["L1 paid a.csv:3", "L2 paid a.csv:2"],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_each_payment_has_its_verdict_and_its_evidence(story: str) -> None:
    lines, said, wanted = STORIES[story]
    rows = judged(lines, said).verdicts.to_pylist()
    told_of = [f"{row['line_ref']} {row['verdict']} {row['evidence']}" for row in rows]
    assert told_of == wanted
