"""Gathers the facts of which coverage is made, as Arrow tables: people, accounts, payments, papers."""

from collections.abc import Mapping

import pyarrow as pa
from sqlalchemy import Select, and_, func, literal_column, or_, select
from sqlmodel import Session, col

from payouts.cases.kinds import kinds
from payouts.cases.models import Case
from payouts.cases.next_steps import kinds_of_reason
from payouts.core import clock
from payouts.core.bulk import ALL_KEYS, read_keys, read_table
from payouts.core.fields import Key
from payouts.core.tables import table_behind
from payouts.coverage.rules import AGES, REVEALING, SAYS, STAGES, causes
from payouts.lists.models import PayoutLine
from payouts.registry.models import (
    Beneficiary,
    Dossier,
    EarlierId,
    Enrolment,
    OptOut,
    RegistryChange,
    Stop,
    WelfareAccount,
)
from payouts.registry.rules import opt_out_reasons
from payouts.registry.stops import last_months
from payouts.runs.models import Run
from payouts.runs.paid_months import TO_ACCOUNTS, paid_months

ACCOUNT = table_behind(WelfareAccount)
BENEFICIARY = table_behind(Beneficiary)
CASES = table_behind(Case)
DOSSIER = table_behind(Dossier)
EARLIER = table_behind(EarlierId)
ENROLMENT = table_behind(Enrolment)
LINE = table_behind(PayoutLine)
OPT_OUT = table_behind(OptOut)

_PERSON = ("citizen_id", "date_of_birth", "category_code", "area_code", "sex", "card_expires_on")
_DOSSIER = ("id", "bank_code", "completed_on", "sent_on", "opened_on", "refused_on")


def gather(session: Session) -> dict[str, pa.Table]:
    """Read all that people.sql asks for: name of a table there -> rows."""
    tables = {
        "person": read_keys(session, _people(), ENROLMENT.c.id, *ALL_KEYS),
        "account": read_keys(session, _accounts(), ACCOUNT.c.id, *ALL_KEYS),
        "paid": read_table(session, paid_months(*TO_ACCOUNTS, by_account=True)),
        "trouble": read_table(session, _troubles()),
        "dossier": read_table(session, _dossiers()),
    }
    month = f"{clock.today():%Y-%m}"
    stopped = [number for number, last in last_months(session).items() if last < month]
    opted_out = session.execute(
        select(OPT_OUT.c.beneficiary_id, OPT_OUT.c.reason).where(OPT_OUT.c.ended_at.is_(None))
    ).all()
    return tables | {
        "stopped": pa.table({"citizen_id": pa.array(stopped, pa.string())}),
        "opt_out": _opted_out(dict(map(tuple, opted_out))),
        **_known(),
    }


def mark_of_facts(session: Session) -> str:
    """Return a text that changes whenever facts of coverage may have changed; it is read in milliseconds."""
    told = select(func.count(), func.max(CASES.c.id)).where(_OPEN, CASES.c.kind.in_(_without_money()))
    asked = (
        select(func.max(Run.id)).where(col(Run.state) == "done"),
        *(
            select(func.max(table.id))
            for table in (Enrolment, WelfareAccount, Dossier, OptOut, RegistryChange)
        ),
        select(func.max(Stop.id)),
        select(func.max(Stop.ended_at)),
    )
    marks = [session.execute(query).scalar_one() for query in asked]
    return ";".join(map(str, (*marks, *session.execute(told).one())))


_OPEN = CASES.c.state != literal_column("'closed'")  # spelled out, so that the index of open cases serves


def _without_money() -> list[str]:
    """Return the kinds of cases in which the person has no use of money that came, save complaints."""
    return [code for code in kinds() if code in causes()]


def _people() -> Select[tuple[object, ...]]:
    """Select who is on a programme today; an earlier number of somebody is nobody else."""
    return (
        select(ENROLMENT.c.beneficiary_id, ENROLMENT.c.programme, *(BENEFICIARY.c[name] for name in _PERSON))
        .join(BENEFICIARY, BENEFICIARY.c.id == ENROLMENT.c.beneficiary_id)
        .where(
            ENROLMENT.c.until.is_(None),
            BENEFICIARY.c.citizen_id.not_in(select(EARLIER.c.earlier_id)),
        )
    )


def _accounts() -> Select[tuple[object, ...]]:
    """Select the accounts on record today, those under an earlier number as the person's of today."""
    person = func.coalesce(EARLIER.c.beneficiary_id, ACCOUNT.c.beneficiary_id, type_=Key())
    return (
        select(person.label("beneficiary_id"), ACCOUNT.c.programme, ACCOUNT.c.bank_code, ACCOUNT.c.account_no)
        .join(BENEFICIARY, BENEFICIARY.c.id == ACCOUNT.c.beneficiary_id)
        .outerjoin(EARLIER, EARLIER.c.earlier_id == BENEFICIARY.c.citizen_id)
        .where(
            or_(ACCOUNT.c.valid_to.is_(None), ACCOUNT.c.valid_to >= clock.today()),
            ACCOUNT.c.valid_from <= clock.today(),
            ACCOUNT.c.channel.in_(TO_ACCOUNTS),
        )
    )


def _troubles() -> Select[tuple[object, ...]]:
    """Select who told that they cannot use money that came, in a case that is still open."""
    person = func.coalesce(EARLIER.c.beneficiary_id, BENEFICIARY.c.id, type_=Key())
    return (
        select(person.label("beneficiary_id"), func.min(CASES.c.kind).label("kind"))
        .join(LINE, LINE.c.id == CASES.c.payout_line_id)
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == LINE.c.citizen_id)
        .outerjoin(EARLIER, EARLIER.c.earlier_id == LINE.c.citizen_id)
        .where(and_(_OPEN, CASES.c.kind.in_(_without_money())))
        .group_by(person)
    )


def _dossiers() -> Select[tuple[object, ...]]:
    return select(DOSSIER.c.beneficiary_id, *(DOSSIER.c[name] for name in _DOSSIER))


def _opted_out(reasons: Mapping[int, str]) -> pa.Table:
    known = opt_out_reasons()
    return pa.table(
        {
            "beneficiary_id": pa.array(list(reasons), pa.int64()),
            "reason": pa.array(list(reasons.values()), pa.string()),
            "force_majeure": pa.array(
                [code in known and known[code].force_majeure for code in reasons.values()], pa.bool_()
            ),
        }
    )


def _known() -> dict[str, pa.Table]:
    """Lay the tables of the rules out for SQL."""
    reasons = {code: kind for code, kind in kinds_of_reason().items() if kind in causes()}
    return {
        "said": pa.table({"verdict": list(SAYS), "says": list(SAYS.values())}),
        "stages": pa.table({"stage": list(STAGES), "rank": list(range(len(STAGES)))}),
        "ages": pa.table({"code": list(AGES), "since": [since for _, _, since in AGES.values()]}),
        "reasons": pa.table({"code": list(reasons), "kind": list(reasons.values())}),
        "revealing": pa.table({"beginning": list(REVEALING)}),
    }
