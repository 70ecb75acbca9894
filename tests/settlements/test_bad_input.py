"""Each kind of bad input has a code of its own, is told in Vietnamese and English, and is never accepted."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from payouts.core.problems import problem_kinds
from payouts.settlements.reading import open_settlement

FILES = Path(__file__).parent / "files"
CAMT, PAIN, MT940 = (
    (FILES / name).read_text(encoding="utf-8") for name in ("camt053.xml", "pain002.xml", "mt940.sta")
)
_DECLARED = '<?xml version="1.0"?>'
_OPEN = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
_CLOSE = "</Stmt></BkToCstmrStmt></Document>"
_HEADER = "bank_ref,account_no,account_name,amount,currency,booked_on,status"
_LIST = "line_ref,citizen_id,full_name,amount,period,channel\nCT1,001145003417,An,930000,2026-11,account\n"


def _camt(amount: str, currency: str = "VND") -> str:
    entry = f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>'
    return f"{_OPEN}{entry}{_CLOSE}"


def _csv(amount: str) -> str:
    return f"{_HEADER}\nFT1,0011,HOA,{amount},VND,2026-11-05,settled\n"


def _workbook(amount: object) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(_HEADER.split(","))
    sheet.append(["FT1", "0011", "HOA", amount, "VND", "2026-11-05", "settled"])
    book.save(buffer)
    return buffer.getvalue()


def _zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook(1))) as good,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for entry in good.namelist():
            if entry != "xl/sharedStrings.xml":
                bomb.writestr(entry, good.read(entry))
        with bomb.open("xl/sharedStrings.xml", "w") as stream:
            for _ in range(300):
                stream.write(b" " * (1 << 20))
    return buffer.getvalue()


def _bomb(entities: str) -> str:
    return f"{_DECLARED}<!DOCTYPE d [{entities}]>{_OPEN}&b;{_CLOSE}"


# What is wrong -> the file, the code, the outcome.
BAD: dict[str, tuple[Callable[[], str | bytes], str, str]] = {
    "a DTD": (lambda: f"<!DOCTYPE Document>{CAMT[CAMT.index('<Document') :]}", "dtd_refused", "refused"),
    "an entity bomb": (lambda: _bomb('<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">'), "dtd_refused", "refused"),
    "an external entity": (lambda: _bomb('<!ENTITY b SYSTEM "file:///etc">'), "dtd_refused", "refused"),
    "an entity nobody defined": (lambda: _camt("1&b;0"), "xml_entity", "refused"),
    "deep nesting": (lambda: f"{_OPEN}{'<a>' * 300}{'</a>' * 300}{_CLOSE}", "xml_too_deep", "refused"),
    "an endless text": (lambda: _camt("9" * 11_000_000), "element_too_large", "refused"),
    "an endless name": (lambda: f"{_OPEN}<{'n' * 60_000}/>{_CLOSE}", "xml_text_too_long", "refused"),
    "endless filling": (lambda: f"{_OPEN}{'<a/>' * 5_000_000}{_CLOSE}", "element_too_large", "refused"),
    "a zip bomb": (_zip_bomb, "workbook_too_large", "refused"),
    "a zip that is no workbook": (lambda: b"PK\x03\x04rubbish", "workbook_broken", "refused"),
    "a formula in a CSV": (lambda: _csv("=930000+1"), "amount_formula", "quarantined"),
    "a formula in an amount of XML": (lambda: _camt("=1+1"), "amount_formula", "quarantined"),
    "a NUL in XML": (lambda: _camt("1\0"), "xml_character", "refused"),
    "a NUL in a CSV": (lambda: _csv("1\0"), "nul_character", "refused"),
    "a NUL in an MT940": (lambda: MT940.replace("TRO", "TR\0", 1), "control_characters", "quarantined"),
    "a surrogate in XML": (
        lambda: _camt("1").encode().replace(b"DBIT", b"\xed\xa0\x80"), "wrong_encoding", "refused",
    ),
    "a surrogate as a reference": (lambda: _camt("&#xD800;"), "xml_character", "refused"),
    "a surrogate in a CSV": (
        lambda: _csv("1").encode().replace(b"HOA", b"\xed\xa0\x80"), "not_utf8", "refused",
    ),
    "2^63 in XML": (lambda: _camt(str(2**63)), "amount_too_large", "quarantined"),
    "2^63 in a CSV": (lambda: _csv(str(2**63)), "amount_too_large", "quarantined"),
    "1e400 in XML": (lambda: _camt("1e400"), "amount_exponent", "quarantined"),
    "1e400 in a CSV": (lambda: _csv("1e400"), "amount_exponent", "quarantined"),
    "1e400 in a pain.002": (
        lambda: PAIN.replace('"VND">930000<', '"VND">1e400<'), "amount_exponent", "quarantined",
    ),
    "Arabic digits in XML": (lambda: _camt("٩٣٠٠٠٠"), "amount_other_digits", "quarantined"),
    "Arabic digits in a CSV": (lambda: _csv("٩٣٠٠٠٠"), "amount_other_digits", "quarantined"),
    "Arabic digits in an MT940": (
        lambda: MT940.replace("D930000,", "D٩٣٠٠٠٠,", 1), "movement_unreadable", "quarantined",
    ),
    "1_000 in XML": (lambda: _camt("1_000"), "amount_underscore", "quarantined"),
    "1_000 in a CSV": (lambda: _csv("1_000"), "amount_underscore", "quarantined"),
    "an amount that may be two": (
        lambda: _csv("1.234").replace("VND", "KWD"), "amount_two_ways", "quarantined",
    ),
    "half a dong": (lambda: _camt("930000.5"), "amount_fraction", "quarantined"),
    "an amount below zero": (lambda: _csv("-930000"), "amount_sign", "quarantined"),
    "half a camt.053": (lambda: CAMT[: len(CAMT) // 2], "file_truncated", "refused"),
    "half a pain.002": (lambda: PAIN[: len(PAIN) // 2], "file_truncated", "refused"),
    "half an MT940 in its envelope": (lambda: MT940[: MT940.rindex("-}")], "file_truncated", "refused"),
    "half an MT940": (
        lambda: MT940[MT940.index(":20:") : MT940.index(":62")], "no_closing_balance", "quarantined",
    ),
    "half a workbook": (lambda: _workbook(1)[:2000], "workbook_broken", "refused"),
    "half a CSV": (lambda: _csv('"930000')[:-10], "quote_unclosed", "refused"),
    "another currency in XML": (lambda: _camt("1", "USD"), "currency_other", "quarantined"),
    "another currency in a CSV": (lambda: _csv("1").replace("VND", "USD"), "currency_other", "quarantined"),
    "a list sent as a settlement file": (lambda: _LIST, "list_as_settlement", "refused"),
    "an order sent as its result": (
        lambda: _OPEN.replace("camt.053", "pain.001").replace("BkToCstmrStmt", "CstmrCdtTrfInitn"),
        "not_a_settlement_file",
        "refused",
    ),
    "an interim report": (
        lambda: _OPEN.replace("camt.053", "camt.052").replace("BkToCstmrStmt", "BkToCstmrAcctRpt"),
        "interim_report",
        "refused",
    ),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel", "refused"),
    "a packed file": (lambda: gzip.compress(CAMT.encode()), "not_a_settlement_file", "refused"),
    "nothing": (lambda: "", "empty_file", "refused"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_called_by_its_name(tmp_path: Path, what: str) -> None:
    make, code, outcome = BAD[what]
    content = make()
    path = tmp_path / "tep"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    reading = open_settlement(path)
    for batch in reading.batches():
        batch.validate(full=True)
    report = reading.report
    assert code in {problem.code for problem in report.problems}
    assert report.outcome == outcome
    for problem in report.problems:
        assert "$" not in problem.message("vi") + problem.message("en")
    kind = problem_kinds()[code]
    assert kind.vi != kind.en
    assert kind.mend_vi
    assert kind.mend_en


def test_another_banks_file_is_held_back(tmp_path: Path) -> None:
    path = tmp_path / "tep"
    path.write_text(CAMT, encoding="utf-8")
    reading = open_settlement(path, client_bank="MB")
    assert sum(batch.num_rows for batch in reading.batches()) == 5
    assert [problem.code for problem in reading.report.problems] == ["other_bank"]
    assert reading.report.outcome == "quarantined"


def test_the_parser_is_what_it_was_tested_with() -> None:
    assert etree.LIBXML_VERSION >= (2, 11)
