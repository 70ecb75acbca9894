"""What the registry holds of one person beside their name: programmes, payees, opt-outs and dossiers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from payouts.identity.scope import Scope
from payouts.registry.models import Beneficiary, Dossier, Enrolment, OptOut, Payee


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record of one person, what counts today first."""

    enrolments: Sequence[Enrolment]
    payees: Sequence[Payee]
    opt_outs: Sequence[OptOut]
    dossiers: Sequence[Dossier]

    @property
    def payee(self) -> Payee | None:
        """Who receives for the person today."""
        return next((each for each in self.payees if each.ended_at is None), None)

    @property
    def opt_out(self) -> OptOut | None:
        """Why they have no account, as it stands today."""
        return next((each for each in self.opt_outs if each.ended_at is None), None)

    @property
    def dossier(self) -> Dossier | None:
        """The dossier under way, else the latest one."""
        under_way = (each for each in self.dossiers if not (each.opened_on or each.refused_on))
        return next(under_way, self.dossiers[0] if self.dossiers else None)


def record_of(session: Session, beneficiary_id: int, scope: Scope) -> Record:
    """Read what is on record of a person; whether they may be seen is for the caller to know.

    Args:
        session: the transaction
        beneficiary_id: the person
        scope: the programmes of who asks
    """
    enrolments = select(Enrolment).where(
        Enrolment.beneficiary_id == beneficiary_id, *scope.conditions(programme=Enrolment.programme)
    )
    payees = select(Payee).where(Payee.beneficiary_id == beneficiary_id)
    opt_outs = select(OptOut).where(OptOut.beneficiary_id == beneficiary_id)
    dossiers = select(Dossier).where(Dossier.beneficiary_id == beneficiary_id)
    return Record(
        session.exec(enrolments.order_by(col(Enrolment.id).desc())).all(),
        session.exec(payees.order_by(col(Payee.id).desc())).all(),
        session.exec(opt_outs.order_by(col(OptOut.id).desc())).all(),
        session.exec(dossiers.order_by(col(Dossier.id).desc())).all(),
    )


def is_enrolled(session: Session, person: Beneficiary, scope: Scope) -> bool:
    """Say whether a person lives within a scope and was on one of its programmes, or on none yet."""
    if scope.areas is not None and person.area_code not in scope.areas:
        return False
    programmes = session.exec(select(Enrolment.programme).where(Enrolment.beneficiary_id == person.id)).all()
    return scope.programmes is None or not scope.programmes.isdisjoint(programmes)
