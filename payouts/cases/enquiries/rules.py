"""Which verdicts are asked of, what a bank may answer, and how a letter stands: tables and pure decisions."""

import csv
import datetime as dt
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.cases.enquiries.models import Enquiry
from payouts.core.calendar import USUAL, Calendar, after_banking_days
from payouts.core.problems import Language

ASKED_OF = ("unconfirmed", "missing")  # verdicts of which nobody knows what became of the money
BY_BANK = ("account", "wallet")  # channels of which a bank can be asked
DAYS_TO_ANSWER = 5  # banking days that a bank is given where nobody says otherwise
MOST_DAYS = 90  # that a bank may be given
NO_SUCH_ORDER = "NOOR"  # ISO 20022: no original transaction received


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """One row of data/enquiry_answers.csv.

    Attributes:
        status: of the settlement line by which the next run hears it; empty: it is for people only
        ends: whether the question is over
        needs: what has to come with it: names of fields
        vi: on screen and in the sheet
        en: on screen
    """

    status: str
    ends: bool
    needs: tuple[str, ...]
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Name it in a language."""
        return self.vi if language == "vi" else self.en


@functools.cache
def answer_kinds() -> dict[str, AnswerKind]:
    """Read data/enquiry_answers.csv: code -> kind."""
    text = (resources.files("payouts.cases") / "data" / "enquiry_answers.csv").read_text(encoding="utf-8")
    return {
        row["answer"]: AnswerKind(
            row["status"],
            row["ends"] == "yes",
            tuple(filter(None, row["needs"].split(";"))),
            row["vi"],
            row["en"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def usual_deadline(today: dt.date, calendar: Calendar = USUAL) -> dt.date:
    """Return the day by which a bank is asked to answer a letter of today."""
    return after_banking_days(today, DAYS_TO_ANSWER, calendar)


def standing(letter: Enquiry, waiting: int, today: dt.date) -> str:
    """Say how a letter stands: cancelled, answered, unsent, overdue or sent.

    Args:
        letter: the letter
        waiting: how many of its lines have no final answer
        today: the day on which one asks
    """
    if letter.cancelled_at:
        return "cancelled"
    if not waiting:
        return "answered"
    if today > letter.due:
        return "overdue"
    return "sent" if letter.sent_on else "unsent"
