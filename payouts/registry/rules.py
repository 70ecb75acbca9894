"""What may be said of a beneficiary: reasons to opt out, relations of payees, fields and kinds of changes."""

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.core.problems import Language

VNEID_LEVELS = (0, 1, 2)  # 0: no electronic identity; 1 and 2 as in Decree 69/2024/ND-CP
CHANNELS = ("account", "wallet", "cash", "home")
SEXES = ("male", "female")

# The kinds of a proposal, and whether it takes another person than who sent the list or file.
KINDS = {
    "new": False,
    "gone": False,
    "changed": False,
    "moved": False,
    "two_wards": False,
    "account": True,
    "payee": True,
}
# Fields of a person that lists and files tell and that overwrite nothing before somebody has decided.
OF_PERSON = (
    *("full_name", "date_of_birth", "sex", "category_code", "area_code", "channel", "vneid_level"),
    "card_expires_on",
)
# What a change or proposal may be about.
FIELDS = (*OF_PERSON, "enrolment", "account", "payee", "opt_out", "dossier", "phone")


@dataclass(frozen=True, slots=True)
class OptOutReason:
    """Why somebody has no account.

    Attributes:
        code: as kept
        vi: on screen
        en: on screen
        force_majeure: whether the person does not count against the target "everyone but force majeure"
        months_until_asked_again: after so many months somebody asks the person again
        would_help: what would help: home_visit, id_card, authorised_person or wallet
    """

    code: str
    vi: str
    en: str
    force_majeure: bool
    months_until_asked_again: int
    would_help: str

    def said(self, language: Language) -> str:
        """Say it in a language."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Relation:
    """What a payee is to the beneficiary, and whether a paper has to show it."""

    code: str
    vi: str
    en: str
    needs_document: bool

    def said(self, language: Language) -> str:
        """Say it in a language."""
        return self.vi if language == "vi" else self.en


@functools.cache
def opt_out_reasons() -> dict[str, OptOutReason]:
    """Read data/opt_out_reasons.csv: code -> reason."""
    return {
        row["code"]: OptOutReason(
            code=row["code"],
            vi=row["vi"],
            en=row["en"],
            force_majeure=row["force_majeure"] == "yes",
            months_until_asked_again=int(row["months_until_asked_again"]),
            would_help=row["would_help"],
        )
        for row in _rows("opt_out_reasons.csv")
    }


@functools.cache
def payee_relations() -> dict[str, Relation]:
    """Read data/payee_relations.csv: code -> relation."""
    return {
        row["code"]: Relation(row["code"], row["vi"], row["en"], row["needs_document"] == "yes")
        for row in _rows("payee_relations.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("payouts.registry") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
