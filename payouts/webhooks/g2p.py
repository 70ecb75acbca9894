"""Disbursements in the words of G2P Connect 1.0.0: requests as rows of a list, verdicts as status.

Shapes and codes are those of the specification's `disburse_core_api_v1.0.0`.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from payouts.core.errors import NotFoundError
from payouts.core.receipts import problems_of
from payouts.core.terms import VERDICT_TERMS
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, PayoutList
from payouts.lists.rules import COUNTS
from payouts.lists.store import find_list
from payouts.runs.models import Verdict
from payouts.runs.store import last_run
from payouts.webhooks.models import Disbursal

COLUMNS = (
    *("line_ref", "citizen_id", "full_name", "date_of_birth", "category_code", "area_code", "amount"),
    *(
        "period",
        "channel",
        "bank_code",
        "account_no",
        "account_name",
        "payee_name",
        "payee_citizen_id",
        "note",
    ),
)
FROM_META = frozenset(COLUMNS) - {"line_ref", "amount", "full_name"}
FIRST_ROW = 2  # of a list: the headings stand in row 1
FITS = re.compile(r"[A-Z0-9]{1,16}")  # what a line_ref may be
ADDRESS = re.compile(r"(?:(?P<kind>[A-Za-z0-9-]+):)?(?P<number>[^@:]+)@(?P<provider>[A-Za-z0-9.-]+)")
CHANNELS = {"mobile": "wallet", "wallet": "wallet", "voucher": "cash"}  # all else is an account

# What a verdict is in their words; all else is pending: money may still come, or somebody looks into it.
STATUS = {"paid": "succ", "failed": "rjct"}
FIELD_CODES = {
    "amount": "rjct.amount.invalid",
    "bank_code": "rjct.payee_fa.invalid",
    "account_no": "rjct.payee_fa.invalid",
    "channel": "rjct.payee_fa.invalid",
    "line_ref": "rjct.reference_id.invalid",
}
ACCOUNT_AT_FAULT = "AC"  # reason codes of ISO 20022 that begin so


@dataclass(frozen=True, slots=True)
class Told:
    """The status of one disbursement.

    Attributes:
        reference_id: as the sender calls it
        status: rcvd, pdng, succ or rjct
        code: why it was rejected, of their codes, where one fits
        message: the verdict or the problem, in English
        amount: what settled, in đồng; None where nothing is known
    """

    reference_id: str
    status: str
    code: str | None = None
    message: str | None = None
    amount: int | None = None


def line_ref_of(sender_id: str, reference_id: str) -> str:
    """Return the line_ref of a disbursement: the reference itself where it can be one, else made from it."""
    if FITS.fullmatch(reference_id):
        return reference_id
    return "G" + hashlib.sha256(f"{sender_id}/{reference_id}".encode()).hexdigest()[:15].upper()


def as_list(sender_id: str, disbursements: Iterable[Mapping[str, Any]]) -> bytes:
    """Write a request's disbursements as a payout list, row by row in their order.

    What a list says of a person beyond name, amount and account stands in the `meta` of a disbursement, under
    the names of the list's columns.

    Args:
        sender_id: who asks
        disbursements: as they are in the request
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for each in disbursements:
        meta = each.get("meta") or {}
        writer.writerow(
            {
                **_account(str(each["payee_fa"])),
                "note": each.get("note") or "",
                **{name: str(meta[name]) for name in sorted(FROM_META & set(meta)) if meta[name] is not None},
                "line_ref": line_ref_of(sender_id, str(each["reference_id"])),
                "full_name": each.get("payee_name") or "",
                "amount": each["amount"],
            }
        )
    return text.getvalue().encode()


def _account(address: str) -> dict[str, str]:
    """Read a financial address: kind:number@provider, where the provider is a bank's code, BIN or SWIFT."""
    found = ADDRESS.fullmatch(address.strip())
    if found is None:
        return {"channel": "account", "account_no": address, "bank_code": ""}
    bank = found["provider"].partition(".")[0].upper()
    return {
        "channel": CHANNELS.get((found["kind"] or "").lower(), "account"),
        "account_no": found["number"],
        "bank_code": bank,
    }


def find_disbursal(
    session: Session,
    scope: Scope,
    *,
    sender_id: str,
    transaction_id: str,
    correlation_id: str | None = None,
) -> Disbursal:
    """Find a batch of a sender by its number, or by ours where that is given.

    Raises:
        NotFoundError: there is none in the scope
    """
    by = (
        Disbursal.transaction_id == transaction_id
        if correlation_id is None
        else Disbursal.correlation_id == correlation_id
    )
    found = session.exec(select(Disbursal).where(Disbursal.sender_id == sender_id, by)).one_or_none()
    if found is None:
        raise NotFoundError("no_such_disbursement", "Không có giao dịch chi trả nào mang mã này.")
    find_list(session, found.list_id, scope)
    return found


def statuses(session: Session, disbursal: Disbursal, references: Sequence[str]) -> list[Told]:
    """Say how each disbursement of a batch stands.

    Args:
        session: the transaction
        disbursal: the batch
        references: of it, as the sender calls them, in the order of the request
    """
    receipt = session.get_one(PayoutList, disbursal.list_id)
    if receipt.state in {"quarantined", "refused"}:
        return [_rejected(receipt, place, each) for place, each in enumerate(references)]
    if receipt.state == "received":
        return [Told(each, "rcvd") for each in references]
    run = last_run(session, receipt.cycle_id or 0)
    lines = {line_ref_of(disbursal.sender_id, each): each for each in references}
    said = _said(session, list(lines), run.id if run else None)
    return [_told(reference, said.get(line_ref)) for line_ref, reference in lines.items()]


def _said(session: Session, line_refs: list[str], run_id: int | None) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for place in range(0, len(line_refs), 500):
        part = line_refs[place : place + 500]
        rows = session.exec(
            select(PayoutLine.line_ref, Verdict)
            .join(Verdict, col(Verdict.payout_line_id) == PayoutLine.id)
            .where(
                col(PayoutLine.line_ref).in_(part), PayoutLine.ended_by == COUNTS, Verdict.run_id == run_id
            )
        )
        found.update(rows.all())
    return found


def _told(reference: str, verdict: Verdict | None) -> Told:
    if verdict is None:
        return Told(reference, "rcvd")
    status = STATUS.get(verdict.verdict, "pdng")
    reason = verdict.reason_code or ""
    code = "rjct.payee_fa.invalid" if status == "rjct" and reason.startswith(ACCOUNT_AT_FAULT) else None
    words = " ".join(filter(None, (VERDICT_TERMS[verdict.verdict]["en"], reason)))
    return Told(reference, status, code, words, verdict.settled)


def _rejected(receipt: PayoutList, place: int, reference: str) -> Told:
    """Say why a disbursement did not count: what is wrong with its row, else with the batch."""
    mine = [
        each
        for each in problems_of(receipt.problems)
        if each.line == place + FIRST_ROW and each.severity != "warning"
    ]
    if not mine:
        return Told(reference, "rjct", None, "The batch was not accepted: see the other rows of it.")
    return Told(reference, "rjct", FIELD_CODES.get(mine[0].field or ""), mine[0].what("en"))
