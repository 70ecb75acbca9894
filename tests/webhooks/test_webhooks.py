"""Other programs are told of what happened: once, signed, only what they may know, until they take it."""

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
from sqlmodel import select

from payouts.cases.expected.expecting import look_after_files
from payouts.cases.handle import add_note, change_case
from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.settings import Settings
from payouts.identity.scope import EVERYTHING
from payouts.webhooks.delivering import LEASE, deliver_due, delivering
from payouts.webhooks.models import Message, Subscriber
from payouts.webhooks.posting import post
from payouts.webhooks.rules import PAUSES, Allowed, is_public, pause_after, readable_url
from payouts.webhooks.store import log_of, waiting_counts
from payouts.webhooks.subscribing import (
    disable,
    enable,
    find_subscriber,
    ping,
    resend,
    rotate,
    subscribe,
)
from payouts.webhooks.telling import LINES_A_MESSAGE, tell_subscribers
from tests.facts import Office
from tests.webhooks.listening import Listener, listening

HERE = Allowed.of("127.0.0.1")
OTHER = {"area_code": "00008", "citizen_id": "001145003418", "account_no": "1500205004418"}


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as one:
        yield one


def subscribed(office: Office, listener: Listener, name: str = "one", **more: list[str]) -> tuple[int, str]:
    with office.database.session() as session:
        made, secret = subscribe(session, name, listener.url, by="admin", **{"events": [], **more})
        return made.id or 0, secret


def all_told(office: Office) -> None:
    settings = Settings(data_dir=office.settings.data_dir, webhook_hosts="127.0.0.1")
    while tell_subscribers(office.database) | deliver_due(office.database, settings):
        pass


def state_of(office: Office, subscriber_id: int) -> Subscriber:
    with office.database.reading() as session:
        return find_subscriber(session, subscriber_id)


def test_a_run_and_its_cases_are_told_once_signed_and_without_a_word_on_the_person(
    office: Office, listener: Listener
) -> None:
    office.owe({"line_ref": "OLD"}, programme="NCC")
    office.run(programme="NCC")  # before anybody listens
    _, secret = subscribed(office, listener)
    office.owe({"line_ref": "A"}, {"line_ref": "B", **OTHER})
    office.say("kq.csv", {"end_to_end_id": "A"})
    office.run()
    all_told(office)
    all_told(office)

    told = {each["type"]: each["data"] for each in listener.told}
    assert sorted(each["type"] for each in listener.told) == ["case.opened", "run.done", "verdicts.changed"]
    assert told["run.done"]["verdicts"]["paid"] == {"lines": 1, "owed": 810_000}
    assert told["verdicts.changed"]["items"] == [
        {"line_ref": "A", "before": None, "verdict": "paid", "reason_code": None, "settled": 810_000},
        {"line_ref": "B", "before": None, "verdict": "missing", "reason_code": None, "settled": 0},
    ]
    assert (told["case.opened"]["line_ref"], told["case.opened"]["state"]) == ("B", "open")
    everything = " ".join(listener.bodies)
    for secret_of_people in ("Nguyễn", "001145003417", "001145003418", "1500205004417", "1500205004418"):
        assert secret_of_people not in everything
    for body, marks in zip(listener.bodies, listener.marks, strict=True):
        signed = f"{marks['webhook-id']}.{marks['webhook-timestamp']}.{body}".encode()
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mark = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert marks["webhook-signature"] == f"v1,{mark}"
    with office.database.reading() as session:
        untold = select(CaseEvent.id).where(CaseEvent.told.is_(False))  # type: ignore[attr-defined]  # a column
        assert session.exec(untold).all() == []


def test_acts_of_staff_are_told_but_their_notes_are_not(office: Office, listener: Listener) -> None:
    office.owe({"line_ref": "A"}, {"line_ref": "C", "account_no": "19"})
    office.say("kq.csv", {"end_to_end_id": "C"})
    office.run()
    subscribed(office, listener, events=["case.closed", "case.changed"])
    with office.database.session() as session:
        case = session.exec(select(Case).where(Case.subject == "A")).one()
        add_note(session, case.id or 0, EVERYTHING, by="lan", note="Bà Hoa ở nhà con gái")
        who = {"by": "lan", "role": "province", "version": case.version}
        change_case(session, case.id or 0, EVERYTHING, change={"assignee": "lan"}, **who)  # type: ignore[arg-type]  # named as the parameters
        who["version"] = case.version
        change_case(session, case.id or 0, EVERYTHING, change={"state": "closed", "reason": "Trùng"}, **who)  # type: ignore[arg-type]  # named as the parameters
    all_told(office)

    told = {each["type"]: each["data"] for each in listener.told}  # sent side by side, in any order
    assert sorted(each["type"] for each in listener.told) == ["case.changed", "case.closed"]
    assert told["case.closed"]["outcome"] == "no_action"
    assert "Hoa" not in " ".join(listener.bodies)
    assert "Trùng" not in " ".join(listener.bodies)


def test_each_is_told_of_its_own_programmes_and_areas_only(office: Office, listener: Listener) -> None:
    with listening() as other:
        subscribed(office, listener, "ward", areas=["00008"])
        subscribed(office, other, "merit", programmes=["NCC"])
        office.owe({"line_ref": "A"}, {"line_ref": "B", **OTHER})
        office.say("kq.csv", {"end_to_end_id": "A"})
        office.run()
        all_told(office)
        assert other.bodies == []
    kinds = {each["type"] for each in listener.told}
    lines = [each["data"] for each in listener.told if each["type"] == "verdicts.changed"]
    assert kinds == {"verdicts.changed", "case.opened"}  # the sums of a run tell of other areas too
    assert [item["line_ref"] for data in lines for item in data["items"]] == ["B"]


def test_many_lines_are_told_in_batches_and_a_late_file_by_its_bank(
    office: Office, listener: Listener
) -> None:
    subscribed(office, listener, events=["verdicts.changed", "file.missing"])
    office.owe(
        *(
            {"line_ref": f"L{n}", "citizen_id": f"{n:012d}", "account_no": f"15{n:08d}"}
            for n in range(LINES_A_MESSAGE + 1)
        )
    )
    office.run()
    with clock.stopped(dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC)), office.database.session() as session:
        look_after_files(session)
    all_told(office)
    batches = [len(each["data"].get("items", ())) for each in listener.told]
    assert sorted(batches) == [0, 1, LINES_A_MESSAGE]
    missing = next(each["data"] for each in listener.told if each["type"] == "file.missing")
    assert (missing["bank_code"], missing["due_on"], missing["lines"]) == (
        "VBA",
        "2026-11-20",
        LINES_A_MESSAGE + 1,
    )
    assert max(len(body.encode()) for body in listener.bodies) < 30_000


def test_a_subscriber_that_is_down_is_tried_less_and_less_often_then_stopped_and_loses_nothing(
    office: Office, listener: Listener
) -> None:
    subscriber, _ = subscribed(office, listener, events=["case.opened"])
    office.owe({"line_ref": "A"}, {"line_ref": "B", **OTHER}, {"line_ref": "C", "account_no": "19"})
    office.say("kq.csv", {"end_to_end_id": "C"})
    office.run()
    listener.status = 503
    moment = clock.now()
    with clock.stopped(moment):
        all_told(office)
    first = len(listener.bodies)
    assert first == 2  # both were sent side by side before anything was known
    for pause in PAUSES:
        moment += pause * 1.2
        with clock.stopped(moment):
            all_told(office)
    assert len(listener.bodies) <= first + len(PAUSES)  # one message at a time
    stopped = state_of(office, subscriber)
    assert (stopped.disabled_by, stopped.disabled_at is not None) == ("chitra", True)

    listener.status, listener.bodies = 200, []
    with office.database.session() as session:
        assert waiting_counts(session) == {subscriber: {"waiting": 2}}
        enable(session, subscriber, by="admin")
    with clock.stopped(moment):
        all_told(office)
    assert len(listener.bodies) == 2
    with office.database.reading() as session:
        log = log_of(session, subscriber)
    assert {message.state for message, _ in log.items} == {"delivered"}
    assert len(log.items[-1][1]) > 1
    assert (log.items[-1][1][0].status, log.items[-1][1][-1].status) == (503, 200)


def test_a_message_that_is_refused_holds_no_other_up_and_is_given_up_in_the_end(
    office: Office, listener: Listener
) -> None:
    subscriber, _ = subscribed(office, listener, events=["case.opened"])
    office.owe({"line_ref": "A"}, {"line_ref": "C", "account_no": "19"})
    office.say("kq.csv", {"end_to_end_id": "C"})
    office.run()
    listener.status = 400
    moment = clock.now()
    for pause in (dt.timedelta(), *PAUSES):
        moment += pause * 1.2
        with clock.stopped(moment):
            all_told(office)
    assert len(listener.bodies) == len(PAUSES) + 1
    with office.database.session() as session:
        [(message, _)] = log_of(session, subscriber, state="given_up").items
        assert state_of(office, subscriber).disabled_at is None
        resend(session, subscriber, message.id or 0, by="admin")
    listener.status = 200
    with clock.stopped(moment):
        all_told(office)
    assert listener.marks[-1]["webhook-id"] == listener.marks[0]["webhook-id"]


def test_gone_stops_at_once_and_retry_after_is_heard(office: Office, listener: Listener) -> None:
    subscriber, _ = subscribed(office, listener, events=["case.opened"])
    now = clock.now()
    listener.status, listener.headers = 429, {"Retry-After": "3600"}
    with clock.stopped(now):
        with office.database.session() as session:
            ping(session, subscriber, by="admin")
        all_told(office)
    assert state_of(office, subscriber).paused_until == now + dt.timedelta(hours=1)
    listener.status, listener.headers = 410, {}
    with clock.stopped(now + dt.timedelta(hours=1)):
        all_told(office)
    assert state_of(office, subscriber).disabled_why == "410 Gone"
    with office.database.session() as session, pytest.raises(ConflictError):
        ping(session, subscriber, by="admin")


def test_a_changed_secret_signs_beside_the_old_one_for_a_day(office: Office, listener: Listener) -> None:
    subscriber, _ = subscribed(office, listener)
    with office.database.session() as session:
        rotate(session, subscriber, by="admin")
        ping(session, subscriber, by="admin")
    all_told(office)
    with clock.stopped(clock.now() + dt.timedelta(hours=25)):
        with office.database.session() as session:
            ping(session, subscriber, by="admin")
        all_told(office)
    assert [len(marks["webhook-signature"].split()) for marks in listener.marks] == [2, 1]


def test_a_sender_that_died_leaves_its_messages_to_another_and_two_never_send_the_same(
    office: Office, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber, _ = subscribed(office, listener)
    with office.database.session() as session:
        ping(session, subscriber, by="admin")
    with monkeypatch.context() as patched:
        patched.setattr("payouts.webhooks.delivering._send", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver_due(office.database, office.settings)
    assert not deliver_due(office.database, office.settings)  # claimed, as if somebody were sending it
    with clock.stopped(clock.now() + LEASE):
        all_told(office)
    assert len(listener.bodies) == 1


def test_a_courier_beside_the_worker_tells_by_itself(office: Office, listener: Listener) -> None:
    subscriber, _ = subscribed(office, listener)
    with office.database.session() as session:
        ping(session, subscriber, by="admin")
    settings = Settings(data_dir=office.settings.data_dir, webhook_hosts="127.0.0.0/8")
    with delivering(office.database, settings):
        for _ in range(200):
            if listener.bodies:
                break
            threading.Event().wait(0.02)
    assert [each["type"] for each in listener.told] == ["ping"]
    with office.database.reading() as session:
        assert [each.state for each in session.exec(select(Message))] == ["delivered"]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),  # noqa: S104  # refused
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "ff02::1"),
        *("64:ff9b::a00:1", "2002:a00:1::", "::ffff:127.0.0.1", "192.0.2.1"),
    ],
)
def test_an_address_inside_is_never_sent_to_unless_it_is_allowed(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:

    assert not is_public(ipaddress.ip_address(address))
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_named: found)
    monkeypatch.setattr(socket, "create_connection", lambda *_given, **_named: 1 / 0)
    assert post("https://hook.example/x", b"{}", {}, Allowed()).problem == "private"


def test_what_an_address_leads_to_decides_not_its_name_and_http_is_for_allowed_hosts(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_public_text("8.8.8.8")
    assert is_public_text("2001:4860:4860::8888")
    assert post(listener.url, b"{}", {}, Allowed()).problem == "private"
    assert post(listener.url.replace("127.0.0.1", "localhost"), b"{}", {}, Allowed()).problem == "private"
    assert post(listener.url, b"{}", {}, HERE).status == 204
    assert post("https://no.such.host.invalid/", b"{}", {}, Allowed()).problem == "unresolved"
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_named: found)
    assert post("http://hook.example/x", b"{}", {}, Allowed()).problem == "plain"


def is_public_text(address: str) -> bool:

    return is_public(ipaddress.ip_address(address))


def test_a_receiver_that_drips_speaks_no_http_or_no_tls_is_answered_for(listener: Listener) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        replies = iter([b"", b"SSH-2.0-server\r\n\r\n"])

        def serve() -> None:
            for reply in replies:
                connection, _ = server.accept()
                with connection:
                    connection.recv(10_000)
                    connection.sendall(reply)
                    while not reply and connection.recv(100):
                        pass  # until it is cut

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert post(f"http://127.0.0.1:{port}/", b"{}", {}, HERE, seconds=0.3).problem == "slow"
        assert post(f"http://127.0.0.1:{port}/", b"{}", {}, HERE, seconds=5).problem == "broken"
        thread.join()
    assert post(f"http://127.0.0.1:{port}/", b"{}", {}, HERE).problem == "unreachable"
    assert post(listener.url.replace("http:", "https:"), b"{}", {}, HERE).problem == "tls"
    assert ssl.create_default_context().check_hostname
    listener.status, listener.headers = 302, {"Location": "http://127.0.0.1:1/"}
    assert post(listener.url, b"{}", {}, HERE).status == 302


def test_addresses_names_and_events_that_cannot_be_are_refused(office: Office, listener: Listener) -> None:
    for url in ("ftp://a/", "https://", "https://u:p@a/", "https://a/#x", "https://a b/", "javascript:1"):
        assert not readable_url(url), url
    subscribed(office, listener)
    for wrong, code in (
        ({"name": " "}, "webhook_name"),
        ({"url": "ftp://a/"}, "webhook_url"),
        ({"events": ["case.eaten"]}, "webhook_event"),
        ({"programmes": ["btxh"]}, "not_a_programme"),
        ({"areas": ["99999"]}, "webhook_area"),
    ):
        told = {"name": "x", "url": "https://a.example/", "events": [], "by": "admin", **wrong}
        with office.database.session() as session, pytest.raises(RefusedError) as refused:
            subscribe(session, told.pop("name"), told.pop("url"), **told)  # type: ignore[arg-type]  # named as the parameters
        assert refused.value.code == code
    with office.database.session() as session, pytest.raises(ConflictError):
        subscribe(session, "one", "https://a.example/", events=[], by="admin")


def test_what_happened_while_a_subscriber_was_stopped_it_is_not_told(
    office: Office, listener: Listener
) -> None:
    subscriber, _ = subscribed(office, listener, events=["run.done"])
    with office.database.session() as session:
        disable(session, subscriber, by="admin", why="Bảo trì")
    office.owe({"line_ref": "A"})
    office.run()
    all_told(office)
    with office.database.session() as session:
        enable(session, subscriber, by="admin")
    office.run()
    all_told(office)
    assert [each["data"]["run"] for each in listener.told] == [2]


def test_pauses_grow_to_a_day_and_end() -> None:
    assert pause_after(len(PAUSES) + 1) is None
    assert pause_after(1, "99999999") < dt.timedelta(seconds=6)  # type: ignore[operator]  # none only after the last attempt
    assert pause_after(1, "9999999") == dt.timedelta(hours=24)
