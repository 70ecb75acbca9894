"""Approvals and debts to be paid again over HTTP."""

import httpx
from sqlmodel import select

from payouts.cases.models import Case
from payouts.cases.reissue import ask_reissue
from payouts.core.database import Database
from payouts.identity.scope import EVERYTHING
from tests.api.conftest import Keys, bearer


async def test_a_debt_is_asked_for_on_its_case_and_decided_over_http(
    client: httpx.AsyncClient, reconciled: Keys, database: Database
) -> None:
    with database.session() as session:
        case = session.exec(select(Case).where(Case.subject == "A0002")).one()
        ask_reissue(session, case.id or 0, EVERYTHING, version=case.version, by="ward4", reason="Đã sửa")
    ward, province = bearer(reconciled.ward4), bearer(reconciled.province)
    [waiting] = (await client.get("/v1/approvals", headers=ward)).json()["items"]
    assert (waiting["kind"], waiting["amount"], waiting["people"]) == ("reissue", 930000, 1)
    assert (await client.get("/v1/approvals", headers=bearer(reconciled.ward8))).json()["items"] == []
    address = f"/v1/approvals/{waiting['id']}"
    assert (await client.get(address, headers=bearer(reconciled.ward8))).status_code == 404
    yes = {"answer": "approve"}
    refused = await client.post(f"{address}/answer", json=yes, headers=ward)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "same_person")
    assert (await client.post(f"{address}/answer", json=yes, headers=province)).json()["state"] == "done"
    assert (await client.post(f"{address}/answer", json=yes, headers=province)).status_code == 200
    told = (await client.get(address, headers=ward)).json()
    assert [each["by"] for each in told["answers"]] == ["province"]
    [ready] = (await client.get("/v1/reissues", headers=province)).json()["items"]
    assert (ready["line_ref"], ready["amount"], ready["blocked"]) == ("A0002", 930000, False)
    assert (await client.get("/v1/reissues", headers=bearer(reconciled.ward8))).json()["items"] == []
