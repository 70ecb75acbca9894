"""Says in a language what a run kept in Vietnamese."""

from payouts.core.problems import Language
from reconciliation.translate import in_english


def explained(text: str, language: Language) -> str:
    """Say an explanation in a language; the note of an event has its evidence in brackets behind it."""
    if language == "vi":
        return text
    explanation, mark, evidence = text.rpartition(" [") if text.endswith("]") else (text, "", "")
    return f"{in_english(explanation)}{mark}{evidence}"
