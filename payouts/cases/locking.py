"""Two officers never overwrite each other: a case is changed only as it was when somebody read it."""

from sqlmodel import Session, select

from payouts.cases.models import Case
from payouts.cases.store import find_case
from payouts.core.errors import StaleError
from payouts.identity.scope import Scope


def case_as_read(session: Session, case_id: int, scope: Scope, version: int) -> Case:
    """Hold a case until the transaction ends, where nobody changed it since it was read.

    Whoever changes it then calls `changed`.

    Args:
        session: the transaction
        case_id: the case
        scope: the areas and programmes of who changes it
        version: the version that was read

    Raises:
        NotFoundError: no such case in the scope
        StaleError: somebody else changed it since
    """
    find_case(session, case_id, scope)
    case = session.exec(
        select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if case.version != version:
        raise StaleError(
            "case_changed", "Người khác vừa sửa việc này. Hãy tải lại trang, xem thay đổi rồi làm lại."
        )
    return case


def changed(session: Session, case: Case) -> Case:
    """Keep a changed case under its next version."""
    case.version += 1
    session.add(case)
    session.flush()
    return case
