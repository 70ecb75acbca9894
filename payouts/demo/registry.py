"""Writes the demonstration's registry file: who has VNeID, whose card ends, who has no account, and why."""

import csv
import datetime as dt
from pathlib import Path

from payouts.demo.play import Plan

COLUMNS = (
    "Số định danh", "Họ và tên", "Giới tính", "Chương trình", "Ngân hàng", "Số tài khoản", "Mức định danh",
    "Hạn thẻ CCCD", "Số điện thoại", "Lý do chưa mở tài khoản", "Ngày xong hồ sơ", "Ngày gửi ngân hàng",
    "Căn cứ",
)  # fmt: skip
REASONS = ("Nằm liệt giường, không đi lại được", "Không muốn mở, muốn nhận tiền mặt", "Lý do khác", "", "")
_LEVELS = ("2", "2", "2", "1", "0")
_MALE = frozenset("02468")  # the fourth digit of an identity number: even for men
_OTHER_EVERY = 60  # one person of so many has an account that the registry does not know yet


def write_registry(plan: Plan, folder: Path) -> Path:
    """Write what a ward knows of the people on the first programme's list, each once."""
    path = folder / "ho-so-nguoi-thu-huong.csv"
    today = plan.schedule.opens_on
    programme, lines = next(iter(plan.lines.items()))
    people = {line.person.citizen_id: line for line in lines}
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for at, line in enumerate(people.values()):
            person, cash = line.person, line.channel != "account"
            other = at % _OTHER_EVERY == _OTHER_EVERY - 1
            account = (programme, person.bank, f"9{person.account_no[-8:]}") if other else ("", "", "")
            reason = REASONS[at % len(REASONS)] if cash else ""
            papers = cash and not reason
            out.writerow((
                *(person.citizen_id, person.full_name),
                "Nam" if person.citizen_id[3] in _MALE else "Nữ",
                *account,
                _LEVELS[at % len(_LEVELS)],
                f"{today + dt.timedelta(days=20 + 37 * (at % 90)):%d/%m/%Y}",
                f"09{at:08}" if at % 3 == 0 else "",
                reason,
                *((f"{today:%d/%m/%Y}", f"{today + dt.timedelta(days=3):%d/%m/%Y}") if papers else ("", "")),
                "Phiếu rà soát hồ sơ",
            ))  # fmt: skip
    return path
