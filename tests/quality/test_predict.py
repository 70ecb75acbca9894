"""What earlier months say of an account foretells the next payment; what came is held against it."""

from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutList
from payouts.quality.outcome import foretold_lines, foretold_lists, outcome, predictions_of
from payouts.quality.predict import foretell
from payouts.quality.signs import signs
from tests.facts import OWED, Office

USUAL = {**OWED, "account_name": "", "payee_name": "", "payee_citizen_id": ""}
PEOPLE = {
    "A": {},  # closed in October
    "B": {"full_name": "Lê Thị Lan"},  # closed in September, paid in October
    "C": {"full_name": "Trần Văn Ba"},  # the bank had no line that day: nothing that lasts
    "D": {"full_name": "Đỗ Văn Tuấn"},  # always paid, on an account in another name
    "E": {"full_name": "Hồ Thị Vui"},  # gets a new account after a failure
}
FAILED = {
    "A": {"2026-10": "AC04"},
    "B": {"2026-09": "AC06"},
    "C": {"2026-10": "TM01"},
    "E": {"2026-10": "AC01"},
}


def line(who: str, month: str, **more: str) -> dict[str, str]:
    at = "ABCDEFGHIJ".index(who)
    name = {"account_name": "NGUYEN VAN KHAC"} if who == "D" else {}
    return {
        "line_ref": f"{who}{month[-2:]}",
        "citizen_id": f"00114500341{at}",
        "account_no": f"150020500441{at}",
        "period": month,
        **PEOPLE.get(who, {}),
        **name,
        **more,
    }


def told(who: str, month: str, reason: str | None = None) -> dict[str, str]:
    more = (
        {"status": "rejected", "reason_code": reason}
        if reason
        else {"account_no": f"150020500441{'ABCDE'.index(who)}"}
    )
    return {
        "end_to_end_id": f"{who}{month[-2:]}",
        "bank_ref": f"R{who}{month}",
        "booked_on": f"{month}-05",
        **more,
    }


def two_months(office: Office) -> None:
    for month in ("2026-09", "2026-10"):
        office.owe(*(line(who, month) for who in PEOPLE), cycle=month, usual=USUAL)
        said = (told(who, month, FAILED.get(who, {}).get(month)) for who in PEOPLE)
        office.say(f"{month}.csv", *said)
        office.run(cycle=month, as_of=f"{month}-25")


def test_an_account_that_failed_last_time_is_foretold_to_fail_and_the_outcome_is_told(office: Office) -> None:
    two_months(office)
    receipt = office.owe(
        *(line(who, "2026-11") for who in "ABCD"),
        line("E", "2026-11", account_no="1500205009999"),
        line("F", "2026-11", full_name="Mai Thị Gấm", account_no="12"),
        line("G", "2026-11", full_name="Vũ Thị Tuyết", account_name="LY VAN SON", area_code="00070"),
        line("H", "2026-11", full_name="Bùi Thị Hiền", account_no="1500205004410"),
        line("I", "2026-11", full_name="Lý Thị Sim", channel="cash", account_no="", bank_code=""),
        usual=USUAL,
    )
    kept = foretell(office.database, receipt.id or 0, EVERYTHING, by="test")
    assert (kept.lines, kept.predicted) == (8, 4)
    with office.database.reading() as session:
        rows = foretold_lines(session, receipt, kept, EVERYTHING)
        assert {row["line_ref"]: (row["sign"], row["reason_code"]) for row in rows} == {
            "A11": ("failed_before", "AC04"),
            "F11": ("account_form", "AC01"),
            "G11": ("other_holder", "BE01"),
            "H11": ("failed_for_other", "AC04"),
        }
        assert signs()["failed_before"].said("vi", rows[0]["value"]).endswith("Tài khoản đã đóng.")
        before = outcome(session, receipt, kept, EVERYTHING)
        assert (before.run, before.foretold["open"], before.amount) == (None, 4, 4 * 810_000)
    office.say(
        "2026-11.csv",
        told("A", "2026-11", "AC04"),
        told("B", "2026-11", "AC06"),
        *(told(who, "2026-11") for who in "CD"),
        {**told("E", "2026-11"), "account_no": "1500205009999"},
        {"end_to_end_id": "G11", "bank_ref": "RG", "account_no": "1500205004416"},
    )
    office.run()
    with office.database.reading() as session:
        receipt = session.get_one(PayoutList, receipt.id)
        became = outcome(session, receipt, kept, EVERYTHING)
        assert became.foretold == {"failed": 1, "paid": 1, "otherwise": 0, "open": 2}
        assert became.not_foretold == {"failed": 1, "paid": 3, "otherwise": 0, "open": 0}
        assert (became.failed, became.judged, became.reason_right) == (2, 2, 1)
        assert became.by_sign["other_holder"]["paid"] == 1
        ward = Scope(areas=frozenset({"00070"}), programmes=None)
        assert outcome(session, receipt, kept, ward).foretold["paid"] == 1
        assert [row["line_ref"] for row in foretold_lines(session, receipt, kept, ward)] == ["G11"]
        assert [row["verdict"] for row in foretold_lines(session, receipt, kept, EVERYTHING)] == [
            "failed",
            "missing",
            "paid",
            "missing",
        ]
        assert foretold_lines(session, receipt, kept, EVERYTHING, sign="account_form", after="F11") == []
        assert [each.id for each in predictions_of(session, receipt.id or 0)] == [kept.id]
        assert foretold_lists(session, EVERYTHING, limit=5)[0][1].id == kept.id
