"""Who exactly is left: people whose account does not work yet, why, and what would help whom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, literal_column, select
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.core.tables import table_behind
from payouts.coverage.models import CoveragePerson
from payouts.coverage.rules import STAGES, causes
from payouts.coverage.store import serves
from payouts.identity.scope import Scope
from payouts.registry.models import Beneficiary
from payouts.runs.store import Page, place

PERSON = table_behind(CoveragePerson)
BENEFICIARY = table_behind(Beneficiary)
CASES = table_behind(Case)
IS_LEFT = PERSON.c.cause != literal_column("''")  # spelled out, so that the index of who is left serves
CAMPAIGN = "campaign"
SHOWN = (
    *("beneficiary_id", "programmes", "area_code", "category", "age", "bank_code", "stage", "cause"),
    *("force_majeure", "since"),
)


@dataclass(frozen=True, slots=True)
class Left:
    """Which of those who are left; None leaves a filter out.

    Attributes:
        help: what would help, of rules.helps()
        unit: who has to act, of rules.UNITS
        cause: of rules.causes()
        area: ward code, or "none"
        stage: of rules.STAGES
        bank: code of the bank
        force_majeure: only them, or only the others
        asked: only those whom a case of the campaign follows already, or only the others
    """

    help: str | None = None
    unit: str | None = None
    cause: str | None = None
    area: str | None = None
    stage: str | None = None
    bank: str | None = None
    force_majeure: bool | None = None
    asked: bool | None = None


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """People whom one cause keeps from a working account.

    Attributes:
        cause: of rules.causes()
        bank: where a bank has to act, which
        people: how many
        force_majeure: of these, who does not count against the target
        oldest: the day since which the first of them waits
    """

    cause: str
    bank: str | None
    people: int
    force_majeure: int
    oldest: dt.date


def bottlenecks(session: Session, scope: Scope) -> list[Bottleneck]:
    """Count who is left by cause, and by bank where a bank has to act; the most people first."""
    rows = session.execute(
        select(
            *(PERSON.c[name] for name in ("cause", "bank_code", "programmes", "force_majeure")),
            func.count(),
            func.min(PERSON.c.since),
        )
        .where(IS_LEFT, *scope.conditions(area=PERSON.c.area_code))
        .group_by(*(PERSON.c[name] for name in ("cause", "bank_code", "programmes", "force_majeure")))
    )
    found: dict[tuple[str, str | None], Bottleneck] = {}
    for cause, bank, programmes, kept_away, people, oldest in rows:
        if not serves(scope, programmes):
            continue
        key = (cause, bank if causes()[cause].unit == "bank" else None)
        known = found.get(key, Bottleneck(*key, 0, 0, oldest))
        found[key] = Bottleneck(
            *key,
            known.people + people,
            known.force_majeure + people * kept_away,
            min(known.oldest, oldest),
        )
    return sorted(found.values(), key=lambda each: (-each.people, each.cause, each.bank or ""))


def people_left(
    session: Session, scope: Scope, wanted: Left, *, cursor: str | None = None, limit: int = 50
) -> Page:
    """List who is left within a scope, ward by ward.

    Returns:
        rows of SHOWN, citizen_id, full_name, date_of_birth, case_id and assignee (of the open case of the
        campaign, or None)

    Raises:
        NotFoundError: there is no such place to begin
    """
    query = (
        select(
            *(PERSON.c[name] for name in SHOWN),
            *(BENEFICIARY.c[name] for name in ("citizen_id", "full_name", "date_of_birth")),
            CASES.c.id.label("case_id"),
            CASES.c.assignee,
        )
        .join(BENEFICIARY, BENEFICIARY.c.id == PERSON.c.beneficiary_id)
        .outerjoin(CASES, _of_campaign())
        .where(*_conditions(session, scope, wanted))
    )
    if cursor:
        area, _, person = cursor.rpartition("-")
        at = (PERSON.c.area_code, PERSON.c.beneficiary_id)
        query = query.where((at[0] > area) | and_(at[0] == area, at[1] > place(person)))
    rows = session.execute(query.order_by(PERSON.c.area_code, PERSON.c.beneficiary_id).limit(limit + 1))
    items = list(rows.mappings())
    last = items[limit - 1] if len(items) > limit else None
    return Page(items[:limit], f"{last['area_code']}-{last['beneficiary_id']}" if last else None)


def ids_left(session: Session, scope: Scope, wanted: Left, most: int) -> list[int]:
    """List the first so many of who is left, as beneficiary ids, as people_left orders them."""
    rows = session.execute(
        select(PERSON.c.beneficiary_id)
        .join(BENEFICIARY, BENEFICIARY.c.id == PERSON.c.beneficiary_id)
        .outerjoin(CASES, _of_campaign())
        .where(*_conditions(session, scope, wanted))
        .order_by(PERSON.c.area_code, PERSON.c.beneficiary_id)
        .limit(most)
    )
    return list(rows.scalars())


def _of_campaign() -> ColumnElement[bool]:
    return and_(
        CASES.c.subject == BENEFICIARY.c.citizen_id,
        CASES.c.kind == CAMPAIGN,
        CASES.c.state != literal_column("'closed'"),
    )


def _conditions(session: Session, scope: Scope, wanted: Left) -> list[ColumnElement[bool]]:
    fitting: Sequence[str] = [
        code
        for code, cause in causes().items()
        if wanted.help in {None, cause.help}
        and wanted.unit in {None, cause.unit}
        and wanted.cause in {None, code}
    ]
    narrowed = wanted.help or wanted.unit or wanted.cause
    return [
        IS_LEFT,
        *scope.conditions(area=PERSON.c.area_code),
        *_of_programmes(session, scope),
        *([PERSON.c.cause.in_(fitting) if fitting else false()] if narrowed else []),
        *([PERSON.c.area_code == wanted.area] if wanted.area else []),
        *([PERSON.c.stage == wanted.stage] if wanted.stage in STAGES else []),
        *([PERSON.c.bank_code == wanted.bank] if wanted.bank else []),
        *([PERSON.c.force_majeure.is_(wanted.force_majeure)] if wanted.force_majeure is not None else []),
        *(
            [CASES.c.id.is_not(None) if wanted.asked else CASES.c.id.is_(None)]
            if wanted.asked is not None
            else []
        ),
    ]


def _of_programmes(session: Session, scope: Scope) -> list[ColumnElement[bool]]:
    if scope.programmes is None:
        return []
    known = session.execute(select(PERSON.c.programmes).distinct()).scalars()
    return [PERSON.c.programmes.in_([each for each in known if serves(scope, each)])]
