"""What becomes of a file when one of its controls fails: as data/controls.csv ships it, or as set for a bank.

The mildest that a policy can say is a warning, so nothing that fails is ever silent. Lines that cannot be
read are no control and have no policy: they always quarantine.
"""

from dataclasses import dataclass

from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.errors import RefusedError
from payouts.core.limits import LONGEST_NOTE
from payouts.core.problems import Severity
from payouts.identity import audit
from payouts.identity.banks import UNLISTED_CODE
from payouts.settlements.controls import ACTIONS, Control, Policy, controls
from payouts.settlements.models import ControlPolicy

SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a bank's file that fails a control, and who said so; nobody where it is as shipped."""

    control: Control
    action: Severity
    set_by: str | None = None
    reason: str | None = None


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
        raise RefusedError("why_needed", "Hãy ghi lý do, không quá dài.")
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
