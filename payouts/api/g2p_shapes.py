"""What upstream systems send and get in the words of G2P Connect 1.0.0 (disburse_core_api_v1.0.0)."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_ID = 99  # characters, as the specification says
AMOUNT = r"^\d{1,13}\.\d{1,2}$"
Status = Literal["rcvd", "pdng", "succ", "rjct"]


class Header(BaseModel):
    """The header of a message."""

    version: str = "1.0.0"
    message_id: str = Field(min_length=1, max_length=LONGEST_ID)
    message_ts: dt.datetime
    action: str
    sender_id: str = Field(min_length=1, max_length=LONGEST_ID)
    sender_uri: str | None = None
    receiver_id: str | None = None
    total_count: int = Field(ge=0)
    is_msg_encrypted: bool = False
    meta: dict[str, Any] | None = None


class Disbursement(BaseModel):
    """One payment that is asked for."""

    reference_id: str = Field(min_length=1, max_length=LONGEST_ID)
    payer_fa: str
    payee_fa: str = Field(
        description="`account:0123456789@VCB`: the provider is a bank's code, BIN or SWIFT."
    )
    amount: str = Field(pattern=AMOUNT, description="Decimal, e.g. 930000.00.")
    scheduled_timestamp: dt.datetime | None = None
    payer_name: str | None = None
    payee_name: str | None = None
    note: str | None = Field(default=None, max_length=LONGEST_ID)
    purpose: str | None = None
    instruction: str | None = Field(default=None, max_length=999)
    meta: dict[str, str | None] | None = Field(
        default=None, description="Further columns of a payout list: `citizen_id`, `area_code`, `period`, …"
    )
    currency_code: str | None = None
    locale: str | None = None


class DisburseMessage(BaseModel):
    """A batch of payments."""

    transaction_id: str = Field(min_length=1, max_length=LONGEST_ID)
    disbursements: list[Disbursement] = Field(min_length=1)


class DisburseRequest(BaseModel):
    """A request to disburse."""

    signature: str | None = None
    header: Header
    message: DisburseMessage

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "header": {
                    "version": "1.0.0",
                    "message_id": "789",
                    "message_ts": "2026-11-02T09:00:00+07:00",
                    "action": "disburse",
                    "sender_id": "spp.example.gov.vn",
                    "total_count": 1,
                    "meta": {"programme": "BTXH", "cycle": "2026-11"},
                },
                "message": {
                    "transaction_id": "T-2026-11-01",
                    "disbursements": [
                        {
                            "reference_id": "2611BT000017",
                            "payer_fa": "account:113000001@ICB",
                            "payee_fa": "account:1500205004417@VBA",
                            "amount": "810000.00",
                            "payee_name": "Nguyễn Thị Hoa",
                            "meta": {"citizen_id": "001145003417", "area_code": "00004", "period": "2026-11"},
                            "currency_code": "VND",
                        }
                    ],
                },
            }
        }
    )


class G2pError(BaseModel):
    """Why a request was not taken."""

    code: str
    message: str


class AckMessage(BaseModel):
    """Whether a request was taken."""

    ack_status: Literal["ACK", "NACK", "ERR"] = Field(
        description="NACK: it is taken, and no callback will come; ask for the status. ERR: it is not taken."
    )
    timestamp: dt.datetime
    error: G2pError | None = None
    correlation_id: str


class Ack(BaseModel):
    """The answer to a request."""

    message: AckMessage


class StatusAsked(BaseModel):
    """Of what the status is asked."""

    reference_id: str = Field(min_length=1, max_length=LONGEST_ID)
    txn_type: Literal["disburse"]
    attribute_type: Literal["transaction_id", "reference_id_list", "correlation_id"]
    attribute_value: str | list[str]
    locale: str | None = None


class StatusMessage(BaseModel):
    """A request for the status of a batch, or of some payments of it."""

    transaction_id: str = Field(min_length=1, max_length=LONGEST_ID)
    txnstatus_request: StatusAsked


class StatusRequest(BaseModel):
    """A request for a status."""

    signature: str | None = None
    header: Header
    message: StatusMessage


class DisbursementStatus(BaseModel):
    """How one payment stands."""

    reference_id: str
    timestamp: dt.datetime
    status: Status
    status_reason_code: str | None = None
    status_reason_message: str | None = None
    amount: str | None = Field(default=None, description="What settled, decimal.")


class BatchStatus(BaseModel):
    """How a batch stands."""

    transaction_id: str
    disbursements_status: list[DisbursementStatus]


class StatusResponse(BaseModel):
    """The status of a batch, by its kind."""

    txn_type: Literal["on-disburse"] = "on-disburse"
    txn_status: BatchStatus


class StatusBody(BaseModel):
    """The status of a batch."""

    transaction_id: str
    correlation_id: str
    txnstatus_response: StatusResponse


class CallbackHeader(BaseModel):
    """The header of an answer."""

    version: str = "1.0.0"
    message_id: str
    message_ts: dt.datetime
    action: str
    status: Status
    total_count: int
    completed_count: int = Field(description="Payments that ended: succ or rjct.")
    receiver_id: str | None = None


class StatusAnswer(BaseModel):
    """The answer to a request for a status."""

    header: CallbackHeader
    message: StatusBody
