"""Payout lists over HTTP: the parts of their amounts, corrected lists, and a difference to confirm."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import LIST, MB_RESULT, Keys, bearer

WHERE = {"cycle": "2026-11", "programme": "BTXH", "deadline": "2026-11-22"}
PATIENT = {"Prefer": "wait=30"}
LINES = LIST.decode().splitlines()
MAI = "A0009,001160000009,Phạm Thị Mai,1960-01-01,,00004,400000,2026-11,account,MB,0123456799,,,,"
CORRECTED = "\n".join([LINES[0], LINES[1], LINES[3].replace("465000", "500000"), MAI, ""]).encode()

pytestmark = pytest.mark.usefixtures("worker")


async def send(client: httpx.AsyncClient, token: str, body: bytes, **more: Any) -> dict[str, Any]:
    answer = await client.post(
        "/v1/payout-lists",
        params={**WHERE, "filename": "list.csv", **more},
        content=body,
        headers={**bearer(token), **PATIENT},
    )
    assert answer.status_code in {200, 202}, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_corrected_list_waits_shows_what_it_changes_and_counts_once_confirmed(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    base = await send(client, keys.province, LIST)
    sent = await send(client, keys.province, CORRECTED, supersedes=base["id"])
    assert (sent["state"], sent["counts"], sent["supersedes"]) == ("quarantined", False, base["id"])
    assert [each["code"] for each in sent["problems"]] == ["correction_waits"]

    here = f"/v1/payout-lists/{sent['id']}"
    told = (await client.get(f"{here}/difference", headers=bearer(keys.auditor))).json()
    assert {name: told[name] for name in ("added", "gone", "changed", "before", "after", "settled")} == {
        "added": 1, "gone": 1, "changed": 1, "before": 1_395_000, "after": 900_000, "settled": 0,
    }  # fmt: skip
    assert {each["line_ref"]: each["kind"] for each in told["items"]} == {
        "A0002": "gone", "A0003": "changed", "A0009": "added",
    }  # fmt: skip
    changed = next(each for each in told["items"] if each["kind"] == "changed")
    assert (changed["fields"], changed["old"]["amount"], changed["new"]["amount"]) == (
        ["amount"],
        465_000,
        500_000,
    )

    assert (await client.post(f"{here}/confirm", headers=bearer(keys.auditor))).status_code == 403
    confirmed = await client.post(
        f"{here}/confirm", json={"note": "Đã đối chiếu."}, headers=bearer(keys.province)
    )
    assert confirmed.status_code == 200, confirmed.text
    assert (confirmed.json()["state"], confirmed.json()["counts"]) == ("accepted", True)
    old = (await client.get(f"/v1/payout-lists/{base['id']}", headers=bearer(keys.province))).json()
    assert (old["counts"], old["superseded_by"]) == (False, sent["id"])
    cycle = (await client.get("/v1/cycles/BTXH/2026-11", headers=bearer(keys.province))).json()
    assert cycle["owed"] == {"lines": 3, "amount": 1_830_000}
    lines = (await client.get(f"{here}/lines", headers=bearer(keys.province))).json()["items"]
    assert {each["line_ref"]: each["list_id"] for each in lines} == {
        "A0001": base["id"], "A0003": sent["id"], "A0009": sent["id"],
    }  # fmt: skip
    again = await client.post(f"{here}/confirm", headers=bearer(keys.province))
    assert (again.status_code, again.json()["type"]) == (409, "urn:problem-type:chitra:list_waits_not")


async def test_a_confirmation_after_a_run_judges_the_cycle_anew(
    client: httpx.AsyncClient, keys: Keys
) -> None:
    base = await send(client, keys.province, LIST)
    await client.post(
        "/v1/settlement-files", params={"filename": "mb.csv"}, content=MB_RESULT,
        headers={**bearer(keys.mb), **PATIENT},
    )  # fmt: skip
    runs = "/v1/cycles/BTXH/2026-11/runs"
    await client.post(runs, headers={**bearer(keys.province), **PATIENT})
    paid = LIST.replace(b"A0001,001145000011", b"A0001,001145000012")
    sent = await send(client, keys.province, paid, supersedes=base["id"])
    here = f"/v1/payout-lists/{sent['id']}"
    answer = await client.get(f"{here}/difference", params={"kind": "settled"}, headers=bearer(keys.province))
    told = answer.json()
    assert (told["settled"], [each["line_ref"] for each in told["items"]]) == (1, ["A0001"])
    assert told["items"][0]["settled"] == {"verdict": "paid", "settled": 930_000, "evidence": ["mb.csv:2"]}

    assert (await client.post(f"{here}/confirm", headers=bearer(keys.admin))).status_code == 200
    numbers = [
        each["number"] for each in (await client.get(runs, headers=bearer(keys.province))).json()["items"]
    ]
    assert numbers == [2, 1]


async def test_a_dropped_correction_leaves_all_as_it_was(client: httpx.AsyncClient, keys: Keys) -> None:
    base = await send(client, keys.province, LIST)
    sent = await send(client, keys.province, CORRECTED, supersedes=base["id"])
    here = f"/v1/payout-lists/{sent['id']}"
    dropped = (await client.post(f"{here}/cancel", headers=bearer(keys.province))).json()
    assert (dropped["decision"], dropped["counts"]) == ("cancelled", False)
    assert (await client.post(f"{here}/confirm", headers=bearer(keys.province))).status_code == 409
    assert (await client.get(f"{here}/difference", headers=bearer(keys.province))).json()["gone"] == 1


async def test_what_cannot_be_superseded_is_told_at_once(client: httpx.AsyncClient, keys: Keys) -> None:
    base = await send(client, keys.province, LIST)
    other = {**WHERE, "cycle": "2026-12", "filename": "x.csv", "supersedes": base["id"]}
    headers = bearer(keys.province)
    answer = await client.post("/v1/payout-lists", params=other, content=CORRECTED, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:problem-type:chitra:no_such_list")
    missing = await client.get(f"/v1/payout-lists/{base['id']}/difference", headers=headers)
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:problem-type:chitra:no_difference")
    assert (await client.get("/v1/payout-lists/1/lines", headers=bearer(keys.mb))).status_code == 403


async def test_the_parts_of_an_amount_are_told_apart(client: httpx.AsyncClient, keys: Keys) -> None:
    body = (
        "Mã dòng chi,Họ và tên,Số CCCD,Tiền trợ cấp tháng này,Truy lĩnh,Truy thu,Tổng số tiền,"
        "Hình thức nhận\n"
        "P1,Nguyễn Thị Hoa,001145000011,500.000,120.000,20.000,600.000,TM\n"
    ).encode()
    sent = await send(client, keys.province, body)
    assert sent["parts"] == {
        "amount_current": 500_000, "amount_carried_over": None, "amount_arrears": 120_000,
        "amount_deducted": 20_000, "amount_one_off": None,
    }  # fmt: skip
    answer = await client.get(f"/v1/payout-lists/{sent['id']}/lines", headers=bearer(keys.province))
    (line,) = answer.json()["items"]
    assert (line["amount"], line["amount_arrears"], line["carried_from"]) == (600_000, 120_000, None)
