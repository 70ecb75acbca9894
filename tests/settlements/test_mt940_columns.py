"""Movements of an MT940 that are read in columns are read as they are read one by one."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payouts.settlements.formats import mt940, mt940_text
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.mt940_columns import Regular, read_regular

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "mt940"

_words = st.sampled_from(
    ["NGUYEN VAN AN", "TRỢ CẤP THÁNG 11", "CT2611000001", "T11/2026", "0011004000001", "BFTVVNVX", "", " ",
     "/BENM//NAME/", "/BENM/", "/ORDP//NAME/", "/NAME/", "/ACCT/", "/BIC/", "/EREF/", "/REMI/", "/RTRN/",
     "/RTRN/AC04", "AC04", "TAI KHOAN DA DONG", "/", "//", ",", "-", ":", "?", "+", "?20", "?21SVWZ+",
     "?20EREF+", "?30BFTVVNVX", "?31 0011", "?32", "?33", "?34", "?60", "020?00", "EREF+", "/CHGS/VND1100,",
     "\u00a0", "e\u0301", "²", "\t", "NONREF", "NOTPROVIDED"]
)  # fmt: skip
_LINES = ("\n", "\n ", "\n-", "\n:", "\n:25:X\n", "\r\n", "")
_text = st.lists(st.one_of(_words, st.sampled_from(_LINES)), max_size=10).map("".join)
_field_61 = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["261120", "2611201120", "261120    ", "2602301120", "2701021231", "26112"]),
        st.sampled_from(["D", "C", "RC", "RD", "DD", "CN", "EC"]),
        st.sampled_from(
            ["930000,", "0,", "1,00", "1,50", "000001,0", "12345678901234,", "99999999999999999,"]
        ),
        st.sampled_from(["NTRF", "FMSC", "S   ", "N12 "]),
        _words,
        st.sampled_from(["//", "//", ""]),
        _words,
    ),
)
_slashed = st.tuples(
    st.permutations(
        ["/BENM//NAME/A B", "/ACCT/0011,X", "/BIC/BFTVVNVX", "/EREF/CT1", "/REMI/T11/2026 TRO CAP"]
    ),
    st.integers(1, 5),
).map(lambda pair: "".join(pair[0][: pair[1]]))
_subfields = st.builds(
    "020?00CK{}{}{}{}".format,
    st.sampled_from(["", "?20EREF+CT1", "?20EREF+CT1SVWZ+TRO?21 CAP", "?20TRO?21CAP?22"]),
    st.sampled_from(["", "?30BFTVVNVX", "?30"]),
    st.sampled_from(["", "?31 0011", "?31"]),
    st.sampled_from(["", "?32NGUYEN VAN AN", "?32A?33B", "?32 A  B "]),
)
_field_86 = st.one_of(_text, _slashed, _subfields).map("\n:86:{}".format)
_movement = st.tuples(_field_61, st.one_of(_field_86, st.just(""))).map(
    lambda parts: f":61:{parts[0]}{parts[1]}\n"
)
_message = st.builds(
    "{}:25:X\n:28C:1\n{}{}{}".format,
    st.sampled_from([":20:A\n", ":20:A\n", "{4:\n:20:A\n", ""]),
    st.sampled_from([":60F:C261119VND0,\n", ":60M:C261119VND5,\n", ":60F:C261119EUR0,\n", ""]),
    st.lists(_movement, max_size=12).map("".join),
    st.sampled_from([":62F:C261120VND0,\n-\n", ":62M:C261120VND0,\n", ""]),
)


def _read(path: Path, currency: str) -> tuple[FileReport, list[dict[str, Any]]]:
    report = FileReport(format="mt940")
    rows = [row for batch in mt940.read(path, report, currency) for row in batch.to_pylist()]
    return report, rows


def _none(_: list[str], currency: str) -> Regular:
    return read_regular([], currency)


def _check(path: Path, currency: str = "VND") -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mt940, "FEW", 0)
        report, rows = _read(path, currency)
        patch.setattr(mt940, "read_regular", _none)
        expected, one_by_one = _read(path, currency)
    assert rows == one_by_one
    assert report == expected
    return len(rows)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mt940") / "tep"


@given(messages=st.lists(_message, min_size=1, max_size=3), block=st.sampled_from([60, 1 << 20]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_columns_and_single_movements_agree(path: Path, messages: list[str], block: int) -> None:
    path.write_text("".join(messages), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mt940_text, "_BLOCK", block)
        _check(path)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not beside the project")
@pytest.mark.parametrize(
    "sample", sorted(SAMPLES.glob("*")), ids=lambda sample: sample.name.rpartition("__")[2]
)
def test_columns_and_single_movements_agree_on_real_files(sample: Path) -> None:
    for currency in ("EUR", "VND"):
        _check(sample, currency)


def test_a_plain_file_is_read_in_columns(path: Path) -> None:
    movement = (
        ":61:2611201120D930000,NTRFCT{0}//FT{0}\n:86:/BENM//NAME/NGUYEN VAN AN/ACCT/{0}\n/REMI/T11/2026\n"
    )
    lines = "".join(movement.format(number) for number in range(1000))
    path.write_text(f":20:A\n:25:B\n:28C:1\n:60F:C261119VND930000000,\n{lines}:62F:C261120VND0,\n-\n")
    assert _check(path) == 1000
    pieces = mt940_text.BEFORE_A_MOVEMENT.split(path.read_text())
    assert len(read_regular(pieces, "VND").places) == 1000


def test_sums_of_a_block_are_exact(path: Path) -> None:
    lines = ":61:261120D9999999999999,NTRFA//B\n" * 20_000
    total = Decimal(9_999_999_999_999) * 20_000
    path.write_text(f":20:A\n:25:B\n:28C:1\n:60F:C261119VND0,\n{lines}:62F:D261120VND{total},\n")
    report, _ = _read(path, "VND")
    assert (report.outcome, report.totals["VND"].debit) == ("accepted", total)
