"""A kept Vietnamese explanation said in English is what the judgement says in English."""

import pyarrow as pa

from reconciliation import reconcile
from reconciliation.explain import sentences
from reconciliation.tables import EXPECTED, REPORTED
from reconciliation.translate import PARTS, in_english
from tests.reconciliation.comparing import set_apart
from tests.reconciliation.cycles import AS_OF, cash_cycle, nasty_cycle

CYCLES = 400


def test_each_explanation_is_said_in_english_as_the_judgement_says_it() -> None:
    apart = [set_apart((nasty_cycle, cash_cycle)[seed % 2](seed), seed) for seed in range(CYCLES)]
    facts = (
        pa.Table.from_pylist([row for owed, _ in apart for row in owed], EXPECTED),
        pa.Table.from_pylist([row for _, told in apart for row in told], REPORTED),
    )
    kept, wanted = (
        reconcile(*facts, as_of=AS_OF, language=language).verdicts["explanation"].to_pylist()
        for language in ("vi", "en")
    )
    assert [in_english(each) for each in kept] == wanted
    assert len(set(wanted)) > 100


def test_every_sentence_is_known_and_what_is_none_stays_as_it_is() -> None:
    values = {
        "owed": "930.000 đ", "settled": "810.000 đ", "gap": "120.000 đ", "movements": "2",
        "reason": "không nêu lý do",
        "told_account": "01 VBA", "listed_account": "02", "told_name": "A", "listed_name": "B",
        "on_day": " ngày 05/11/2026", "by_deadline": "", "fee": " (ngân hàng thu phí 11.000 đ)",
    }  # fmt: skip
    english = {
        **values, "owed": "930,000 đ", "settled": "810,000 đ", "gap": "120,000 đ",
        "reason": "no reason given",
        "on_day": " on 05/11/2026", "fee": " (the bank took a fee of 11,000 đ)",
    }  # fmt: skip
    for situation, sentence in sentences("vi").items():
        if situation not in {*PARTS, "no_reason"}:
            assert in_english(sentence.format(**values)) == sentences("en")[situation].format(**english)
    assert in_english("Đã nhận đủ.") == "Đã nhận đủ."
