"""A letter as a PDF with its fonts inside, set by Typst."""

import json
from dataclasses import asdict
from importlib import resources

from payouts.reports.letters.content import ANNEX_HEADINGS, COPIES, SUBJECT, Content


def pdf(content: Content) -> bytes:
    """Set a letter as a PDF on A4."""
    import typst  # noqa: PLC0415  # 20 MB that only a letter needs

    told = {
        **asdict(content),
        "subject": SUBJECT,
        "copies": COPIES,
        "headings": ANNEX_HEADINGS,
    }
    here = resources.files("payouts.reports.letters")
    with resources.as_file(here / "letter.typ") as template, resources.as_file(here / "fonts") as fonts:
        made: bytes = typst.compile(
            str(template),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"letter": json.dumps(told, ensure_ascii=False)},
        )
    return made
