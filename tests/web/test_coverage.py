"""The pages of coverage and of visitors, and that a visitor reaches nothing else, by page or API."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlmodel import Session, select
from starlette.routing import Mount

from payouts.cases.models import Case
from payouts.core import clock
from payouts.coverage.campaign import open_campaign
from payouts.coverage.left import Left
from payouts.coverage.refresh import refresh
from payouts.identity.scope import EVERYTHING
from payouts.identity.users import add_user
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor

# What anybody sees, and what is a visitor's own.
OPEN_TO_ALL = {
    *("/", "/sign-in", "/sign-out", "/password", "/help", "/language/{code}", "/favicon.ico", "/problems"),
    *("/problems/{code}", "/livez", "/readyz", "/metrics", "/v1/openapi.json", "/visits", "/v1/visits"),
    "/relatives",  # who they are themselves, and whose relatives
}

PARTS = {"programme": "BTXH", "cycle": "2026-11"}  # of addresses; all else is a number


@pytest.fixture
def covered(ward_cases: Office) -> Office:
    """Coverage of three people, and two visitors, one of whom is to visit somebody."""
    refresh(ward_cases.database)
    with ward_cases.database.session() as session:
        for username in ("tham1", "tham2"):
            add_user(session, username, "visitor", areas=["00004"], password=PASSWORD, by="test")
        assert open_campaign(session, EVERYTHING, Left(area="00004"), by="badinh", assignee="tham1") == 2
    return ward_cases


def cases_of(session: Session) -> list[Case]:
    return list(session.exec(select(Case).where(Case.kind == "campaign").order_by(Case.id)))  # type: ignore[arg-type]  # SQLModel


async def test_coverage_is_shown_with_its_target_and_who_is_left(covered: Office, visitor: Visitor) -> None:
    await visitor.sign_in("thanhpho")
    await visitor.see("/coverage/targets")
    wrong = await visitor.send("/coverage/targets", share="100", due="hôm qua", reason="KH 12")
    assert wrong.status_code == 422
    due = f"{clock.today() + dt.timedelta(days=60):%d/%m/%Y}"
    assert (await visitor.send("/coverage/targets", share="99,5", due=due, reason="KH 12")).status_code == 303
    page = (await visitor.see(f"/coverage?since={clock.today():%d/%m/%Y}&sort=behind")).text
    assert "Điểm phần trăm" in page
    assert (await visitor.see("/coverage?since=01/01/2026&part=9&by=age")).status_code == 200
    assert "99,5" in page
    assert "Phường Ba Đình" in page
    assert "/coverage/people?cause=ACCOUNT_CLOSED" in page
    people = (await visitor.see("/coverage/people?help=account")).text
    assert "Lê Thị Lan" in people
    opened = await visitor.send("/coverage/people", area="00070", assignee="tham1")
    assert opened.status_code == 422  # works for another ward
    opened = await visitor.send("/coverage/people", area="00070")
    assert opened.headers["location"].endswith("opened=1")
    listed = (await visitor.see("/cases?kind=campaign")).text
    assert "Lê Thị Lan" in listed
    with covered.database.reading() as session:
        case = cases_of(session)[0]
    assert "Nguyễn Thị Hoa" in (await visitor.see(f"/cases/{case.id}")).text
    found = (await visitor.client.get("/v1/coverage?by=area")).json()
    assert [(row["key"], row["people"], row["target"]) for row in found] == [
        ("00004", 2, 0.995),
        ("00070", 1, 0.995),
    ]
    assert (await visitor.client.get("/v1/coverage?on=2020-01-01")).json() == []


@pytest.mark.usefixtures("covered")
async def test_who_may_not_see_the_people_sees_no_small_cell(visitor: Visitor) -> None:
    await visitor.sign_in("kiemtra")
    page = (await visitor.see("/coverage")).text
    assert "Phường Ba Đình" in page
    assert not re.search(r">\s*[1-4]\s*</td>", page)
    assert (await visitor.see("/coverage/people")).status_code == 403
    found = (await visitor.client.get("/v1/coverage")).json()
    assert {row["people"] for row in found} == {None}
    answer = await visitor.client.get("/v1/coverage?but_force_majeure=true")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "cells_hidden")


async def test_a_visitor_sees_and_writes_of_the_people_given_to_them(
    covered: Office, visitor: Visitor
) -> None:
    await visitor.sign_in("tham1")
    assert (await visitor.see("/")).headers["location"] == "/visits"
    assert "Nguyễn Thị Hoa" in (await visitor.see("/visits")).text
    with covered.database.reading() as session:
        case = cases_of(session)[0]
    await visitor.see(f"/visits/{case.id}")
    assert (await visitor.send(f"/visits/{case.id}", way="visited", result="none")).status_code == 422
    assert (
        await visitor.send(f"/visits/{case.id}", way="visited", result="told", note="Đã hẹn")
    ).status_code == 303
    assert "Đã hẹn" in (await visitor.see(f"/visits/{case.id}")).text
    items = (await visitor.client.get("/v1/visits")).json()["items"]
    assert {each["full_name"] for each in items} == {"Nguyễn Thị Hoa", "Trần Văn <b>Bình</b>"}
    told = {"way": "called", "result": "call_back", "next_on": f"{clock.today()}"}
    address, token = f"/v1/visits/{case.id}/contacts", visitor.token().partition(".")[0]
    headers = {"X-CSRF-Token": token}
    assert (await visitor.client.post(address, json=told, headers=headers)).status_code == 428
    kept = await visitor.client.post(address, json=told, headers={**headers, "If-Match": "*"})
    assert (kept.status_code, len(kept.json()["contacts"])) == (201, 2)


async def test_a_visitor_reaches_nothing_else(covered: Office, app: FastAPI, visitor: Visitor) -> None:
    """Whatever address there is: what is not theirs is refused or does not exist for them."""
    await visitor.sign_in("tham2")
    with covered.database.reading() as session:
        other = cases_of(session)[0].id
    seen = 0
    for path, method in addresses(app.routes):
        if path in OPEN_TO_ALL or path.startswith("/v1/problem-codes"):
            continue
        address = re.sub(r"{([^}]*)}", lambda part: PARTS.get(part[1], str(other)), path)
        answer = await visitor.client.request(method, address)
        refused = {303, 403, 404} if method == "GET" else {403, 404, 422, 428}
        assert answer.status_code in refused, (method, path, answer.status_code)
        if method == "GET" and answer.status_code == 303:
            wanted = answer.headers["location"]
            answer = await visitor.client.get(wanted)
            assert answer.status_code in {403, 404} or wanted in OPEN_TO_ALL, (path, wanted)
        assert "Nguyễn Thị Hoa" not in answer.text, (method, path)
        seen += 1
    assert seen > 100
    assert (await visitor.see(f"/visits/{other}")).status_code == 404
    assert (await visitor.client.get(f"/v1/visits/{other}")).status_code == 404


def addresses(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """List all addresses of an application with their methods, those of its pages too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((route.path, method) for method in route.methods)
        within = getattr(route, "original_router", None) or getattr(route, "app", None)
        if isinstance(route, Mount) or hasattr(route, "original_router"):
            yield from addresses(getattr(within, "routes", ()))
