"""Upstream systems ask for payments, and for what became of them, in the words of G2P Connect."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import MB_RESULT, Keys, bearer

pytestmark = pytest.mark.usefixtures("worker")


def payment(reference: str, account: str, **more: Any) -> dict[str, Any]:
    meta = {"citizen_id": f"0011450000{reference[-1]}1", "area_code": "00004", "period": "2026-11"}
    told = {
        "reference_id": reference,
        "payer_fa": "account:1@ICB",
        "payee_fa": account,
        "amount": "930000.00",
    }
    return {**told, "payee_name": "Nguyễn Thị Hoa", "currency_code": "VND", "meta": meta, **more}


def header(**more: Any) -> dict[str, Any]:
    told = {"message_id": "1", "message_ts": "2026-11-02T09:00:00+07:00", "sender_id": "spp.example"}
    return {
        **told,
        "action": "disburse",
        "total_count": 2,
        "meta": {"programme": "BTXH", "cycle": "2026-11"},
        **more,
    }


def batch(transaction: str = "T1", **more: Any) -> dict[str, Any]:
    payments = [payment("A0001", "account:0123456789@MB"), payment("a-2", "account:0123456790@970422")]
    return {"header": header(), "message": {"transaction_id": transaction, "disbursements": payments}, **more}


async def ask(client: httpx.AsyncClient, keys: Keys, kind: str, value: Any) -> httpx.Response:
    wanted = {"reference_id": "S1", "txn_type": "disburse", "attribute_type": kind, "attribute_value": value}
    body = {
        "header": header(action="status"),
        "message": {"transaction_id": "T1", "txnstatus_request": wanted},
    }
    return await client.post("/v1/g2p/disburse/txn/status", json=body, headers=bearer(keys.province))


async def test_a_batch_becomes_a_list_and_its_verdicts_its_status(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    sent = await client.post("/v1/g2p/disburse", json=batch(), headers=bearer(keys.province))
    told = sent.json()["message"]
    assert (sent.status_code, told["ack_status"]) == (200, "NACK")  # taken; no callback comes
    again = await client.post("/v1/g2p/disburse", json=batch(), headers=bearer(keys.province))
    assert again.json()["message"]["correlation_id"] == told["correlation_id"]
    [receipt] = (await client.get("/v1/payout-lists", headers=bearer(keys.province))).json()["items"]
    patient = {**bearer(keys.province), "Prefer": "wait=30"}
    mb = {**bearer(keys.mb), "Prefer": "wait=30"}
    await client.post("/v1/settlement-files?filename=kq.csv", content=MB_RESULT, headers=mb)
    lines = f"/v1/payout-lists/{receipt['id']}/lines"
    while not (rows := (await client.get(lines, headers=bearer(keys.province))).json()["items"]):
        pass
    assert (rows[0]["line_ref"], rows[0]["bank_code"], rows[0]["amount"]) == ("A0001", "MB", 930_000)
    assert rows[1]["line_ref"].startswith("G")
    before = (await ask(client, keys, "transaction_id", "T1")).json()
    assert (before["header"]["status"], before["header"]["completed_count"]) == ("rcvd", 0)
    await client.post("/v1/cycles/BTXH/2026-11/runs", headers=patient)

    after = (await ask(client, keys, "correlation_id", told["correlation_id"])).json()
    found = after["message"]["txnstatus_response"]["txn_status"]["disbursements_status"]
    assert [(each["reference_id"], each["status"]) for each in found] == [("A0001", "succ"), ("a-2", "rjct")]
    assert (found[0]["amount"], found[1]["status_reason_code"]) == ("930000.00", "rjct.payee_fa.invalid")
    assert (after["header"]["status"], after["header"]["completed_count"]) == ("succ", 2)
    one = (await ask(client, keys, "reference_id_list", ["a-2"])).json()
    assert one["header"]["total_count"] == 1
    assert (await ask(client, keys, "reference_id_list", ["nobody"])).status_code == 404
    assert (await ask(client, keys, "transaction_id", "T9")).status_code == 404


async def test_a_batch_that_cannot_be_is_answered_in_their_words(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    for wrong in (
        {"header": header(total_count=3)},
        {"header": header(is_msg_encrypted=True)},
        {"header": header(meta={})},
        {"message": {"transaction_id": "T1", "disbursements": []}},
    ):
        answer = await client.post("/v1/g2p/disburse", json=batch(**wrong), headers=bearer(keys.province))
        told = answer.json()["message"]
        assert (answer.status_code, told["ack_status"]) == (400, "ERR")
        assert told["error"]["code"] == "err.request.bad"
    foreign = batch()
    foreign["message"]["disbursements"][0]["currency_code"] = "USD"
    answer = await client.post("/v1/g2p/disburse", json=foreign, headers=bearer(keys.province))
    assert answer.status_code == 400
    assert (
        await client.post("/v1/g2p/disburse", json=batch(), headers=bearer(keys.auditor))
    ).status_code == 403
    assert (
        await client.post("/v1/g2p/disburse", content=b"{", headers=bearer(keys.province))
    ).status_code == 400

    assert (
        await client.post("/v1/g2p/disburse", json=batch(), headers=bearer(keys.province))
    ).status_code == 200
    other = batch()
    other["message"]["disbursements"][0]["amount"] = "1.00"
    assert (
        await client.post("/v1/g2p/disburse", json=other, headers=bearer(keys.province))
    ).status_code == 400

    bad = batch("T2")
    bad["message"]["disbursements"] = [
        payment("B1", "account:1@MB", amount="930.50"),
        payment("B2", "account:2@MB"),
    ]
    assert (await client.post("/v1/g2p/disburse", json=bad, headers=bearer(keys.province))).status_code == 200
    while (await ask(client, keys, "transaction_id", "T2")).json()["header"]["status"] == "rcvd":
        pass
    found = (await ask(client, keys, "transaction_id", "T2")).json()["message"]["txnstatus_response"]
    rows = found["txn_status"]["disbursements_status"]
    assert [(row["status"], row["status_reason_code"]) for row in rows] == [
        ("rjct", "rjct.amount.invalid"),
        ("rjct", None),
    ]
