"""Puts the pages beside the API, an application of their own: errors are pages here, problems there."""

from importlib import resources

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from payouts.core.settings import Settings
from payouts.web.errors import add_handlers
from payouts.web.headers import Headers
from payouts.web.once import Once
from payouts.web.pages import (
    approvals,
    bulk,
    case,
    case_papers,
    case_reach,
    case_rights,
    cash,
    counter,
    coverage,
    cycle,
    dashboard,
    delegations,
    desk,
    drafts,
    enquiries,
    enquiry,
    expected,
    files,
    incidents,
    list_sending,
    lists,
    match,
    money,
    months,
    orders,
    person,
    person_record,
    predictions,
    problem,
    profiles,
    quality,
    registry,
    registry_files,
    reissues,
    relatives,
    reports,
    rules,
    runs,
    search,
    sending,
    sheet,
    sign_in,
    today,
    told,
    visits,
    webhooks,
    worklist,
)
from payouts.web.pages import help as help_page


def add_pages(app: FastAPI, settings: Settings) -> None:
    """Mount the pages behind everything that the API answers itself.

    Args:
        app: the API; its state holds the open database
        settings: of this installation
    """
    pages = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Headers, https=settings.secure_cookies), Middleware(Once)],
    )
    pages.state = app.state  # one database, open once
    app.state.settings = settings
    add_handlers(pages)
    rooms = (
        *(sign_in, cycle, months, runs, worklist, bulk, sheet, search, today, told, incidents, match),
        *(case_reach, case_papers, case_rights, case, expected, webhooks),
        *(list_sending, lists, sending, files, desk),
        *(problem, profiles, help_page, approvals, dashboard, rules, enquiries, enquiry),
        *(
            registry_files,
            registry,
            person_record,
            person,
            counter,
            money,
            delegations,
            relatives,
            reissues,
            quality,
            reports,
        ),
        *(coverage, visits, predictions),
        *(orders, drafts, cash),
    )
    for room in rooms:
        pages.include_router(room.router)
    static = resources.files("payouts.web") / "static"
    pages.mount("/static", StaticFiles(directory=str(static)), name="static")

    @pages.get("/favicon.ico", include_in_schema=False)
    def favicon(_request: Request) -> Response:
        return Response(status_code=204)

    app.mount("/", pages, name="pages")
