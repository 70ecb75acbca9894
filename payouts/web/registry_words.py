"""How fields of the registry, and what they hold, are said on a page."""

import datetime as dt
from collections.abc import Callable

from payouts.core.areas import ward_name
from payouts.core.banks import banks
from payouts.registry.rules import opt_out_reasons
from payouts.web.labels import CHANNELS
from payouts.web.render import EMPTY, day, month
from payouts.web.words import N_, Language, translations

FIELDS = {
    "full_name": N_("Name"),
    "date_of_birth": N_("Born"),
    "sex": N_("Sex"),
    "category_code": N_("Category"),
    "area_code": N_("Ward"),
    "channel": N_("Channel"),
    "vneid_level": N_("VNeID level"),
    "card_expires_on": N_("Identity card valid until"),
    "enrolment": N_("On the programme"),
    "account": N_("Account"),
    "payee": N_("Payee"),
    "opt_out": N_("Reason to have no account"),
    "dossier": N_("Dossier of the account"),
    "phone": N_("Telephone"),
}
UNSAID = frozenset({"category_code"})  # it may name an illness: only that it changed is told

KINDS = {
    "new": (N_("New people"), N_("On the list, and not on the programme before.")),
    "gone": (N_("No longer listed"), N_("On the programme, and in no list of the month.")),
    "changed": (N_("Other details"), N_("Another name, birth, category or channel.")),
    "moved": (N_("Moved"), N_("Another ward. The new ward decides.")),
    "two_wards": (N_("In two wards"), N_("Lists of two wards name the person in one cycle.")),
    "account": (N_("Another account"), N_("It takes another person than who sent the list.")),
    "payee": (N_("Another payee"), N_("It takes another person than who sent the list.")),
}
SEXES = {"male": N_("Male"), "female": N_("Female")}
LEVELS = {"0": N_("None"), "1": N_("Level 1"), "2": N_("Level 2")}
STEPS = {
    "completed_on": N_("papers complete"),
    "sent_on": N_("sent to the bank"),
    "opened_on": N_("account opened"),
    "refused_on": N_("refused by the bank"),
}


def written(field: str, value: str | None, language: Language) -> str:
    """Write what a change or proposal says of a field as people do.

    Args:
        field: a key of FIELDS
        value: as it is kept, text
        language: of the reader
    """
    if not value:
        return EMPTY
    say = translations(language).gettext
    shown: dict[str, Callable[[str], str]] = {
        "date_of_birth": lambda text: day(dt.date.fromisoformat(text)),
        "card_expires_on": lambda text: day(dt.date.fromisoformat(text)),
        "area_code": ward_name,
        "channel": lambda text: say(CHANNELS[text]),
        "sex": lambda text: say(SEXES[text]),
        "vneid_level": lambda text: say(LEVELS[text]),
        "enrolment": month,
        "account": _account,
        "opt_out": lambda text: opt_out_reasons()[text].said(language),
        "dossier": lambda text: _step(text, language),
    }
    return shown.get(field, str)(value)


def _account(text: str) -> str:
    code, _, number = text.partition(" ")
    known = banks().get(code)
    return f"{known.short_name} {number}" if known else text


def _step(text: str, language: Language) -> str:
    step, _, on = text.partition(" ")
    return f"{translations(language).gettext(STEPS[step])} {day(dt.date.fromisoformat(on))}"
