"""A payment order: one a bank, once, read by the bank, and its result reconciled against what went out."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from payouts.core import clock
from payouts.core.errors import DomainError
from payouts.core.storage import path_of
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.orders.exporting import export_order
from payouts.orders.layouts import LayoutError, layout_named, read_layout
from payouts.orders.making import Made, cancel_order, make_orders, message_id
from payouts.orders.models import OrderExport, PaymentOrder, PaymentOrderLine
from payouts.orders.pain001 import NAMESPACE
from payouts.orders.store import changed_since, exports_of, orders_of, payments_of
from payouts.orders.totals import held_sums
from tests.facts import Office

KT = Staff(1, "kt", "accountant", EVERYTHING)
OTHER = {"line_ref": "B1", "bank_code": "MB", "citizen_id": "001145003418", "account_no": "0801123456780"}
CASH = {"line_ref": "C1", "channel": "cash", "citizen_id": "001145003419", "account_no": "", "bank_code": ""}
SECOND = {"line_ref": "A2", "citizen_id": "001145003420", "account_no": "1500205004420"}


@pytest.fixture(autouse=True)
def before_the_cycle() -> Iterator[None]:
    with clock.stopped(dt.datetime(2026, 10, 26, 2, 30, tzinfo=dt.UTC)):
        yield


def order(office: Office, cycle: str = "2026-11", **more: object) -> Made:
    with office.database.session() as session:
        return make_orders(session, "BTXH", cycle, EVERYTHING, by="kt", payer="Sở Nội vụ", **more)  # type: ignore[arg-type]  # a day


def held(made: Made) -> dict[str, list[str]]:
    return {each.code: each.references for each in held_sums(made.held)}


def export(
    office: Office, made: PaymentOrder, wanted: str = "pain.001", **more: str
) -> tuple[OrderExport, bytes]:
    with office.database.session() as session:
        out = export_order(session, office.settings, made.id or 0, EVERYTHING, by="kt", wanted=wanted, **more)
    return out, path_of(office.settings.data_dir, out.sha256).read_bytes()


def refused(office: Office, made: PaymentOrder, **more: str) -> str:
    with pytest.raises(DomainError) as error:
        export(office, made, **more)
    return error.value.code


def references(office: Office, made: PaymentOrder) -> list[str]:
    with office.database.reading() as session:
        return [row.reference for row in payments_of(session, made.id or 0)]


def test_one_order_a_bank_holds_each_payment_once(office: Office) -> None:
    office.owe({"line_ref": "A1"}, SECOND, OTHER, CASH)
    made = order(office)
    assert [(each.bank_code, each.lines, each.amount) for each in made.orders] == [
        ("MB", 1, 810_000), ("VBA", 2, 1_620_000),
    ]  # fmt: skip
    assert [each.message_id for each in made.orders] == ["BTXH-202611-MB-01", "BTXH-202611-VBA-01"]
    assert made.orders[1].execute_on == dt.date(2026, 10, 26)
    assert references(office, made.orders[1]) == ["A1", "A2"]
    again = order(office)
    assert (again.orders, again.held.num_rows) == ([], 0)
    with office.database.reading() as session:
        copied = session.exec(select(PaymentOrderLine)).first()
    assert copied is not None
    twice = PaymentOrderLine(**(copied.model_dump() | {"order_id": made.orders[0].id, "number": 99}))
    with office.database.session() as session, pytest.raises(IntegrityError), session.begin_nested():
        session.add(twice)
    office.owe(
        {"line_ref": "A9", "citizen_id": "001145003421", "account_no": "1500205004421"}, name="more.csv"
    )
    assert [(each.message_id, each.lines) for each in order(office).orders] == [("BTXH-202611-VBA-02", 1)]


def test_an_order_fits_the_official_schema_and_is_always_the_same_bytes(office: Office) -> None:
    office.owe({"line_ref": "A1", "full_name": "Đặng Thị <Hòa> & con"}, OTHER)
    [mb, vba] = order(office).orders
    out, data = export(office, vba)
    schema = etree.XMLSchema(etree.parse(str(resources.files("sepaxml") / "schemas" / "pain.001.001.09.xsd")))
    document = etree.fromstring(data)
    schema.assertValid(document)
    names = {"p": NAMESPACE}
    said = {path: document.xpath(f"string(//p:{path})", namespaces=names) for path in (
        "GrpHdr/p:MsgId", "GrpHdr/p:NbOfTxs", "GrpHdr/p:CtrlSum", "PmtInf/p:CtrlSum", "ReqdExctnDt/p:Dt",
        "EndToEndId", "InstdAmt", "Cdtr/p:Nm", "Ustrd", "CdtrAcct/p:Id/p:Othr/p:Id", "DbtrAgt//p:BICFI",
    )}  # fmt: skip
    assert list(said.values()) == [
        "BTXH-202611-VBA-01", "1", "810000", "810000", "2026-10-26", "A1", "810000",
        "DANG THI HOA CON", "BTXH 11/2026 A1", "1500205004417", "VBAAVNVX",
    ]  # fmt: skip
    assert (out.number, out.reason) == (1, None)
    for wanted in ("csv", "xlsx", "pain.001"):
        one = export(office, mb, wanted, reason="thử")
        other = export(office, mb, wanted, reason="thử lại")
        assert one[0].sha256 == other[0].sha256
        assert one[1] == other[1]


def test_tables_carry_totals_and_no_formula(office: Office) -> None:
    office.owe({"line_ref": "A1", "full_name": "=Nguyễn"}, {**SECOND, "account_no": "0500205004420"})
    [vba] = order(office).orders
    _, data = export(office, vba, "csv")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["STT", "Số tài khoản", "Tên người thụ hưởng (không dấu)", "Số tiền"]
    assert rows[1] == [
        "1", "1500205004417", "NGUYEN", "810000", "BTXH 11/2026 A1", "970405", "001145003417", "A1",
    ]  # fmt: skip
    assert rows[-1][:4] == ["Tổng cộng", "2", "", "1620000"]
    _, data = export(office, vba, "xlsx", reason="bảng")
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[2][1:4] == ["0500205004420", "NGUYEN THI HOA", 810_000]
    assert cells[-1][:2] == ["Tổng cộng", "2"]


def test_an_order_goes_out_once_and_again_only_with_a_reason(office: Office) -> None:
    office.owe({"line_ref": "A1"})
    [vba] = order(office).orders
    assert refused(office, vba, wanted="docx") == "no_such_format"
    assert refused(office, vba, wanted="csv", layout="nobody") == "no_such_layout"
    first, _ = export(office, vba)
    assert refused(office, vba) == "exported_already"
    assert refused(office, vba, wanted="csv", reason="  ") == "exported_already"
    second, _ = export(office, vba, reason="Ngân hàng báo tệp hỏng.")
    assert (second.number, second.sha256, second.reason) == (2, first.sha256, "Ngân hàng báo tệp hỏng.")
    with office.database.session() as session, pytest.raises(IntegrityError), session.begin_nested():
        session.add(OrderExport(**(first.model_dump() | {"number": 3})))
    with office.database.session() as session, pytest.raises(DomainError) as error:
        cancel_order(session, vba.id or 0, KT, reason="nhầm")
    assert error.value.code == "order_gone_out"
    with office.database.reading() as session:
        [found] = orders_of(session, "BTXH", "2026-11", EVERYTHING)
        assert [each.by for each in exports_of(session, [found])[found.id or 0]] == ["kt", "kt"]


def test_a_cancelled_order_frees_its_payments_and_a_changed_list_is_told(office: Office) -> None:
    owed = office.owe({"line_ref": "A1"})
    [vba] = order(office).orders
    with office.database.session() as session:
        cancel_order(session, vba.id or 0, KT, reason="Sai ngày.")
    assert refused(office, vba) == "order_cancelled"
    [second] = order(office, execute_on=dt.date(2026, 10, 28)).orders
    assert (second.message_id, references(office, second)) == ("BTXH-202611-VBA-02", ["A1"])
    from payouts.lists.supersede import confirm  # noqa: PLC0415

    corrected = office.owe({"line_ref": "A1", "amount": "900000"}, name="new.csv", supersedes=owed.id)
    with office.database.session() as session:
        confirm(session, corrected.id or 0, EVERYTHING, by="tp")
    with office.database.reading() as session:
        assert changed_since(session, second.id or 0) == 1
    assert order(office).orders == []


def test_what_must_not_go_out_is_held_back_with_its_reason(office: Office) -> None:
    office.owe({"line_ref": "A1"}, SECOND, {**OTHER, "bank_code": "", "line_ref": "N2"})
    office.say("kq.csv", {"bank_ref": "F1", "end_to_end_id": "A1"})
    office.run()
    told = held(order(office))
    assert told["answered"] == ["A1"]
    assert told["sent_elsewhere"] == ["A2"]
    assert told["no_bank"] == ["N2"]


def test_the_banks_result_for_the_order_reconciles_to_the_end(office: Office) -> None:
    office.owe({"line_ref": "A1"}, SECOND, OTHER)
    answers = []
    for made in order(office).orders:
        _, data = export(office, made, "csv", layout="chitra")
        for at, row in enumerate(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))):
            word = {"status": "rejected", "reason_code": "AC04"} if row["end_to_end_id"] == "A2" else {}
            answers.append(row | {"bank_ref": f"{made.bank_code}{at}", "booked_on": "2026-10-27"} | word)
    for bank in ("MB", "VBA"):
        office.say(f"{bank}.csv", *(row for row in answers if row["bank_code"] == bank), bank=bank)
    run, _ = office.run()
    with office.database.reading() as session:
        from payouts.runs.models import Verdict  # noqa: PLC0415

        said = session.exec(select(Verdict.verdict).where(Verdict.run_id == run.id))
        assert sorted(said) == ["failed", "paid", "paid"]


def test_a_layout_says_what_is_wrong_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHITRA_DATA_DIR", str(tmp_path))
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "ours.yaml").write_text("columns: {Tiền: amount, Mã: reference}\n", "utf-8")
    assert layout_named("ours").columns == {"Tiền": "amount", "Mã": "reference"}
    for text, said in (
        ("columns: {A: amount}", "columns"),
        ("columns: {A: age}", "columns.A"),
        ("x: 1", "x"),
    ):
        with pytest.raises(LayoutError, match=said):
            read_layout("bad", text)


def test_a_message_id_fits_whatever_the_programme_is_called() -> None:
    assert len(message_id("A" * 20, "2026-11", "KEBHANAHCM", 12)) <= 35
