"""/v1/g2p: upstream systems ask for payments, and for what became of them, in the words of G2P Connect."""

import datetime as dt
import json
import secrets
from typing import Annotated, cast

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from payouts.api.access import DatabaseDep, SettingsDep, staff_with
from payouts.api.g2p_shapes import (
    Ack,
    AckMessage,
    BatchStatus,
    CallbackHeader,
    DisbursementStatus,
    DisburseRequest,
    G2pError,
    Status,
    StatusAnswer,
    StatusBody,
    StatusRequest,
    StatusResponse,
)
from payouts.api.uploads import incoming
from payouts.core import clock
from payouts.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError, RefusedError
from payouts.core.settings import Settings
from payouts.core.storage import Arrival, path_of
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.jobs.disbursing import disburse
from payouts.webhooks.g2p import Told, find_disbursal, statuses

router = APIRouter(prefix="/v1/g2p", tags=["G2P Connect"])

Sending = Annotated[Staff, staff_with("lists.send")]
Seeing = Annotated[Staff, staff_with("lists.see")]
LARGEST_BATCH = 32 * 1024 * 1024  # bytes; an upstream system splits what is larger
ENDED = frozenset({"succ", "rjct"})
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DisburseRequest"}}},
    }
}


@router.post("/disburse", openapi_extra=BODY, responses={400: {"model": Ack}})
async def post_disburse(
    request: Request,
    response: Response,
    staff: Sending,
    database: DatabaseDep,
    settings: SettingsDep,
    programme: Annotated[
        str | None, Query(max_length=20, description="Else `header.meta.programme`.")
    ] = None,
    cycle: Annotated[str | None, Query(max_length=7, description="Else `header.meta.cycle`.")] = None,
    deadline: Annotated[dt.date | None, Query(description="Last day for the banks' answer.")] = None,
) -> Ack:
    """Ask for a batch of payments: it becomes a payout list of the cycle, read like any other.

    The same batch again is the same batch. `total_count` has to be the number of payments. An encrypted
    message is not taken.
    """

    def take(arrival: Arrival) -> str:
        if arrival.size > LARGEST_BATCH:
            raise RefusedError("batch_too_large", "Lô chi trả quá lớn. Hãy chia thành nhiều lô.")
        asked = DisburseRequest.model_validate_json(arrival.path.read_bytes())
        meta = asked.header.meta or {}
        chosen = programme or str(meta.get("programme", "")), cycle or str(meta.get("cycle", ""))
        _check(asked, staff, settings, chosen[0])
        kept = arrival.keep()
        with database.session() as session:
            made, new = disburse(
                session,
                settings,
                kept,
                sender_id=asked.header.sender_id,
                transaction_id=asked.message.transaction_id,
                message_id=asked.header.message_id,
                disbursements=[each.model_dump() for each in asked.message.disbursements],
                programme=chosen[0],
                cycle=chosen[1],
                by=staff.who,
                deadline=deadline,
            )
            audit.note(session, staff.who, "g2p.disbursed", f"payout list {made.list_id}", new=new)
        return made.correlation_id

    try:
        async with incoming(request, settings) as arrival:
            correlation_id = await run_in_threadpool(take, arrival)
    except (ValidationError, RefusedError, ConflictError) as error:
        response.status_code = 400
        words = error.said("en") if isinstance(error, DomainError) else _first(error)
        wrong = G2pError(code="err.request.bad", message=words[:999])
        return Ack(
            message=AckMessage(ack_status="ERR", timestamp=clock.now(), error=wrong, correlation_id="")
        )
    return Ack(message=AckMessage(ack_status="NACK", timestamp=clock.now(), correlation_id=correlation_id))


@router.post("/disburse/txn/status")
def post_status(
    staff: Seeing, database: DatabaseDep, settings: SettingsDep, asked: StatusRequest
) -> StatusAnswer:
    """Say how the payments of a batch stand, or some of them. The reading is logged."""
    wanted = asked.message.txnstatus_request
    value = wanted.attribute_value
    by_correlation = str(value) if wanted.attribute_type == "correlation_id" else None
    transaction_id = str(value) if wanted.attribute_type == "transaction_id" else asked.message.transaction_id
    with database.reading() as session:
        found = find_disbursal(
            session,
            staff.scope,
            sender_id=asked.header.sender_id,
            transaction_id=transaction_id,
            correlation_id=by_correlation,
        )
        stored = json.loads(path_of(settings.data_dir, found.sha256).read_bytes())
        known = [each["reference_id"] for each in stored["message"]["disbursements"]]
        told = statuses(session, found, known)
    if wanted.attribute_type == "reference_id_list":
        by_reference = {each.reference_id: each for each in told}
        missing = [each for each in value if each not in by_reference]
        if missing or isinstance(value, str):
            raise NotFoundError("no_such_disbursement", "Không có giao dịch chi trả nào mang mã này.")
        told = [by_reference[each] for each in value]
    with database.session() as session:
        audit.note(session, staff.who, "g2p.status_read", f"payout list {found.list_id}")
    return _answer(asked, found.transaction_id, found.correlation_id, told)


def _check(asked: DisburseRequest, staff: Staff, settings: Settings, programme: str) -> None:
    """Refuse what no list can say.

    Raises:
        RefusedError: it is encrypted, its count does not tie, or it is in another currency
        ForbiddenError: the programme lies outside the scope
    """
    if asked.header.is_msg_encrypted:
        raise RefusedError("batch_encrypted", "Không nhận tin mã hóa; hãy gửi qua https.")
    if asked.header.total_count != len(asked.message.disbursements):
        raise RefusedError("batch_count", "total_count khác số khoản chi trong lô.")
    if any(each.currency_code not in {None, settings.currency} for each in asked.message.disbursements):
        raise RefusedError("batch_currency", f"Chỉ nhận khoản chi bằng {settings.currency}.")
    if staff.scope.programmes is not None and programme not in staff.scope.programmes:
        raise ForbiddenError("other_programme", f"Chương trình {programme} không thuộc phạm vi của bạn.")


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _together(found: set[str]) -> Status:
    """Say how a batch stands: rejected or succeeded where all of it is, received where nothing is known."""
    if found in ({"rcvd"}, {"rjct"}):
        return cast("Status", next(iter(found)))
    return "succ" if found <= ENDED else "pdng"


def _answer(asked: StatusRequest, transaction_id: str, correlation_id: str, told: list[Told]) -> StatusAnswer:
    now = clock.now()
    ended = sum(each.status in ENDED for each in told)
    rows = [
        DisbursementStatus(
            reference_id=each.reference_id,
            timestamp=now,
            status=cast("Status", each.status),
            status_reason_code=each.code,
            status_reason_message=each.message,
            amount=f"{each.amount}.00" if each.amount is not None else None,
        )
        for each in told
    ]
    batch = BatchStatus(transaction_id=transaction_id, disbursements_status=rows)
    header = CallbackHeader(
        message_id=secrets.token_hex(8),
        message_ts=now,
        action="status",
        status=_together({each.status for each in told}),
        total_count=len(told),
        completed_count=ended,
        receiver_id=asked.header.sender_id,
    )
    body = StatusBody(
        transaction_id=transaction_id,
        correlation_id=correlation_id,
        txnstatus_response=StatusResponse(txn_status=batch),
    )
    return StatusAnswer(header=header, message=body)
