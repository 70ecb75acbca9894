"""The next step is data, and complete: for every exception and every reason that a bank may give."""

import pytest

from payouts.cases.next_steps import kinds_of_reason, next_step
from payouts.cases.rules import NEEDS_CASE
from payouts.web.labels import ACTORS, RETRIES
from reconciliation.tables import VERDICTS

EXCEPTIONS = [verdict for verdict in VERDICTS if NEEDS_CASE[verdict] != "no"]
REASONS = [None, "NOVEL", *kinds_of_reason()]


@pytest.mark.parametrize("verdict", EXCEPTIONS)
def test_every_exception_has_a_next_step_in_two_languages(verdict: str) -> None:
    for reason in REASONS:
        step = next_step(verdict, reason)
        assert step
        assert step.vi
        assert step.en
        assert step.said("vi") == step.vi
        assert step.said("en") == step.en
        assert step.actor in ACTORS
        assert step.retry in RETRIES


def test_where_nothing_is_to_be_done_nothing_is_said() -> None:
    assert next_step("paid", None) is None
    assert next_step("pending", "AC04") is None


def test_what_is_unconfirmed_is_never_paid_again_before_the_bank_has_answered() -> None:
    assert {next_step("unconfirmed", reason).retry for reason in REASONS} == {"after_enquiry"}  # type: ignore[union-attr]  # each has one


def test_a_bank_that_says_deceased_asks_for_verification_only() -> None:
    step = next_step("failed", "MD07")
    assert step
    assert "xác minh" in step.vi
    assert "trích lục khai tử" in step.vi


def test_every_kind_of_reason_has_a_row_of_its_own() -> None:
    general = next_step("failed", None)
    assert [code for code in kinds_of_reason() if next_step("failed", code) == general] == []
