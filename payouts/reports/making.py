"""Makes a report as a file, from what is asked to bytes on disk."""

from pathlib import Path

from sqlmodel import Session

from payouts.core.errors import ForbiddenError, RefusedError
from payouts.core.settings import Settings
from payouts.reports.asking import Asked
from payouts.reports.catalogue import NOT_YOURS, Form, kind_of
from payouts.reports.writing.plain import write_csv


def make(session: Session, settings: Settings, name: str, asked: Asked, form: Form, *, path: Path) -> None:
    """Write a report to a file.

    Args:
        session: the transaction, which reads one state throughout
        settings: of this installation
        name: of the report, in the catalogue
        asked: what it is about
        form: xlsx, pdf or csv
        path: where to write

    Raises:
        NotFoundError: there is no such report
        ForbiddenError: it is for those who see all areas
        RefusedError: it cannot be had in that form, its options are wrong, or it is too long for the form
    """
    kind = kind_of(name)
    if kind.everywhere and asked.scope.areas is not None:
        raise ForbiddenError("report_not_yours", NOT_YOURS)
    if form not in kind.forms:
        forms = ", ".join(each.upper() for each in kind.forms)
        raise RefusedError("no_such_form", f"Báo cáo này chỉ có dạng {forms}.")
    report = kind.make(session, asked)
    if form == "csv":
        write_csv(report, path)
    elif form == "pdf":
        from payouts.reports.writing.pdf import write_pdf  # noqa: PLC0415  # each loads a library of its own

        write_pdf(report, path, settings)
    else:
        from payouts.reports.writing.xlsx import write_xlsx  # noqa: PLC0415  # the same

        write_xlsx(report, path)
