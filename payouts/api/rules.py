"""/v1/rules: the rules by which runs judge, and what a run would say by others; nothing is kept."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from payouts.api.access import DatabaseDep, LanguageDep, staff_with
from payouts.api.errors import language_of
from payouts.api.parameters import USUAL_LIMIT, CycleName, Limit, Programme
from payouts.api.rule_shapes import (
    BrokenRules,
    RuleList,
    RulesIn,
    RuleText,
    WhatIfIn,
    WhatIfShape,
    rule_text,
    rule_version,
    what_if_shape,
)
from payouts.core.clock import today
from payouts.core.errors import NotFoundError
from payouts.core.rulebook import read_rules, rule_books
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.runs.trying import try_rules

router = APIRouter(prefix="/v1", tags=["rules"])

Trying = Annotated[Staff, staff_with("rules.try")]
NAME = "rules"  # of a file that has none, in what is said of it


@router.get("/rules")
def list_rules(request: Request, staff: Trying) -> RuleList:
    """List the versions of the rules, the earliest first, and files that cannot be used."""
    del staff
    books, broken = rule_books()
    held = None if broken else [book for book in books if book.valid_from <= today()][-1]
    language = language_of(request)
    return RuleList(
        items=[rule_version(book, held) for book in books],
        broken=[BrokenRules(file=path.name, said=error.said(language)) for path, error in broken.items()],
    )


@router.get("/rules/{version}")
def get_rules(
    staff: Trying, version: Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
) -> RuleText:
    """Give a version of the rules: its text, and what it says otherwise than the shipped one."""
    del staff
    known = {book.version: book for book in rule_books()[0]}
    if version not in known:
        named = ", ".join(known)
        raise NotFoundError("no_such_rules", f"Không có bản quy tắc “{version}”. Hiện có: {named}.")
    return rule_text(known[version])


@router.post("/rules/check")
def check_rules(staff: Trying, given: RulesIn) -> RuleText:
    """Check a rule file; a mistake is told with its key, its line and the way to mend it."""
    del staff
    return rule_text(read_rules(NAME, given.rules))


@router.post("/cycles/{programme}/{cycle}/runs/what-if")
def what_if(
    database: DatabaseDep,
    staff: Trying,
    language: LanguageDep,
    programme: Programme,
    cycle: CycleName,
    given: WhatIfIn | None = None,
    limit: Limit = USUAL_LIMIT,
) -> WhatIfShape:
    """Say what a run would say now, by the rules in force or by others, and keep nothing; logged.

    It takes as long as a run. One is made at a time.
    """
    wished = given or WhatIfIn()
    book = read_rules(NAME, wished.rules) if wished.rules else None
    found = try_rules(
        database, programme=programme, cycle=cycle, scope=staff.scope, as_of=wished.as_of, book=book
    )
    with database.session() as session:
        audit.note(session, staff.who, "rules.tried", f"cycle {programme} {cycle}", rules=found.book.version)
    return what_if_shape(found, programme, cycle, most=limit, language=language)
