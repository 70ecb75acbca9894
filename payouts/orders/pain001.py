"""Writes a payment order as ISO 20022 pain.001.001.09, payment by payment, always the same bytes.

Element names and their order are those of CustomerCreditTransferInitiationV09 (ISO 20022, pain.001.001.09).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from payouts.core.banks import banks
from payouts.core.money import exponent
from payouts.orders.models import PaymentOrder
from payouts.orders.payment import Payment, as_banks_write, bank_bin

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NOT_GIVEN = "NOTPROVIDED"  # as the standard's users write what they do not give
_AT_ONCE = 2_000  # payments of one piece of text


def pain001(order: PaymentOrder, payments: Iterable[Payment], currency: str) -> Iterator[bytes]:
    """Write an order; the one charged is the payer, so that the amount arrives whole.

    Args:
        order: the order
        payments: its payments in their order
        currency: ISO 4217
    """
    yield _head(order, currency).encode()
    piece: list[str] = []
    for payment in payments:
        piece.append(_payment(payment, currency))
        if len(piece) == _AT_ONCE:
            yield "".join(piece).encode()
            piece.clear()
    yield "".join(piece).encode()
    yield b"</PmtInf></CstmrCdtTrfInitn></Document>\n"


def decimal(amount: int, currency: str) -> str:
    """Write an amount as XML takes it: 930000 đồng "930000", 12345 cents "123.45"."""
    decimals = exponent(currency)
    whole, minor = divmod(amount, 10**decimals)
    return f"{whole}.{minor:0{decimals}d}" if decimals else str(whole)


def _head(order: PaymentOrder, currency: str) -> str:
    made = order.made_at.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None).isoformat()
    sums = f"<NbOfTxs>{order.lines}</NbOfTxs><CtrlSum>{decimal(order.amount, currency)}</CtrlSum>"
    payer = f"<Nm>{escape(as_banks_write(order.debtor_name) or NOT_GIVEN)}</Nm>"
    account = _account(order.debtor_account or NOT_GIVEN)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>\n'
        f"<GrpHdr><MsgId>{order.message_id}</MsgId><CreDtTm>{made}Z</CreDtTm>{sums}"
        f"<InitgPty>{payer}</InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{order.message_id}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>{sums}"
        "<PmtTpInf><CtgyPurp><Cd>SSBE</Cd></CtgyPurp></PmtTpInf>"
        f"<ReqdExctnDt><Dt>{order.execute_on.isoformat()}</Dt></ReqdExctnDt>"
        f"<Dbtr>{payer}</Dbtr><DbtrAcct>{account}<Ccy>{currency}</Ccy></DbtrAcct>"
        f"<DbtrAgt>{_bank(order.bank_code)}</DbtrAgt><ChrgBr>DEBT</ChrgBr>\n"
    )


def _payment(payment: Payment, currency: str) -> str:
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{escape(payment.reference)}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{decimal(payment.amount, currency)}</InstdAmt></Amt>'
        f"<CdtrAgt>{_bank(payment.bank_code)}</CdtrAgt>"
        f"<Cdtr><Nm>{escape(payment.account_name)}</Nm></Cdtr>"
        f"<CdtrAcct>{_account(payment.account_no)}</CdtrAcct>"
        f"<RmtInf><Ustrd>{escape(payment.remittance_info)}</Ustrd></RmtInf></CdtTrfTxInf>\n"
    )


def _account(number: str) -> str:
    return f"<Id><Othr><Id>{escape(number)}</Id></Othr></Id>"


def _bank(code: str) -> str:
    """Name a bank by its SWIFT code, else by the number of the card scheme, else by the code of lists."""
    known = banks().get(code)
    if known and known.swift:
        return f"<FinInstnId><BICFI>{known.swift}</BICFI></FinInstnId>"
    return f"<FinInstnId><Othr><Id>{escape(bank_bin(code))}</Id></Othr></FinInstnId>"
