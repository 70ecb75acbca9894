"""Bank lines that may be somebody's over HTTP: compare, confirm, reject, undo, propose, check."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import LIST, RESULT_HEADER, Keys, bearer

STRANGERS = f"""{RESULT_HEADER}
MB,HN01,S1,,0123456709,NGUYEN THI HOAN,,930000,VND,2026-11-20,settled,,,,,
MB,HN01,S2,,9704229200001234,PHAM VAN TAM,,930000,VND,2026-11-20,settled,,,,,
""".encode()
RUNS = "/v1/cycles/BTXH/2026-11/runs"


@pytest.fixture
async def suggested(client: httpx.AsyncClient, keys: Keys, worker: None) -> Keys:
    """A list of three and two lines of strangers, one of them like A0001's."""
    del worker
    for address, query, content, key in (
        ("payout-lists", {"cycle": "2026-11", "programme": "BTXH"}, LIST, keys.province),
        ("settlement-files", {}, STRANGERS, keys.mb),
    ):
        sent = await client.post(
            f"/v1/{address}",
            params={"filename": "mb.csv", **query},
            content=content,
            headers=bearer(key) | {"Prefer": "wait=20"},
        )
        assert sent.json()["state"] == "accepted", sent.text
    await run(client, keys)
    return keys


async def run(client: httpx.AsyncClient, keys: Keys) -> dict[str, Any]:
    headers = bearer(keys.province) | {"Prefer": "wait=20"}
    answer = await client.post(RUNS, json={"as_of": "2026-11-24"}, headers=headers)
    told: dict[str, Any] = answer.json()
    return told


async def decide(
    client: httpx.AsyncClient, key: str, kind: str, line: int = 2, **more: Any
) -> httpx.Response:
    body = {"line_ref": "A0001", "file": "mb.csv", "line": line, "kind": kind, **more}
    return await client.post("/v1/matches", json=body, headers=bearer(key))


async def case_id(client: httpx.AsyncClient, key: str) -> int:
    rows = (await client.get("/v1/cases", headers=bearer(key))).json()["items"]
    return next(int(row["id"]) for row in rows if row["line_ref"] == "A0001")


async def test_a_suggestion_is_compared_confirmed_and_undone(
    client: httpx.AsyncClient, suggested: Keys
) -> None:
    case = await case_id(client, suggested.ward4)
    address = f"/v1/cases/{case}/suggestions"
    told = (await client.get(address, headers=bearer(suggested.ward4))).json()
    [item] = told["items"]
    assert (item["file"], item["line"], item["taken"]) == ("mb.csv", 2, False)
    fields = {each["name"]: each for each in item["fields"]}
    assert fields["name"]["told"] == [
        {"text": "NGUYEN THI HOA", "change": ""},
        {"text": "N", "change": "put_in"},
    ]
    assert (fields["amount"]["same"], fields["bank"]["same"]) == (True, True)
    answer = await decide(client, suggested.ward4, "confirm")
    assert (answer.status_code, answer.json()["state"]) == (201, "done")
    again = await decide(client, suggested.ward4, "confirm")
    assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])
    assert (await run(client, suggested))["summary"]["decisions"]["heard"] == 1
    shown = (await client.get(f"/v1/cases/{case}", headers=bearer(suggested.ward4))).json()
    assert (shown["verdict"], shown["verdict_now"]["rule"]) == ("account_differs", "confirmed")
    undo = f"/v1/matches/{answer.json()['id']}/undo"
    gone = await client.post(undo, json={"reason": "Nhầm người"}, headers=bearer(suggested.ward4))
    assert (gone.status_code, gone.json()["state"]) == (200, "undone")
    twice = await client.post(undo, json={"reason": "Nhầm người"}, headers=bearer(suggested.ward4))
    assert twice.json()["type"] == "urn:problem-type:chitra:not_to_be_undone"
    decisions = (await client.get(address, headers=bearer(suggested.ward4))).json()["decisions"]
    assert [each["undone_why"] for each in decisions] == ["Nhầm người"]


async def test_a_force_takes_a_reason_and_a_second_person(client: httpx.AsyncClient, suggested: Keys) -> None:
    assert (await decide(client, suggested.ward4, "confirm", 3)).status_code == 409
    assert (await decide(client, suggested.ward4, "force", 3)).status_code == 422
    made = (await decide(client, suggested.ward4, "force", 3, reason="Con trai xác nhận")).json()
    assert (made["state"], made["bank_line"]["fields"][1]["hidden"]) == ("waiting", True)
    address = f"/v1/matches/{made['id']}/answer"
    own = await client.post(address, json={"answer": "approve"}, headers=bearer(suggested.ward4))
    assert own.json()["type"] == "urn:problem-type:chitra:same_person"
    auditor = await client.post(address, json={"answer": "approve"}, headers=bearer(suggested.auditor))
    assert auditor.status_code == 403
    waiting = (
        await client.get("/v1/matches", params={"state": "waiting"}, headers=bearer(suggested.province))
    ).json()
    assert [each["id"] for each in waiting["items"]] == [made["id"]]
    done = await client.post(address, json={"answer": "approve"}, headers=bearer(suggested.province))
    assert (done.json()["state"], done.json()["checked_by"]) == ("done", "province")
    await run(client, suggested)
    one = (await client.get(f"/v1/matches/{made['id']}", headers=bearer(suggested.auditor))).json()
    assert (one["not_followed"], one["line_ref"]) == (None, "A0001")
    case = f"/v1/cases/{await case_id(client, suggested.ward4)}"
    ward = bearer(suggested.ward4)
    shown = await client.get(case, headers={**ward, "Accept-Language": "en-GB,vi;q=0.5"})
    [evidence] = shown.json()["evidence"]
    assert (evidence["account_no"], evidence["account_name"]) == ("•••1234", "PHAM VAN TAM")
    assert shown.json()["verdict_now"]["explanation"] == (
        "The money went to account •••1234 MB on 20/11/2026, not to account 0123456789 MB on the list."
    )
    assert "970422" not in (await client.get(case, params={"lang": "vi"}, headers=ward)).text
    rows = await client.get("/v1/cycles/BTXH/2026-11/verdicts?lang=en&verdict=missing", headers=ward)
    assert "has passed and the bank has said nothing" in rows.json()["items"][0]["explanation"]


async def test_another_wards_payment_and_a_bank_are_kept_out(
    client: httpx.AsyncClient, suggested: Keys
) -> None:
    assert (await decide(client, suggested.ward8, "confirm")).status_code == 404
    assert (await decide(client, suggested.auditor, "confirm")).status_code == 403
    assert (await decide(client, suggested.mb, "confirm")).status_code == 403
    assert (await decide(client, suggested.ward4, "confirm", 99)).status_code == 404
    case = await case_id(client, suggested.ward4)
    hidden = await client.get(f"/v1/cases/{case}/suggestions", headers=bearer(suggested.ward8))
    assert hidden.status_code == 404
    made = (await decide(client, suggested.ward4, "reject")).json()
    assert (await client.get(f"/v1/matches/{made['id']}", headers=bearer(suggested.ward8))).status_code == 404
    assert (await client.get("/v1/matches", headers=bearer(suggested.ward8))).json()["items"] == []
