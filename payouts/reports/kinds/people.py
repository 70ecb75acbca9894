"""Lists of people for a month: who received, who did not, and who is to be looked after.

The first two are what Decree 20/2021/NĐ-CP, Art. 34, clause 5 asks of the payer before the 20th of a month.
"""

from sqlmodel import Session

from payouts.cases.rules import NEEDS_CASE
from payouts.core.terms import Words
from payouts.reports.asking import Asked
from payouts.reports.document import Column, Report
from payouts.reports.reading import PAID, VERDICT, listed
from payouts.reports.shared import report_of
from payouts.runs.models import NOT_PAID

WHO = (
    Column("ward", Words("Xã/phường", "Ward"), width=20),
    Column("area_code", Words("Mã xã", "Ward code"), width=8, paper=False),
    Column("line_ref", Words("Mã dòng chi", "Payout line"), width=17),
    Column("full_name", Words("Họ và tên", "Full name"), width=26),
    Column("citizen_id", Words("Số định danh", "Citizen id"), width=14),
    Column("channel_name", Words("Kênh chi", "Channel"), width=11),
    Column("bank", Words("Ngân hàng", "Bank"), width=14),
    Column("account_no", Words("Số tài khoản", "Account"), width=18, paper=False),
)
PERIOD = Column("period", Words("Tháng hưởng", "For month"), width=10)
OWED = Column("owed", Words("Phải chi (đ)", "Owed (đ)"), "money", 14, total=True)
PAID_SUM = Column("paid", Words("Đã chi (đ)", "Paid (đ)"), "money", 14, total=True)
LEFT = Column("left", Words("Chưa chi (đ)", "Not paid (đ)"), "money", 14, total=True, formula="{owed}-{paid}")
SETTLED = Column("settled", Words("Ngân hàng báo đã chi (đ)", "Settled (đ)"), "money", 14, total=True)
VERDICT_NAME = Column("verdict_name", Words("Kết quả đối chiếu", "Verdict"), width=20)
REASON = Column("reason", Words("Lý do của ngân hàng", "The bank's reason"), width=24)
EXPLAINED = Column("explanation", Words("Diễn giải", "Explanation"), width=50, paper=False)
EVIDENCE = Column("evidence", Words("Chứng cứ (tệp:dòng)", "Evidence (file:line)"), width=30, paper=False)

ACTING = [verdict for verdict, need in NEEDS_CASE.items() if need != "no"]


def paid(session: Session, asked: Asked) -> Report:
    """List who received money that was owed to them, and how much."""
    title = Words("Danh sách đã nhận tiền", "People who received their money")
    columns = (*WHO, PERIOD, OWED, PAID_SUM, VERDICT_NAME)
    return report_of(session, asked, "paid", title, listed(session, asked, title, columns, PAID > 0))


def unpaid(session: Session, asked: Asked) -> Report:
    """List whose money, or a part of it, has not arrived."""
    title = Words("Danh sách chưa nhận tiền", "People who did not receive their money")
    columns = (*WHO, PERIOD, OWED, PAID_SUM, LEFT, VERDICT_NAME, REASON, EXPLAINED)
    table = listed(session, asked, title, columns, NOT_PAID, VERDICT.c.owed > PAID)
    return report_of(session, asked, "unpaid", title, table)


def exceptions(session: Session, asked: Asked) -> Report:
    """List the lines of which the run says that somebody has to act."""
    title = Words("Danh sách cần xử lý", "Exceptions")
    columns = (*WHO, OWED, SETTLED, VERDICT_NAME, REASON, EXPLAINED, EVIDENCE)
    table = listed(session, asked, title, columns, NOT_PAID, VERDICT.c.verdict.in_(ACTING))
    return report_of(session, asked, "exceptions", title, table)
