"""The few settings that `chitra match` and `chitra check` need, read without waiting for the others."""

import os
from pathlib import Path
from typing import NamedTuple, cast

from payouts.core.problems import Language


class QuickSettings(NamedTuple):
    """The currency of the service (ISO 4217), the language of its words, its data folder, and its rules."""

    currency: str
    language: Language
    data_dir: Path
    rules: Path | None


def quick_settings() -> QuickSettings:
    """Read them from the environment; whatever looks unusual is left to the full settings."""
    names = {name.upper(): value for name, value in os.environ.items()}
    currency, language = names.get("CHITRA_CURRENCY", "VND"), names.get("CHITRA_LANGUAGE", "vi")
    plain = (
        len(currency) == len("VND") and currency.isascii() and currency.isupper() and language in {"vi", "en"}
    )
    if plain and not Path(".env").exists():
        folder = Path(names.get("CHITRA_DATA_DIR", "chitra-data"))
        rules = names.get("CHITRA_RULES")
        return QuickSettings(currency, cast("Language", language), folder, Path(rules) if rules else None)
    from payouts.core.settings import get_settings  # noqa: PLC0415  # its libraries take longer to load than a match

    settings = get_settings()
    return QuickSettings(settings.currency, settings.language, settings.data_dir, settings.rules)
