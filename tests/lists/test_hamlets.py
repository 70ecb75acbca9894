"""The hamlet of a person is written in one way, whatever lists write."""

import pytest

from payouts.lists.hamlets import tidy_hamlet


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("TDP số 03", "Tổ dân phố 3"),
        ("tổ 3", "Tổ dân phố 3"),
        ("To dan pho so 12A", "Tổ dân phố 12A"),
        ("THÔN  ĐÔNG NGẠC", "Thôn Đông Ngạc"),
        ("thon Hạ", "Thôn Hạ"),
        ("KDC.2", "Khu dân cư 2"),
        ("Lăng Bác", "Lăng Bác"),
        ("Tổng hợp", "Tổng hợp"),
        ("Thôn", "Thôn"),
        ("12 Hàng Bông", "12 Hàng Bông"),
        ("", ""),
    ],
)
def test_a_hamlet_is_written_in_one_way(said: str, written: str) -> None:
    assert tidy_hamlet(said) == written
    assert tidy_hamlet(written) == written
