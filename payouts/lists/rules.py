"""What a payout cycle may be called, and which rows of a line count."""

import re

from payouts.core.errors import RefusedError

CYCLE = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
PROGRAMME = re.compile(r"[A-Z][A-Z0-9_-]{1,19}")
COUNTS = 0  # what `ended_by` of a payout line says as long as nothing ended it


def check_cycle(programme: str, cycle: str) -> None:
    """Refuse a name that no programme or cycle can have.

    Raises:
        RefusedError: the cycle is not a month like 2026-11, or the programme no short name like BTXH
    """
    if not CYCLE.fullmatch(cycle):
        raise RefusedError(
            "not_a_cycle", f"Kỳ chi trả “{cycle}” không đúng. Hãy ghi năm-tháng, ví dụ 2026-11."
        )
    if not PROGRAMME.fullmatch(programme):
        raise RefusedError(
            "not_a_programme", f"Chương trình “{programme}” không đúng. Hãy ghi mã chữ in hoa, ví dụ BTXH."
        )


def waiting_for(list_id: int) -> int:
    """Return what `ended_by` says of a line of a corrected list that nobody has confirmed."""
    return -list_id
