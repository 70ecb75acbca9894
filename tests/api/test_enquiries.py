"""Letters of enquiry over HTTP: a bank reads and answers those sent to it, staff within their scope."""

import datetime as dt

import httpx
from sqlmodel import select

from payouts.cases.enquiries.asking import write_letters
from payouts.cases.enquiries.handle import mark_sent
from payouts.cases.models import Case
from payouts.core import clock
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.scope import EVERYTHING
from tests.api.conftest import Keys, bearer
from tests.facts import Office


async def test_a_bank_answers_the_letters_that_were_sent_to_it(
    client: httpx.AsyncClient, keys: Keys, database: Database, settings: Settings
) -> None:
    office = Office(database, settings)
    second = {"line_ref": "L2", "citizen_id": "001145003418", "account_no": "1500205004418"}
    third = {"line_ref": "L3", "citizen_id": "001145003419", "account_no": "1500205004419"}
    office.owe({"bank_code": "MB"}, {**second, "bank_code": "MB"}, {**third, "bank_code": "MB"})
    office.say(
        "mb.csv",
        {"bank_ref": "F3", "end_to_end_id": "L3", "bank_code": "MB", "account_no": "1500205004419"},
        bank="MB",
    )
    office.run()
    with database.session() as session:
        due = clock.today() + dt.timedelta(days=5)
        [letter] = write_letters(session, EVERYTHING, ["MB"], due=due, by="an")
    address = f"/v1/enquiries/{letter.id}"
    assert (await client.get("/v1/enquiries", headers=bearer(keys.mb))).json()["items"] == []
    assert (await client.get(address, headers=bearer(keys.mb))).status_code == 404
    with database.session() as session:
        mark_sent(session, letter.id or 0, EVERYTHING, on=clock.today(), by="an")
    assert (await client.get(address, headers=bearer(keys.vcb))).status_code == 404
    assert (await client.get(address, headers=bearer(keys.ward4))).status_code == 403
    [shown] = (await client.get("/v1/enquiries", headers=bearer(keys.mb))).json()["items"]
    assert (shown["standing"], shown["lines"], shown["waiting"]) == ("sent", 2, 2)
    page = (await client.get(f"{address}/lines?limit=1", headers=bearer(keys.mb))).json()
    assert (page["items"][0]["line_ref"], page["next"]) == ("L1", "1")
    assert "citizen_id" not in page["items"][0]

    async def answer(key: str, *answers: dict[str, object]) -> httpx.Response:
        return await client.post(f"{address}/answers", json={"answers": answers}, headers=bearer(key))

    wrong = await answer(keys.mb, {"line_ref": "l1", "answer": "settled"})
    assert wrong.status_code == 422
    assert [each["field"] for each in wrong.json()["problems"]] == ["booked_on", "bank_ref"]
    assert (await answer(keys.auditor, {"line_ref": "L1", "answer": "pending"})).status_code == 403
    kept = await answer(keys.mb, {"line_ref": "l1", "answer": "not_received"})
    assert (kept.status_code, kept.json()["kept"], kept.json()["enquiry"]["waiting"]) == (201, 1, 1)
    receipt = await client.get(f"/v1/settlement-files/{kept.json()['file_id']}", headers=bearer(keys.mb))
    assert receipt.status_code == 200
    again = await answer(keys.province, {"line_ref": "L1", "answer": "pending"})
    assert again.json()["problems"][0]["code"] == "answer_given_already"
    with database.reading() as session:
        case = session.exec(select(Case).where(Case.subject == "L1")).one()
    assert case.state == "in_progress"
