"""What tests of the closed month share: its figures, told in two ways that have to agree, and a stop."""

import datetime as dt

from payouts.approvals.models import Approval
from payouts.closing.close import ask_close
from payouts.closing.identity import Identity, identity
from payouts.closing.summary import month_at_a_glance
from payouts.core import clock
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING, Scope
from payouts.jobs.granting import answer_approval
from payouts.registry.models import Stop
from tests.facts import Office

KT, TP = (
    Staff(number, name, role, EVERYTHING)
    for number, name, role in ((1, "kt", "accountant"), (2, "tp", "province"))
)
NOON = dt.datetime(2026, 11, 10, 5, tzinfo=dt.UTC)


def told(office: Office, cycle: str = "2026-11", scope: Scope = EVERYTHING) -> Identity:
    """Give a month's identity, and hold the quick sums to it."""
    with office.database.reading() as session:
        found = identity(session, "BTXH", cycle, scope)
        quick = month_at_a_glance(session, "BTXH", cycle, scope)
    total = found.total
    assert quick["identity"] == {**total.as_dict(), "difference": total.difference}
    assert quick["beside"] == {"surplus": found.surplus, "to_others": found.to_others}
    assert total.difference == 0
    assert found.total_people.difference == 0
    return found


def stop(office: Office, citizen_id: str, last_month: str) -> None:
    with office.database.session() as session:
        session.add(
            Stop(
                citizen_id=citizen_id,
                why="died",
                happened_on=dt.date.fromisoformat(f"{last_month}-05"),
                document_no="15/TLKT",
                document_on=dt.date.fromisoformat(f"{last_month}-07"),
                last_month=last_month,
                approval_id=1,
                made_at=clock.now(),
                made_by="tp",
            )
        )


def close_month(office: Office, cycle: str, *, act=ask_close) -> Approval:  # noqa: ANN001  # one of the verbs
    with office.database.session() as session:
        asked = act(session, "BTXH", cycle, by=KT, reason="Đủ tệp")
        return answer_approval(session, asked.id or 0, "approve", TP)
