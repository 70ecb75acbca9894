"""Gives a case to a ward by hand, where its list named none that stands today: the province chooses."""

from sqlmodel import Session

from payouts.cases.events import tell
from payouts.cases.models import Case, CaseEvent
from payouts.core.areas import wards
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.identity.rules import permissions
from payouts.identity.scope import Scope


def route(session: Session, case: Case, scope: Scope, area_code: str, *, by: str, role: str) -> CaseEvent:
    """Give a case to a ward: its officers see it from then on, those of another ward no more.

    Args:
        session: the transaction
        case: the case, held as it was read
        scope: the areas and programmes of who gives it
        area_code: a ward of today, within the scope
        by: the username
        role: theirs

    Raises:
        ForbiddenError: the role does not give cases to wards
        ConflictError: it is closed, or an incident, which is the province's
        RefusedError: no such ward in the scope
    """
    if role not in permissions()["cases.route"]:
        raise ForbiddenError("not_permitted", "Chỉ cấp thành phố/tỉnh giao việc cho xã/phường khác.")
    if case.state == "closed" or case.kind == "incident":
        raise ConflictError("not_routed", "Việc đã đóng, hoặc sự cố tệp ngân hàng, không giao về xã/phường.")
    if area_code not in wards() or not scope.covers(area=area_code, programme=case.programme):
        raise RefusedError("no_such_ward", "Hãy chọn một xã/phường hiện nay trong phạm vi của bạn.")
    before, case.area_code = case.area_code, area_code
    return tell(session, case, "routed", by=by, before=before, after=area_code)
