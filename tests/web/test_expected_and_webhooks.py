"""Pages of expected files and of programs that are told, walked as people walk them; their API beside."""

from payouts.cases.expected.expecting import look_after_files
from payouts.core import clock
from payouts.identity.users import add_user
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor


async def test_the_province_writes_down_what_a_late_bank_promised(
    visitor: Visitor, ward_cases: Office
) -> None:
    ward_cases.owe({"line_ref": "M1", "citizen_id": "001145003420", "bank_code": "MB"}, name="m.csv")
    with ward_cases.database.session() as session:
        look_after_files(session)
    await visitor.sign_in("thanhpho")
    listed = await visitor.see("/expected")
    assert "MBBank" in listed.text
    assert "Quá hạn, chưa có tệp" in listed.text
    assert 'href="/expected/1"' in listed.text
    number = 1 if "MBBank" in (await visitor.see("/expected/1")).text else 2
    address = f"/expected/{number}"
    await visitor.see(address)
    wrong = await visitor.send(address, act="agreed", due_on="01/01/2020", reason="Hẹn")
    assert (wrong.status_code, "Hãy ghi ngày hẹn từ hôm nay" in wrong.text) == (422, True)
    promised = f"{clock.today():%d/%m/%Y}"
    done = await visitor.send(address, act="agreed", due_on=promised, reason="Chị Lan hẹn qua điện thoại")
    assert done.headers["location"] == f"{address}?said=agreed"
    shown = await visitor.see(done.headers["location"])
    assert "Chị Lan hẹn qua điện thoại" in shown.text
    assert "Đang chờ, chưa đến hạn" in shown.text
    told = (await visitor.client.get("/v1/expected-files?state=awaited")).json()["items"]
    assert [(each["bank_code"], each["source"], each["lines"]) for each in told] == [("MB", "list", 1)]

    await visitor.see("/expected")
    added = await visitor.send(
        "/expected", which="BTXH 2026-11", bank="KBNN", due_on=promised, reason="Sao kê"
    )
    assert added.status_code == 303
    await visitor.see("/expected")
    again = await visitor.send(
        "/expected", which="BTXH 2026-11", bank="KBNN", due_on=promised, reason="Sao kê"
    )
    assert again.status_code == 422


async def test_a_ward_sees_neither_page_and_an_auditor_may_only_look(
    visitor: Visitor, ward_cases: Office
) -> None:
    assert ward_cases
    await visitor.sign_in("badinh")
    assert [(await visitor.see(page)).status_code for page in ("/expected", "/webhooks")] == [403, 403]
    visitor.client.cookies.clear()
    await visitor.sign_in("kiemtra")
    assert [(await visitor.see(page)).status_code for page in ("/expected", "/webhooks")] == [200, 200]
    refused = await visitor.send("/webhooks", name="x", url="https://a.example/")
    assert refused.status_code == 403


async def test_an_administrator_adds_tries_stops_and_lets_a_program_go_on(
    visitor: Visitor, ward_cases: Office
) -> None:
    with ward_cases.database.session() as session:
        add_user(session, "quantri", "admin", password=PASSWORD, by="test")
    await visitor.sign_in("quantri")
    await visitor.see("/webhooks")
    wrong = await visitor.send("/webhooks", name="Kho", url="ftp://a")
    assert (wrong.status_code, "Địa chỉ nhận không đúng" in wrong.text) == (422, True)
    told = {"name": "Kho", "url": "https://hook.example/x", "event-case.opened": "yes", "areas": "00004"}
    made = await visitor.send("/webhooks", **told)
    assert (made.status_code, "whsec_" in made.text) == (200, True)
    shown = await visitor.see("/webhooks/1")
    assert "whsec_" not in shown.text
    assert "case.opened" in shown.text
    assert (await visitor.send("/webhooks/1/ping")).status_code == 303
    assert (await visitor.send("/webhooks/1/disable", why="Bảo trì")).status_code == 303
    assert "Bảo trì" in (await visitor.see("/webhooks/1")).text
    assert "Nơi nhận này đã dừng" in (await visitor.send("/webhooks/1/ping")).text
    await visitor.see("/webhooks/1")
    assert "whsec_" in (await visitor.send("/webhooks/1/rotate")).text
    await visitor.see("/webhooks/1")
    assert (await visitor.send("/webhooks/1/enable", drop="yes")).status_code == 303
    log = (await visitor.client.get("/v1/webhooks/1/messages")).json()["items"]
    assert [(each["type"], each["state"]) for each in log] == [("ping", "dropped")]
    await visitor.see("/webhooks/1")
    assert (await visitor.send(f"/webhooks/1/messages/{log[0]['id']}/resend")).status_code == 303
    assert (await visitor.client.get("/v1/webhooks/1")).json().get("secret") is None
