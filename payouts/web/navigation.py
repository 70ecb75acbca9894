"""The bar at the top of every page: where one can go, and how much waits there, as one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from payouts.approvals.store import waiting_count
from payouts.cases.counts import due_now, open_incidents, overdue
from payouts.cases.enquiries.store import overdue_letters
from payouts.cases.expected.store import late_count
from payouts.identity.rules import Staff
from payouts.registry.proposals import waiting_count as waiting_count_of_registry
from payouts.web.words import N_, Language, translations

MOST_COUNTED = 999  # more are shown as "999+"
FEWEST_OF_MENU = 2  # entries


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go.

    Attributes:
        address: of its page; the entry is marked on the pages below it too
        words: what it is called
        permission: who sees it
        waiting: counts what waits for somebody there, within their scope; it has to be fast on every page
        told: what the number means, said to a screen reader
        group: the menu that it stands in, MONTH or PEOPLE; by default it stands in the bar itself
    """

    address: str
    words: str
    permission: str
    waiting: Callable[[Session, Staff], int] | None = None
    told: str = N_("waiting")
    group: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar as it is laid out.

    Attributes:
        items: what stands in it, for the macro of govuk-frontend
        menus: each with its `html`, its `items`, and `active` where one of them is where somebody is
    """

    items: list[dict[str, Any]]
    menus: list[dict[str, Any]]

    @property
    def addresses(self) -> set[str]:
        """Where one can go from here."""
        return {
            str(item["href"])
            for items in (self.items, *(menu["items"] for menu in self.menus))
            for item in items
        }


# What is not for every day stands in menus, in this order; one with a single entry is no menu.
MONTH = N_("Papers of the month")
PEOPLE = N_("Beneficiaries")
GROUPS = (MONTH, PEOPLE)

ENTRIES = (
    Entry("/", N_("The cycle"), "cycle.see"),
    Entry(
        *("/cases", N_("Worklist"), "cases.see"),
        lambda session, staff: overdue(session, staff.scope, most=MOST_COUNTED),
        N_("overdue"),
    ),
    Entry(
        *("/today", N_("Today"), "cases.work"),
        lambda session, staff: due_now(session, staff.scope, staff.username, most=MOST_COUNTED),
        N_("due today or overdue"),
    ),
    Entry(
        *("/incidents", N_("Incidents"), "incidents.release"),
        lambda session, staff: open_incidents(session, staff.scope),
        N_("open"),
    ),
    Entry("/dashboard", N_("Dashboard"), "cycle.see"),
    Entry("/visits", N_("My visits"), "visits.make"),
    Entry("/counter", N_("Counter"), "cases.see"),
    Entry("/matches", N_("Matches"), "matches.check"),
    Entry("/approvals", N_("Approvals"), "approvals.see", waiting_count),
    Entry(
        *("/enquiries", N_("Enquiries"), "enquiries.see"),
        lambda session, staff: overdue_letters(session, staff.scope),
        N_("overdue"),
    ),
    Entry("/lists", N_("Lists"), "lists.see", group=MONTH),
    Entry("/predictions", N_("Predictions"), "predictions.see", group=MONTH),
    Entry("/orders", N_("Payment orders"), "orders.see", group=MONTH),
    Entry("/cash-lists", N_("Cash lists"), "orders.cash", group=MONTH),
    Entry("/files", N_("Bank files"), "files.see", group=MONTH),
    Entry(
        *("/expected", N_("Expected files"), "files.see"),
        lambda session, staff: late_count(session, staff.scope),
        N_("late"),
        group=MONTH,
    ),
    Entry("/months", N_("Months"), "cycle.see", group=MONTH),
    Entry("/reports", N_("Reports"), "cycle.see", group=MONTH),
    Entry("/webhooks", N_("Programs that are told"), "webhooks.see", group=MONTH),
    Entry(
        *("/registry", N_("Changes to the registry"), "registry.decide"),
        lambda session, staff: waiting_count_of_registry(session, staff.scope, most=MOST_COUNTED),
        group=PEOPLE,
    ),
    Entry("/coverage", N_("Coverage"), "coverage.see", group=PEOPLE),
    Entry("/quality", N_("Quality of data"), "quality.see", group=PEOPLE),
)

# The one search box at the top: where it leads, and who sees it. The field is called `q`.
SEARCH = ("/search", "cases.see")


def entries_of(staff: Staff) -> list[Entry]:
    """Return the places that somebody's role opens."""
    return [entry for entry in ENTRIES if staff.may(entry.permission)]


def counted(session: Session, staff: Staff) -> dict[str, int]:
    """Count what waits for somebody: address of an entry -> how many."""
    return {entry.address: entry.waiting(session, staff) for entry in entries_of(staff) if entry.waiting}


def shown(staff: Staff, path: str, counts: Mapping[str, int], language: Language) -> Bar:
    """Lay the bar out.

    Args:
        staff: who looks
        path: of the page they look at
        counts: as `counted` gives them
        language: that they read
    """
    say = translations(language).gettext
    items, menus = [], []
    found = entries_of(staff)
    for group in ("", *GROUPS):
        entries = [entry for entry in found if entry.group == group]
        laid_out = [_item(entry, path, counts.get(entry.address, 0), say) for entry in entries]
        if not group or len(entries) < FEWEST_OF_MENU:
            items += laid_out
        else:
            waiting = sum(counts.get(entry.address, 0) for entry in entries)
            active = any(item["current"] or item["active"] for item in laid_out)
            words = Markup("{}{}").format(say(group), _badge(waiting, say(N_("waiting"))))
            menus.append({"html": words, "active": active, "items": laid_out})
    return Bar(items, menus)


def _item(entry: Entry, path: str, waiting: int, say: Callable[[str], str]) -> dict[str, Any]:
    return {
        "href": entry.address,
        "html": Markup("{}{}").format(say(entry.words), _badge(waiting, say(entry.told))),
        "current": path == entry.address,
        "active": entry.address != "/" and path.startswith(f"{entry.address}/"),
    }


def _badge(count: int, told: str) -> Markup:
    if not count:
        return Markup("")
    number = str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"
    return Markup(' <span class="count">{}<span class="govuk-visually-hidden"> {}</span></span>').format(
        number, told
    )
