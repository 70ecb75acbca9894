"""What staff ask for of money on the page of a case: each act, its fields and what it calls, as one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlmodel import Session

from payouts.cases.models import Case
from payouts.cases.recovery import (
    ABOUT,
    FROM_WHOM,
    KINDS,
    ask_deduction,
    ask_recovery,
    deduction_of,
    record_refund,
    refunded,
    standing_recovery,
)
from payouts.cases.reissue import again, ask_reissue, withdraw
from payouts.cases.stopping import arrears_of, ask_resume, ask_stop
from payouts.cases.store import CaseView
from payouts.core.errors import ConflictError
from payouts.core.terms import grouped
from payouts.identity.scope import Scope
from payouts.lists.reissues import open_reissue
from payouts.registry.stops import WHY, standing_stop
from payouts.web.words import N_, Language

Options = Mapping[str, tuple[str, str]]  # value -> its words, Vietnamese and English


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an act's form: its name, what it holds, its words, and what may be chosen."""

    name: str
    kind: Literal["text", "long", "day", "money", "month", "choice"]
    words: str
    options: Options = field(default_factory=dict)


WHY_FIELD = Field("reason", "long", N_("Why"))


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that may be asked for.

    Attributes:
        words: what it is called
        button: what its button says
        fields: of its form, in their order
        do: asks for it; takes session, case, scope, version, by, and a value a field
        said: what the page says afterwards, a key of case_page.SAID
    """

    words: str
    button: str
    fields: tuple[Field, ...]
    do: Callable[..., Any]
    said: str = "asked"


@dataclass(frozen=True, slots=True)
class Offered:
    """An act as the page offers it: what may be chosen and what stands in its fields at first."""

    act: Act
    options: Mapping[str, Options] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def _withdraw(session: Session, case_id: int, scope: Scope, *, version: int, by: str, reason: str) -> None:
    del version  # to pay nothing again is never too late while it may be done at all
    withdraw(session, case_id, scope, by=by, reason=reason)


ACTS: dict[str, Act] = {
    "reissue": Act(
        N_("Pay again"),
        N_("Ask to pay again"),
        (Field("account", "choice", N_("To the account")), WHY_FIELD),
        ask_reissue,
    ),
    "withdraw-reissue": Act(
        N_("Do not pay again after all"),
        N_("Withdraw the order to pay again"),
        (WHY_FIELD,),
        _withdraw,
        "reissue_withdrawn",
    ),
    "recover": Act(
        N_("Claim money back"),
        N_("Ask to claim it back"),
        (
            Field("from_whom", "choice", N_("Who has it"), FROM_WHOM),
            Field("holder", "text", N_("Name, and how to reach them")),
            Field("amount", "money", N_("Amount to claim back, like 930.000")),
            WHY_FIELD,
        ),
        ask_recovery,
    ),
    "refund": Act(
        N_("Money came back"),
        N_("Record what came back"),
        (
            Field("amount", "money", N_("Amount that came back, like 930.000")),
            Field("received_on", "day", N_("Received on, like 22/11/2026")),
            Field("document_no", "text", N_("Number of the receipt")),
        ),
        record_refund,
        "refunded",
    ),
    "deduct": Act(
        N_("Deduct from later allowances"),
        N_("Ask to deduct"),
        (
            Field("document_no", "text", N_("Number of the decision")),
            Field("document_on", "day", N_("Day of the decision, like 22/11/2026")),
            Field("monthly_cap", "money", N_("At most a month, like 100.000")),
            Field("first_month", "month", N_("From the month, like 2026-12")),
            WHY_FIELD,
        ),
        ask_deduction,
    ),
    "stop": Act(
        N_("Stop paying: died or moved away"),
        N_("Ask to stop"),
        (
            Field("why", "choice", N_("What happened"), WHY),
            Field("happened_on", "day", N_("Day of death or of moving, like 22/11/2026")),
            Field("document_no", "text", N_("Number of the death extract or the decision")),
            Field("document_on", "day", N_("Day of that paper, like 22/11/2026")),
            WHY_FIELD,
        ),
        ask_stop,
    ),
    "resume": Act(
        N_("Undo the stop, with arrears"),
        N_("Ask to pay again from now on"),
        (Field("arrears", "money", N_("Arrears for months on no list, 0 if none")), WHY_FIELD),
        ask_resume,
    ),
}


def offered(session: Session, view: CaseView) -> tuple[dict[str, Offered], ConflictError | None]:
    """Say what may be asked for of a case, and why it is not paid again where it is not.

    Args:
        session: the transaction
        view: the case
    """
    line, case = view.line, view.case
    if line is None:
        return {}, None
    acts: dict[str, Offered] = {}
    hindrance = None
    try:
        accounts = again(session, view).accounts
        words = {each.key: (f"{each.bank_code or ''} {each.account_no}".strip(),) * 2 for each in accounts}
        acts["reissue"] = Offered(ACTS["reissue"], {"account": words}, {"account": accounts[0].key})
    except ConflictError as error:
        hindrance = error
    standing = open_reissue(session, case.subject)
    if standing is not None and standing.ordered_at is None:
        acts["withdraw-reissue"] = Offered(ACTS["withdraw-reissue"])
    acts |= _of_recovery(session, case, line.amount, view.verdict.settled if view.verdict else 0)
    stop = standing_stop(session, line.citizen_id)
    if stop is not None:
        _, arrears = arrears_of(session, stop, case.programme)
        acts["resume"] = Offered(ACTS["resume"], values={"arrears": grouped(arrears)})
    elif line.citizen_id:
        acts["stop"] = Offered(ACTS["stop"])
    return acts, hindrance


def _of_recovery(session: Session, case: Case, owed: int, settled: int) -> dict[str, Offered]:
    found = standing_recovery(session, case.subject)
    if found is None:
        if not (case.verdict in ABOUT or case.kind in KINDS):
            return {}
        wrong = settled if case.kind == "death_payment" or case.verdict != "paid_twice" else settled - owed
        return {"recover": Offered(ACTS["recover"], values={"amount": grouped(max(wrong, 0))})}
    if found.case_id != case.id:
        return {}
    left = grouped(found.amount - refunded(session, found))
    acts = {"refund": Offered(ACTS["refund"], values={"amount": left})}
    if found.from_whom == "beneficiary" and deduction_of(session, found) is None:
        acts["deduct"] = Offered(ACTS["deduct"])
    return acts


def option_words(options: Options, language: Language) -> Sequence[dict[str, str]]:
    """Lay out what may be chosen for the govuk-frontend macros."""
    at = 0 if language == "vi" else 1
    return [{"value": value, "text": words[at]} for value, words in options.items()]
