"""What may be said of a beneficiary: reasons to opt out, relations of payees, fields and kinds of changes."""

import csv
import functools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

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
# What payout lists and registry files may say otherwise than the record, and the kind of the proposal.
COMPARED = {
    "full_name": "changed",
    "date_of_birth": "changed",
    "sex": "changed",
    "category_code": "changed",
    "channel": "changed",
    "area_code": "moved",
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


@dataclass(frozen=True, slots=True)
class Difference:
    """What is told otherwise than it is on record, as text; `before` is None where nothing was known."""

    kind: str
    field: str
    before: str | None
    after: str


def differences(record: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[Difference]:
    """Find what is told otherwise; silence is no difference, and neither is case or a blank in a name.

    Args:
        record: the fields of COMPARED, `payee_name` and `payee_citizen_id` as they are on record
        told: the same as they are told
    """
    for field, kind in COMPARED.items():
        before, after = record.get(field), told.get(field)
        if not (before and after) or before == after:
            continue
        if field == "full_name" and spelled(before) == spelled(after):
            continue
        yield Difference(kind, field, str(before), str(after))
    if _other_payee(record, told):
        yield Difference("payee", "payee", _payee(record) or None, _payee(told))


def spelled(name: str) -> str:
    """Spell a name so that only its letters, marks and words count."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _other_payee(record: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    if not _payee(told):
        return False
    numbers = record.get("payee_citizen_id"), told.get("payee_citizen_id")
    if all(numbers):
        return numbers[0] != numbers[1]
    return spelled(record.get("payee_name") or "") != spelled(told.get("payee_name") or "")


def _payee(of: Mapping[str, Any]) -> str:
    return " ".join(each for each in (of.get("payee_name"), of.get("payee_citizen_id")) if each)


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
