"""What a letter of enquiry says, in the form of an official letter by Decree 30/2020/ND-CP, annex I."""

import csv
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from payouts.cases.enquiries.models import Enquiry
from payouts.cases.enquiries.store import LetterLine
from payouts.core.banks import banks
from payouts.core.settings import Settings
from payouts.core.terms import grouped

DOTS = "……………………"  # to be filled in by hand where the installation does not say
SUBJECT = "V/v tra soát các khoản chi trả trợ cấp chưa rõ kết quả"
ANNEX_HEADINGS = (
    "STT",
    "Mã dòng chi",
    "Người thụ hưởng",
    "Số tài khoản",
    "Số tiền (đồng)",
    "Kỳ",
    "Ngân hàng đã báo",
)
COPIES = ("- Như trên;", "- Lưu: VT.")


@dataclass(frozen=True, slots=True)
class Content:
    """A letter as texts.

    Attributes:
        parent: the agency above, empty where there is none
        office: who writes
        number: number and symbol
        place_and_day: where and when
        addressee: the bank
        paragraphs: the body
        questions: what is asked of each line, numbered
        closing: paragraphs behind the questions
        signer_title: lines above the signature
        signer: name below it
        annex_of: the line below the title of the annex
        rows: the annex, by ANNEX_HEADINGS
        total: what the amounts add up to
    """

    parent: str
    office: str
    number: str
    place_and_day: str
    addressee: str
    paragraphs: list[str]
    questions: list[str]
    closing: list[str]
    signer_title: list[str]
    signer: str
    annex_of: str
    rows: list[list[str]]
    total: str


def content_of(
    settings: Settings, letter: Enquiry, lines: Sequence[LetterLine], told: Mapping[int, Any]
) -> Content:
    """Write a letter.

    Args:
        settings: of this installation: who writes
        letter: the letter
        lines: all its lines
        told: payout line -> what the bank said of it: rows with status, booked_on, bank_ref
    """
    office, bank = settings.office_name or DOTS, banks().get(letter.bank_code)
    symbol = settings.office_symbol or "…………"
    number, written = f"{letter.number:02}/{symbol}", _day_in_words(letter.written_on)
    total = sum(each.line.amount for each in lines)
    unconfirmed = sum(each.asked.verdict == "unconfirmed" for each in lines)
    parts = [
        f"{unconfirmed} khoản ngân hàng đã báo nhưng chưa rõ kết quả" if unconfirmed else "",
        f"{len(lines) - unconfirmed} khoản chưa có thông tin nào" if len(lines) > unconfirmed else "",
    ]
    contact = f" Đầu mối liên hệ: {settings.office_contact}." if settings.office_contact else ""
    values = {
        "office": office,
        "day": f"{letter.written_on:%d/%m/%Y}",
        "lines": len(lines),
        "total": grouped(total),
        "parts": " và ".join(filter(None, parts)),
        "due": f"{letter.due:%d/%m/%Y}",
        "contact": contact,
    }
    return Content(
        parent=settings.office_parent.upper(),
        office=office.upper(),
        number=f"Số: {number}",
        place_and_day=f"{settings.office_place or DOTS}, {written}",
        addressee=f"Ngân hàng {bank.name if bank else letter.bank_code}",
        paragraphs=[text.format(**values) for text in _texts("opening")],
        questions=list(_texts("question")),
        closing=[text.format(**values) for text in _texts("closing")],
        signer_title=[
            part.strip().upper() for part in settings.office_signer_title.split(";") if part.strip()
        ],
        signer=settings.office_signer,
        annex_of=f"(Kèm theo Công văn số {number} {written} của {office})",
        rows=[
            [
                str(each.asked.place),
                each.asked.line_ref,
                each.line.account_name or each.line.full_name,
                each.line.account_no or "",
                grouped(each.line.amount),
                f"{each.asked.cycle[5:]}/{each.asked.cycle[:4]}",
                last_word(told.get(each.asked.payout_line_id)),
            ]
            for each in lines
        ],
        total=grouped(total),
    )


@functools.cache
def _texts(part: str) -> tuple[str, ...]:
    """Read enquiry.csv: the paragraphs of a part of the letter."""
    text = (resources.files("payouts.reports.letters") / "enquiry.csv").read_text(encoding="utf-8")
    return tuple(row["text"] for row in csv.DictReader(text.splitlines()) if row["part"] == part)


def _day_in_words(day: dt.date) -> str:
    """Write a day as official letters do: days below 10 and the months 1 and 2 with a zero in front."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)  # noqa: PLR2004  # as the decree has it
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def last_word(said: Any) -> str:
    """Write what the bank said of a line; where it said nothing that is written too."""
    if said is None:
        return "Chưa có thông tin"
    word = "Đang xử lý" if said["status"] == "pending" else "Chưa rõ kết quả"
    day = f", ngày {said['booked_on']:%d/%m/%Y}" if said["booked_on"] else ""
    return word + day + (f", số {said['bank_ref']}" if said["bank_ref"] else "")
