"""What stands in an address: its parts and query values, each with what it may be."""

from typing import Annotated, Literal

from fastapi import Path, Query

from payouts.core.limits import LARGEST_ID, LARGEST_PAGE, LONGEST_NAME, LONGEST_QUERY_VALUE, USUAL_PAGE

NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"

Id = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number that the service gave.")]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number within the cycle, from 1.")]
RunNumber = Annotated[
    int | None, Query(ge=1, le=LARGEST_ID, description="A run done of the cycle; the last by default.")
]
VerdictName = Literal[
    "paid",
    "failed",
    "missing",
    "pending",
    "unconfirmed",
    "amount_differs",
    "account_differs",
    "name_differs",
    "paid_twice",
    "review",
    "offline",
]
DispositionOrNone = Literal["matched", "reversed", "repeated", "ambiguous", "unexpected", "unrelated", "none"]
VerdictOrNone = VerdictName | Literal["none"]
Programme = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9_-]{1,19}$", description="E.g. BTXH.")]
CycleName = Annotated[
    str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="A month, e.g. 2026-11.")
]

Filename = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=NO_CONTROLS,
        description="Name of the file at the sender.",
    ),
]
ProfileName = Annotated[
    str | None,
    Query(max_length=64, pattern=r"^[A-Za-z0-9_-]+$", description="Layout to read a CSV or XLSX by."),
]
AreaCode = Annotated[str | None, Query(pattern=r"^[0-9]{5}$", description="Ward code (GSO), five digits.")]
Text = Annotated[str | None, Query(max_length=LONGEST_QUERY_VALUE, pattern=NO_CONTROLS)]
Cursor = Annotated[
    str | None,
    Query(max_length=LONGEST_QUERY_VALUE, pattern=NO_CONTROLS, description="`next` of the page before."),
]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Items of a page.")]
USUAL_LIMIT = USUAL_PAGE
