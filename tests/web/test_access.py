"""Who gets in, what they see of whom, and what browsers are told."""

import pytest

from payouts.identity.audit import events
from payouts.identity.users import reset_password
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor


async def test_who_is_not_signed_in_is_led_to_the_form_and_back(visitor: Visitor) -> None:
    answer = await visitor.see("/cases?verdict=failed")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fcases%3Fverdict%3Dfailed"
    await visitor.see(answer.headers["location"])
    answer = await visitor.send(
        "/sign-in", username="badinh", password=PASSWORD, next="/cases?verdict=failed"
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?verdict=failed")


async def test_a_wrong_password_is_said_and_the_name_is_kept(visitor: Visitor) -> None:
    answer = await visitor.sign_in("badinh", "sai mật khẩu")
    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert 'value="badinh"' in answer.text
    assert "sai mật khẩu" not in answer.text


async def test_a_sign_in_form_of_another_browser_is_not_taken(visitor: Visitor) -> None:
    await visitor.see("/sign-in")
    answer = await visitor.client.post(
        "/sign-in", data={"csrf_token": "x", "username": "badinh", "password": PASSWORD}
    )
    assert answer.status_code == 403
    assert "chitra_session" not in answer.cookies


@pytest.mark.parametrize("wish", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb"])
async def test_signing_in_never_leads_to_another_site(visitor: Visitor, wish: str) -> None:
    await visitor.see("/sign-in")
    answer = await visitor.send("/sign-in", username="badinh", password=PASSWORD, next=wish)
    assert answer.headers["location"] == "/"


async def test_a_one_time_password_has_to_be_changed_first(visitor: Visitor, ward_cases: Office) -> None:
    with ward_cases.database.session() as session:
        given = reset_password(session, "badinh", by="test")
    await visitor.sign_in("badinh", given)
    assert (await visitor.see("/cases")).headers["location"] == "/password"
    await visitor.see("/password")
    short = await visitor.send("/password", old=given, new="ngắn", again="ngắn")
    assert (short.status_code, "ít nhất 12 ký tự" in short.text) == (422, True)
    unlike = await visitor.send("/password", old=given, new=PASSWORD, again=PASSWORD + "!")
    assert "không giống nhau" in unlike.text
    done = await visitor.send("/password", old=given, new=PASSWORD, again=PASSWORD)
    assert done.status_code == 303
    assert (await visitor.see("/cases")).status_code == 200


async def test_signing_out_ends_the_session(ward: Visitor) -> None:
    cookie = ward.client.cookies["chitra_session"]
    await ward.see("/cases")
    assert (await ward.send("/sign-out")).headers["location"] == "/sign-in"
    ward.client.cookies.set("chitra_session", cookie)
    assert (await ward.see("/cases")).status_code == 303


async def test_a_ward_sees_its_own_people_only(ward: Visitor) -> None:
    listed = (await ward.see("/cases")).text
    assert "Nguyễn Thị Hoa" in listed
    assert "Lê Thị Lan" not in listed
    assert "Lê Thị Lan" not in (await ward.see("/cases?q=lan")).text
    assert sorted([(await ward.see(f"/cases/{case_id}")).status_code for case_id in (1, 2, 3)]) == [
        200,
        200,
        404,
    ]
    cycle = (await ward.see("/")).text
    assert "1.620.000" in cycle  # two people of its own, not three


async def test_a_case_of_another_ward_takes_no_form(ward: Visitor, ward_cases: Office) -> None:
    await ward.see("/cases/1")
    own = {case_id: (await ward.see(f"/cases/{case_id}")).status_code for case_id in (1, 2, 3)}
    foreign = next(case_id for case_id, status in own.items() if status == 404)
    await ward.see("/cases")
    for act, fields in (
        ("note", {"note": "x"}),
        ("assign", {"assignee": "badinh"}),
        ("close", {"outcome": "no_action", "note": "x"}),
        ("reopen", {}),
    ):
        assert (await ward.send(f"/cases/{foreign}/{act}", **fields)).status_code == 404
    del ward_cases


async def test_a_ward_sees_no_bank_files(ward: Visitor) -> None:
    assert (await ward.see("/files")).status_code == 403
    assert (await ward.see("/files/1")).status_code == 403
    assert 'href="/files"' not in (await ward.see("/")).text


async def test_an_auditor_reads_and_cannot_write(visitor: Visitor) -> None:
    await visitor.sign_in("kiemtra")
    page = (await visitor.see("/cases/1")).text
    assert "/cases/1/note" not in page
    assert (await visitor.send("/cases/1/note", note="x")).status_code == 403


async def test_every_answer_carries_the_security_headers(ward: Visitor) -> None:
    for path in ("/sign-in", "/cases", "/cases/1", "/nowhere", "/static/chitra.css"):
        headers = (await ward.see(path)).headers
        policy = headers["content-security-policy"].split("; ")
        assert "script-src 'self'" in policy
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == (
            "public, max-age=31536000, immutable" if path.startswith("/static/") else "no-store"
        )


async def test_session_cookies_stay_out_of_reach_of_scripts(visitor: Visitor) -> None:
    answer = await visitor.sign_in("badinh")
    cookies = {value.partition("=")[0]: value for value in answer.headers.get_list("set-cookie")}
    assert "HttpOnly" in cookies["chitra_session"]
    assert all("SameSite=lax" in cookies[name] for name in ("chitra_session", "chitra_csrf"))


async def test_what_goes_wrong_is_a_page_of_the_house_without_a_traceback(ward: Visitor) -> None:
    for path, status in (("/nowhere", 404), ("/cases/999", 404), ("/cases/x", 404), (f"/cases/{2**70}", 404)):
        page = await ward.see(path)
        assert (page.status_code, "Traceback" in page.text) == (status, False)
        assert "Không có trang này" in page.text
        assert "Việc cần xử lý" in page.text  # the menu is there
    assert (await ward.client.post("/cases")).status_code == 405
    assert (await ward.see("/cases?cursor=rubbish")).status_code == 404


async def test_a_fault_of_ours_is_told_without_details(
    ward: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("payouts.web.pages.worklist.worklist", broken)
    page = await ward.see("/cases")
    assert (page.status_code, "secret detail" in page.text) == (500, False)
    assert "Hệ thống gặp lỗi" in page.text


async def test_v1_still_answers_problems(ward: Visitor) -> None:
    answer = await ward.see("/v1/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_who_guesses_passwords_is_told_to_wait(visitor: Visitor) -> None:
    for _ in range(5):
        await visitor.sign_in("badinh", "sai mật khẩu")
    answer = await visitor.sign_in("badinh")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "Xin đợi 15 phút rồi thử lại." in answer.text


async def test_reading_the_worklist_is_recorded(ward: Visitor, ward_cases: Office) -> None:
    await ward.see("/cases?verdict=failed")
    with ward_cases.database.reading() as session:
        seen = events(session, subject="cases")
    assert [(event.who, event.what, len(event.details["cases"])) for event in seen] == [
        ("badinh", "cases.read", 1)
    ]


async def test_two_tabs_share_one_sign_in_form(visitor: Visitor) -> None:
    await visitor.see("/sign-in")
    first = visitor.token()
    await visitor.see("/sign-in?next=/help")
    assert visitor.token() == first


async def test_head_answers_like_get(ward: Visitor) -> None:
    answer = await ward.client.head("/cases")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_the_help_is_for_everybody_and_leads_where_one_may_go(visitor: Visitor) -> None:
    assert (await visitor.see("/help")).status_code == 200
    await visitor.sign_in("badinh")
    page = (await visitor.see("/help")).text
    assert 'key"><a class="govuk-link" href="/today"' in page
    assert 'key"><a class="govuk-link" href="/incidents"' not in page
