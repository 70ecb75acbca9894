"""Damaged and hostile files: never an exception, never accepted with other totals than the bytes say."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payouts.core.limits import LONGEST_TEXT
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.standard import MOST_CURRENCIES
from payouts.settlements.formats.xml import LARGEST_ELEMENT
from payouts.settlements.reading import open_settlement
from tests.settlements.damage import damaged, read_checked, seeds

FILES = Path(__file__).parent / "files"
NAMES = ("camt053.xml", "pain002.xml", "mt940.sta")
CONTENT = {name: (FILES / name).read_bytes() for name in NAMES}


def _read(folder: Path, content: bytes) -> FileReport:
    """Read a file and check what must hold of any; an accepted one has the lines and sums of its bytes."""
    return read_checked(folder / "tep", content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_anywhere_is_never_half_accepted(folder: Path, name: str) -> None:
    content = CONTENT[name]
    whole = _read(folder, content)
    for cut in range(0, len(content), 7):
        report = _read(folder, content[:cut])
        if report.outcome == "accepted":
            assert report.lines == whole.lines or report.statements < whole.statements
        if name.endswith(".xml") and cut < len(content.rstrip()):
            assert report.outcome == "refused"


@pytest.mark.parametrize("kind", ["camt.053", "camt.054", "pain.002", "mt940", "csv", "xlsx"])
def test_a_share_of_the_damaged_files_that_the_benchmark_reads(folder: Path, kind: str) -> None:
    rng, whole = random.Random(7), seeds(kind)  # noqa: S311  # repeatable, nothing secret
    for _ in range(200):
        _read(folder, damaged(kind, rng.choice(whole), rng))


_edit = st.tuples(
    st.sampled_from(["set", "insert", "delete", "repeat", "cut"]),
    st.floats(0, 1, exclude_max=True),
    st.one_of(
        st.binary(min_size=1, max_size=4), st.sampled_from([b"0", b"1", b",", b".", b":", b"C", b"\n"])
    ),
    st.integers(1, 60),
)


def _edited(content: bytes, edits: list[tuple[str, float, bytes, int]]) -> bytes:
    for kind, where, piece, length in edits:
        at = int(where * len(content))
        if kind == "set":
            content = content[:at] + piece + content[at + len(piece) :]
        elif kind == "insert":
            content = content[:at] + piece + content[at:]
        elif kind == "delete":
            content = content[:at] + content[at + length :]
        elif kind == "repeat":
            content = content[: at + length] + content[at:]
        else:
            content = content[:at]
    return content


@given(name=st.sampled_from(NAMES), edits=st.lists(_edit, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_never_accepted_as_something_else(
    folder: Path, name: str, edits: list[tuple[str, float, bytes, int]]
) -> None:
    _read(folder, _edited(CONTENT[name], edits))


@given(name=st.sampled_from(NAMES), at=st.integers(0, 400), digit=st.sampled_from("0123456789"))
@settings(max_examples=200, deadline=None)
def test_one_wrong_digit_is_never_accepted_with_wrong_totals(
    folder: Path, name: str, at: int, digit: str
) -> None:
    digits = [match.start() for match in re.finditer(rb"[0-9]", CONTENT[name])]
    place = digits[at % len(digits)]
    _read(folder, CONTENT[name][:place] + digit.encode() + CONTENT[name][place + 1 :])


@given(content=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_end_in_an_outcome(folder: Path, content: bytes) -> None:
    _read(folder, content)


@pytest.mark.parametrize("head", ["", "<?xml version='1.0'?>", "<!-- a --> <?b?>\n", " \n"])
def test_a_dtd_is_refused_before_anything_is_parsed(folder: Path, head: str) -> None:
    bomb = (
        '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c SYSTEM "file:///etc/passwd">]>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>&b;&c;'
        "</BkToCstmrStmt></Document>"
    )
    for encoding in ("utf-8", "utf-16"):
        report = _read(folder, (head + bomb).encode(encoding))
        assert report.outcome == "refused"
        assert [problem.code for problem in report.problems] == ["dtd_refused"]


def _around(inner: str) -> bytes:
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
        f"{inner}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


@pytest.mark.parametrize(
    "inner",
    [
        "<a>" * 50_000 + "</a>" * 50_000,
        f"<Ntry><Amt>{'9' * 11_000_000}</Amt></Ntry>",
        "<Ntry>" * 300 + "</Ntry>" * 300,
        "<TxDtls/>",
        "<NtryDtls><TxDtls/></NtryDtls>",
    ],
    ids=["deep", "endless amount", "entries in entries", "stray detail", "detail without entry"],
)
def test_a_message_of_impossible_shape_is_refused(folder: Path, inner: str) -> None:
    assert _read(folder, _around(inner)).outcome == "refused"


def test_a_huge_attribute_or_name_ends_in_an_outcome(folder: Path) -> None:
    _read(folder, _around(f"<Ntry><Amt Ccy='{'V' * 2_000_000}'>1</Amt></Ntry>"))
    _read(folder, _around(f"<{'n' * 60_000}/>"))


def test_rubbish_between_lines_does_not_fill_the_memory(folder: Path) -> None:
    entry = "<Ntry><Amt Ccy='VND'>1</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>"
    report = _read(folder, _around(entry + "<a/>" * 5_000_000 + entry))
    assert (report.outcome, report.problems[-1].code) == ("refused", "element_too_large")


def test_a_text_is_kept_up_to_a_limit(folder: Path) -> None:
    path = folder / "long"
    entry = "<Ntry><Amt Ccy='VND'>1</Amt><CdtDbtInd>DBIT</CdtDbtInd><AddtlNtryInf>"
    path.write_bytes(_around(f"{entry}{'x' * 100_000}</AddtlNtryInf></Ntry>"))
    (batch,) = open_settlement(path).batches()
    assert len(batch["remittance_info"][0].as_py()) == LONGEST_TEXT


def test_a_field_of_many_lines_is_kept_up_to_a_limit(folder: Path) -> None:
    text = ":20:A\n:25:B\n:28C:1\n:60F:C261119VND0,\n:61:261120D1,NTRFA\n:86:" + "NGUYEN VAN A\n" * 100_000
    report = _read(folder, f"{text}:62F:D261120VND1,\n".encode())
    assert (report.outcome, {one.code for one in report.problems}) == ("quarantined", {"text_line_too_long"})


def test_a_line_of_text_without_end_is_held_back(folder: Path) -> None:
    text = b":20:A\n:25:B\n:28C:1\n:60F:C261119VND0,\n:61:261120D1,NTRFA\n:86:" + b"x" * 5_000_000
    report = _read(folder, text + b"\n:62F:D261120VND1,\n")
    assert (report.outcome, report.lines) == ("quarantined", 1)


def test_a_hidden_message_in_another_namespace_is_not_passed_by(folder: Path) -> None:
    entry = "<Ntry><Amt Ccy='VND'>1</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>"
    report = _read(folder, _around(f"{entry}<Ntry xmlns='urn:other'><Amt Ccy='VND'>5</Amt></Ntry>"))
    assert (report.outcome, report.problems[0].code) == ("refused", "unknown_namespace")


def test_problems_past_the_limit_are_counted(folder: Path) -> None:
    entry = "<Ntry><Amt Ccy='EUR'>1</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>"
    report = _read(folder, _around(entry * 3000))
    assert (report.problem_count, len(report.problems)) == (3000, report.MOST_PROBLEMS)


def test_what_a_message_quotes_stays_short(folder: Path) -> None:
    report = _read(folder, _around(f"<Ntry><Amt Ccy='VND'>{'x' * 9000}</Amt></Ntry>"))
    assert all(len(problem.message("vi")) < 600 for problem in report.problems)


_ENTRY = "<Ntry><Amt Ccy='{0}'>1</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>"


@pytest.mark.parametrize(
    "filling", ["<a/>", "<Bal/>", "<Acct/>", "<TxsSummry/>", "<TxDtls/>", "<Ntry xmlns='x'/>"]
)
def test_no_element_fills_the_memory_or_the_time(folder: Path, filling: str) -> None:
    report = _read(folder, _around(filling * (LARGEST_ELEMENT // len(filling) + 10_000)))
    assert report.outcome == "refused"
    assert len(report.problems) == 1


def test_thousands_of_currencies_are_told_together(folder: Path) -> None:
    report = _read(folder, _around("".join(_ENTRY.format(f"C{number}") for number in range(1_000))))
    assert (report.outcome, report.lines, len(report.totals)) == ("quarantined", 1_000, MOST_CURRENCIES + 1)
    assert sum(total.debit for total in report.totals.values()) == 1_000


def test_a_brace_in_a_namespace_breaks_nothing(folder: Path) -> None:
    content = CONTENT["camt053.xml"].replace(b"camt.053.001.08", b"camt.053.001.08}x")
    report = _read(folder, content)
    assert (report.outcome, report.problems[0].code) == ("refused", "xml_broken")
