"""What becomes of a file when one of its controls fails: as data/controls.csv ships it, or as set for a bank.

The mildest that a policy can say is a warning, so nothing that fails is ever silent. Lines that cannot be
read are no control and have no policy: they always quarantine.
"""

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.errors import RefusedError
from payouts.core.limits import LONGEST_NOTE
from payouts.core.problems import Language, Severity
from payouts.identity import audit
from payouts.identity.banks import UNLISTED_CODE
from payouts.settlements.models import ControlPolicy

SHIPPED = "shipped"
ACTIONS: tuple[Severity, ...] = ("warning", "quarantine", "refuse")

Policy = dict[str, Severity]  # code of a problem -> how grave it is


@dataclass(frozen=True, slots=True)
class Control:
    """A row of data/controls.csv.

    Attributes:
        name: its key
        contract: whether what is agreed with every bank asks for it
        action: what becomes of a file that fails it, as shipped
        codes: the problems that tell of it
        vi: what it asks, in Vietnamese
        en: the same in English
    """

    name: str
    contract: bool
    action: Severity
    codes: tuple[str, ...]
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Say what it asks."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a bank's file that fails a control, and who said so; nobody where it is as shipped."""

    control: Control
    action: Severity
    set_by: str | None = None
    reason: str | None = None


@functools.cache
def controls() -> dict[str, Control]:
    """Read data/controls.csv: name -> control."""
    text = (resources.files("payouts.settlements") / "data" / "controls.csv").read_text(encoding="utf-8")
    return {
        row["control"]: Control(
            name=row["control"],
            contract=bool(row["contract"]),
            action=row["action"],  # type: ignore[arg-type]  # the actions in the data are tested
            codes=tuple(row["codes"].split()),
            vi=row["vi"],
            en=row["en"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def rules_of(session: Session, bank: str) -> list[Rule]:
    """List all controls with what becomes of the bank's files, in the order of data/controls.csv."""
    own = {
        each.control: each
        for each in session.exec(select(ControlPolicy).where(ControlPolicy.bank_code == bank))
    }
    return [
        Rule(control, own[name].action, own[name].set_by, own[name].reason)  # type: ignore[arg-type]  # set_rule checks it
        if name in own
        else Rule(control, control.action)
        for name, control in controls().items()
    ]


def policy_of(session: Session, bank: str) -> Policy:
    """Say how grave the problems of controls are for a bank's files."""
    return {code: rule.action for rule in rules_of(session, bank) for code in rule.control.codes}


def banks_with_rules(session: Session) -> list[str]:
    """List the banks that have a rule of their own."""
    return sorted(session.exec(select(ControlPolicy.bank_code).distinct()))


def set_rule(session: Session, bank: str, control: str, action: str, *, reason: str, by: str) -> Rule:
    """Set what becomes of a bank's files that fail a control, from the next file on.

    Args:
        session: the transaction
        bank: by any name, or the code of a payer that is no bank
        control: a name of data/controls.csv
        action: warning, quarantine or refuse; `shipped` goes back to what is shipped
        reason: why, in words
        by: who sets it

    Raises:
        RefusedError: no such bank code, control or action, or no reason
    """
    code = bank_code(bank) or bank.strip().upper()
    if not UNLISTED_CODE.fullmatch(code):
        raise RefusedError("bad_bank_code", f"Mã ngân hàng “{bank[:20]}” không đúng, ví dụ MB.")
    known = controls().get(control)
    if known is None:
        raise RefusedError(
            "no_such_control", f"Không có phép kiểm tra “{control[:40]}”. Hiện có: {', '.join(controls())}."
        )
    if action not in {*ACTIONS, SHIPPED}:
        raise RefusedError("no_such_action", f"Hãy chọn một trong: {', '.join((*ACTIONS, SHIPPED))}.")
    if not reason.strip() or len(reason) > LONGEST_NOTE:
        raise RefusedError("reason_needed", "Hãy ghi lý do, không quá dài.")
    kept = session.get(ControlPolicy, (code, control))
    before = kept.action if kept else SHIPPED
    if kept is not None:
        session.delete(kept)
        session.flush()
    rule = Rule(known, known.action)
    if action in ACTIONS:
        rule = Rule(known, action, by, reason.strip())
        session.add(
            ControlPolicy(
                bank_code=code,
                control=control,
                action=action,
                reason=reason.strip(),
                set_at=clock.now(),
                set_by=by,
            )
        )
    audit.note(
        session,
        by,
        "policy.set",
        f"bank {code}",
        control=control,
        before=before,
        after=action,
        reason=reason.strip(),
    )
    return rule
