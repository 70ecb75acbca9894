"""No damaged list breaks its reader, and none is accepted with other sums than its bytes say."""

import random
from pathlib import Path

import pytest

from tests.lists.damage import KINDS, read_checked, seeds
from tests.settlements.damage import damaged


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_lists_end_in_one_of_three_outcomes(tmp_path: Path, kind: str) -> None:
    rng, whole = random.Random(11), seeds(kind, tmp_path)  # noqa: S311  # an order, no secret
    ends = {
        read_checked(tmp_path / "list", damaged(kind, rng.choice(whole), rng)).outcome for _ in range(250)
    }
    assert ends == {"accepted", "quarantined", "refused"}
