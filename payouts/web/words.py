"""Says everything in the reader's language: English stands in the code, Vietnamese in locale/vi.po."""

import functools
import gettext
import io
from importlib import resources
from typing import Literal

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["vi", "en"]
LANGUAGES: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English"}


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for "translate this later"
    """Mark a message that is translated where it is shown."""
    return message


def read_catalog() -> Catalog:
    """Read the Vietnamese catalogue as it stands in the package."""
    text = (resources.files("payouts.web") / "locale" / "vi.po").read_bytes()
    return read_po(io.BytesIO(text), locale="vi")


@functools.cache
def translations(language: Language) -> gettext.NullTranslations:
    """Return what translates into a language; it is compiled once, when it is first needed."""
    if language == "en":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog())
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
