"""The help in plain words."""

from fastapi import APIRouter, Request, Response

from payouts.web.access import session_of
from payouts.web.render import page
from payouts.web.words import N_

router = APIRouter()

# The help: what to do in the morning, step by step.
MORNING = (
    N_("Open “Today”: what is due or overdue for you, the hardest cases first."),
    N_("Open a case. Compare what is owed with what the bank says; differences are marked with the sign ≠."),
    N_("Call or visit the person, then press what came of it. One press saves it and opens the next case."),
    N_("Do the next step that the page names. What moves money or rights waits for a second person."),
    N_("Close the case with its outcome. It closes by itself when a bank file shows the person paid."),
)

# The help: where to find what. Address, name, what it is for.
PLACES = (
    ("/today", N_("Today"), N_("What is due today or overdue; also as a sheet to take along.")),
    (
        *("/cases", N_("Worklist")),
        N_(
            "All cases of your area, the worst hardship first. Choose many of them to assign or move them at"
            " once: you see what it does before anything is done. Take them along as a sheet, fill it in and"
            " hand it in."
        ),
    ),
    (
        *("/search", N_("Search")),
        N_(
            "At the top of every page: a name with or without marks, identity number, account, line"
            " reference."
        ),
    ),
    (
        *("/counter", N_("Counter")),
        N_("Somebody comes in: from the identity number to a printed slip in large type."),
    ),
    (
        *("/cases/new", N_("Somebody tells us of something")),
        N_("The bank says paid and the person has nothing, the card is lost, somebody else holds it."),
    ),
    (
        *("/approvals", N_("Approvals")),
        N_("What waits for a second person. Nobody approves what they asked for themselves."),
    ),
    (
        *("/enquiries", N_("Enquiries")),
        N_("One numbered letter a bank about payments nobody knows of, its deadline and its answers."),
    ),
    (
        *("/incidents", N_("Incidents")),
        N_("A bank's whole file is missing: its people wait there, not on the wards' lists."),
    ),
    (
        "/dashboard",
        N_("Dashboard"),
        N_("The cycle in figures, by bank and by ward, and how old the cases are."),
    ),
    (
        *("/months", N_("Months")),
        N_("What ties each month, what is open before it is closed, and what was closed, with its hash."),
    ),
    (
        *("/reports", N_("Reports")),
        N_(
            "What the month comes to, as a workbook, on paper or as a table,"
            " as known now or on an earlier day."
        ),
    ),
    (
        "/coverage",
        N_("Coverage"),
        N_("Who has an account that works, how far the target is, who is left and what would help them."),
    ),
)


@router.get("/help")
def show_help(request: Request) -> Response:
    """Show the help, also to who is not signed in."""
    session_of(request)
    return page(request, "help.html", morning=MORNING, places=PLACES)
