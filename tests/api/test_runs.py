"""Runs over the API: what led to each, what one says as known then, and what changed between two."""

import httpx

from tests.api.conftest import RESULT_HEADER, Keys, bearer

CYCLE = "/v1/cycles/BTXH/2026-11"
LATE = f"""{RESULT_HEADER}
MB,HN01,FT9,,,,,930000,VND,2026-11-24,returned,AC04,,,FT1,
""".encode()
WAIT = {"Prefer": "wait=20"}


async def again(client: httpx.AsyncClient, keys: Keys) -> None:
    """Let MB tell of a late return, and reconcile the cycle once more."""
    sent = await client.post(
        "/v1/settlement-files", params={"filename": "late.csv"}, content=LATE, headers=bearer(keys.mb) | WAIT
    )
    assert sent.json()["state"] == "accepted", sent.text
    run = await client.post(
        f"{CYCLE}/runs", json={"as_of": "2026-11-24"}, headers=bearer(keys.province) | WAIT
    )
    assert run.json()["state"] == "done", run.text


async def test_what_changed_is_told_with_its_cause(client: httpx.AsyncClient, reconciled: Keys) -> None:
    await again(client, reconciled)
    headers = bearer(reconciled.province)
    told = (await client.get(f"{CYCLE}/runs/2/changes", headers=headers)).json()
    assert (told["run"], told["since"], told["next"]) == (2, 1, None)
    assert told["totals"] == [
        {
            "before": "paid", "after": "failed", "lines": 1, "owed": 930_000,
            "settled_before": 930_000, "settled_after": 0,
        }
    ]  # fmt: skip
    [change] = told["items"]
    assert (change["line_ref"], change["before"]["verdict"], change["after"]["verdict"]) == (
        "A0001", "paid", "failed",
    )  # fmt: skip
    assert change["after"]["evidence"] == ["late.csv:2", "mb.csv:2"]
    assert change["why"] == [
        {
            "code": "told_returned", "file": "late.csv", "line": 2,
            "said": "Ngân hàng MBBank báo trả lại ngày 24/11/2026: Tài khoản đã đóng (tệp late.csv, dòng 2).",
        }
    ]  # fmt: skip
    assert {(each["before"], each["after"]): each["lines"] for each in told["settlement_lines"]} == {
        ("matched", "reversed"): 1, ("none", "matched"): 1,
    }  # fmt: skip
    lines = (await client.get(f"{CYCLE}/runs/2/changes/settlement-lines", headers=headers)).json()
    assert [(each["file"], each["line"], each["before"], each["after"]) for each in lines["items"]] == [
        ("mb.csv", 2, "matched", "reversed"), ("late.csv", 2, None, "matched"),
    ]  # fmt: skip
    assert lines["items"][1]["line_refs_after"] == ["A0001"]
    refused = await client.get(f"{CYCLE}/runs/2/changes/settlement-lines", headers=bearer(reconciled.ward4))
    assert refused.status_code == 403
    for query, count in (("from=paid", 1), ("to=paid", 0), ("from=none", 0), ("area=00008", 0)):
        page = (await client.get(f"{CYCLE}/runs/2/changes?{query}", headers=headers)).json()
        assert len(page["items"]) == count, query


async def test_a_ward_sees_its_own_changes_and_no_settlement_lines(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    await again(client, reconciled)
    for key, count in ((reconciled.ward4, 1), (reconciled.ward8, 0)):
        told = (await client.get(f"{CYCLE}/runs/2/changes", headers=bearer(key))).json()
        assert (len(told["items"]), len(told["totals"]), told["settlement_lines"]) == (count, count, None)
    runs = (await client.get(f"{CYCLE}/runs", headers=bearer(reconciled.ward8))).json()["items"]
    assert [(each["net"], each["summary"]) for each in runs] == [({}, None), ({}, None)]
    answer = await client.get(f"{CYCLE}/runs/2/changes", headers=bearer(reconciled.mb))
    assert answer.status_code == 403


async def test_the_runs_are_listed_page_by_page_with_what_is_new(
    client: httpx.AsyncClient, reconciled: Keys
) -> None:
    await again(client, reconciled)
    headers = bearer(reconciled.auditor)
    first = (await client.get(f"{CYCLE}/runs?limit=1", headers=headers)).json()
    assert [(each["number"], each["net"], each["asked_by"]) for each in first["items"]] == [
        (2, {"paid": -1, "failed": 1}, "province")
    ]
    rest = (await client.get(f"{CYCLE}/runs?cursor={first['next']}", headers=headers)).json()
    assert ([each["number"] for each in rest["items"]], rest["next"]) == ([1], None)
    one = (await client.get(f"{CYCLE}/runs/1", headers=headers)).json()
    assert one["verdicts"]["paid"] == {"lines": 1, "owed": 930_000, "settled": 930_000}
    assert (one["after_run"], one["after_file"]) == (None, None)


async def test_an_older_run_stays_to_be_seen(client: httpx.AsyncClient, reconciled: Keys) -> None:
    await again(client, reconciled)
    headers = bearer(reconciled.province)
    for query, lines in (("?run=1", 1), ("", 0)):
        verdicts = (await client.get(f"{CYCLE}/verdicts{query}", headers=headers)).json()["items"]
        assert sum(row["verdict"] == "paid" for row in verdicts) == lines
        summary = (await client.get(f"{CYCLE}{query}", headers=headers)).json()
        assert summary["verdicts"].get("paid", {"lines": 0})["lines"] == lines
        assert summary["identity"]["difference"] == 0


async def test_what_is_not_there_is_told_as_a_problem(client: httpx.AsyncClient, reconciled: Keys) -> None:
    headers = bearer(reconciled.province)
    for path, kind in (
        ("runs/1/changes", "no_run_before"),
        ("runs/7/changes", "no_such_run"),
        ("runs/7", "no_such_run"),
        ("verdicts?run=7", "no_such_run"),
        ("?run=7", "no_such_run"),
        ("runs/1/changes?cursor=x", "no_run_before"),
        ("runs?cursor=x", "no_such_page"),
    ):
        answer = await client.get(f"{CYCLE}/{path}".replace("/?", "?"), headers=headers)
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (404, kind), path
    for query in ("since=0", "from=nobody", "area=1", "limit=0"):
        assert (await client.get(f"{CYCLE}/runs/1/changes?{query}", headers=headers)).status_code == 422
