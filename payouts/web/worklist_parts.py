"""What the page of the worklist offers to choose from: filters, colleagues, states for many cases at once."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from payouts.cases.kinds import kinds
from payouts.cases.rules import NEEDS_CASE
from payouts.cases.views import views_of
from payouts.cases.worklist import NO_WARD, NOBODY, hamlets_in_use, in_use
from payouts.core.alphabet import by_number, in_alphabet
from payouts.core.areas import ward_name, wards
from payouts.core.banks import banks
from payouts.identity.rules import Staff, permissions
from payouts.identity.users import UserSummary, has_shortcuts, list_users
from payouts.runs.store import cycles
from payouts.web import labels
from payouts.web.words import N_, Language, translations

MORE = (
    "reason",
    "bank",
    "area",
    "hamlet",
    "kind",
    "age",
    "hardship",
    "programme",
    "cycle",
)  # filters that are folded away
AGES = (3, 8, 15, 31, 61)  # days since a case opened, at least
HARDSHIPS = (50, 80, 100)  # points, at least
BULK_STATES = ("in_progress", "waiting", "open")


def colleagues_of(session: Session, staff: Staff) -> list[str]:
    """List who may be given cases of somebody's worklist: those who work on cases of some of its areas."""
    workers, scope = permissions()["cases.work"], staff.scope

    def shares(user: UserSummary) -> bool:
        areas = scope.areas is None or not user.areas or bool(scope.areas & set(user.areas))
        limits = scope.programmes
        return areas and (limits is None or not user.programmes or bool(limits & set(user.programmes)))

    return [
        user.username
        for user in list_users(session)
        if user.role in workers and not user.disabled and shares(user)
    ]


def offered(session: Session, staff: Staff, filters: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Give what the page offers, as names of its template.

    Args:
        session: the transaction
        staff: who looks
        filters: as they are
        language: that they read
    """
    say = translations(language).gettext
    known = cycles(session, staff.scope)
    reasons, used = in_use(session, staff.scope)
    own = staff.scope.areas
    areas = sorted(own if own is not None else wards(), key=lambda code: in_alphabet(ward_name(code)))
    people = [name for name in colleagues_of(session, staff) if name != staff.username]
    me = [("me", say(N_("Me"))), ("nobody", say(N_("Nobody")))]
    ward = filters.get("area") or (next(iter(own)) if own and len(own) == 1 else "")
    return {
        "hamlets": sorted(hamlets_in_use(session, staff.scope, ward), key=by_number) if ward else [],
        "views": views_of(session, staff.user_id),
        "keys_on": has_shortcuts(session, staff),
        "reasons": reasons,
        "banks": used,
        "bank_names": {code: bank.short_name for code, bank in banks().items()},
        "kind_names": {code: kind.said(language) for code, kind in kinds().items()},
        "verdict_choices": [
            (code, labels.verdict_name(code, language)) for code, need in NEEDS_CASE.items() if need != "no"
        ],
        "who_choices": [*me, *((name, name) for name in people)],
        "kind_choices": [(code, kind.said(language)) for code, kind in kinds().items()],
        "age_choices": [(f"{days}-", say(N_("%(days)s days")) % {"days": days}) for days in AGES],
        "hardship_choices": [
            (str(each), say(N_("%(points)s points")) % {"points": each}) for each in HARDSHIPS
        ],
        "programmes": [(code, code) for code in sorted({each.programme for each in known})],
        "months": [
            (month, f"{month[5:]}/{month[:4]}")
            for month in sorted({each.cycle for each in known}, reverse=True)
        ],
        "wards": [(NO_WARD, say(N_("No ward"))), *((code, ward_name(code)) for code in areas)],
        "more_used": any(filters.get(name) for name in MORE),
        "assignees": _as_items(
            say,
            [
                (staff.username, say(N_("Me"))),
                *((name, name) for name in people),
                (NOBODY, say(N_("Nobody"))),
            ],
        ),
        "bulk_states": _as_items(
            say,
            [
                *((code, say(labels.STATES[code])) for code in BULK_STATES),
                ("closed", say(N_("Closed, no action needed (say why)"))),
            ],
        ),
    }


def _as_items(say: Any, values: list[tuple[str, str]]) -> list[dict[str, str]]:
    stays = {"value": "", "text": say(N_("As it is"))}
    return [stays, *({"value": code, "text": text} for code, text in values)]
