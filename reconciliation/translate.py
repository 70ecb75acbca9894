"""Says in English the explanations that are kept in Vietnamese, so that they need not be kept twice."""

import functools
import re

from reconciliation.explain import reasons, sentences

MONEY = frozenset({"owed", "settled", "gap", "amount"})
PARTS = ("on_day", "by_deadline", "fee")  # sentences within sentences, said only where something is known
POINTS = str.maketrans(".,", ",.")
SHAPES = {
    **dict.fromkeys(MONEY, r"-?[\d.,]+ \S+"),
    "movements": r"\d+",
    "date": r"\d\d/\d\d/\d{4}",
}


def in_english(explanation: str) -> str:
    """Say an explanation in English.

    Args:
        explanation: as `reconcile` gives it in Vietnamese

    Returns:
        what `reconcile` would have said in English; the very text where it is none of its sentences
    """
    english = sentences("en")
    for situation, pattern in _patterns().items():
        found = pattern.fullmatch(explanation)
        if found is not None:
            return english[situation].format(
                **{name: _said(name, text) for name, text in found.groupdict().items()}
            )
    return explanation


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Give what each Vietnamese sentence looks like, those with the fewest free words first."""
    said = {name: text for name, text in sentences("vi").items() if name not in {*PARTS, "no_reason"}}
    ordered = sorted(said, key=lambda name: len(re.findall(r"reason|account|name", said[name])))
    return {name: re.compile(_pattern(said[name]), re.DOTALL) for name in ordered}


def _pattern(sentence: str, *, named: bool = True) -> str:
    pieces = re.split(r"\{(\w+)\}", sentence)
    return "".join(_place(part, named=named) if at % 2 else re.escape(part) for at, part in enumerate(pieces))


def _place(name: str, *, named: bool) -> str:
    inner = (
        f"(?:{_pattern(sentences('vi')[name], named=False)})?" if name in PARTS else SHAPES.get(name, ".*?")
    )
    return f"(?P<{name}>{inner})" if named else inner


def _said(name: str, text: str) -> str:
    """Say a value of a sentence in English."""
    if name in MONEY:
        return text.translate(POINTS)
    if name == "reason":
        return _reason(text)
    if name in PARTS and text:
        [inner] = re.findall(r"\{(\w+)\}", sentences("vi")[name])
        found = re.fullmatch(_pattern(sentences("vi")[name]), text)
        return sentences("en")[name].format(**{inner: _said(inner, found[inner])}) if found else text
    return text


def _reason(text: str) -> str:
    if text == sentences("vi")["no_reason"]:
        return sentences("en")["no_reason"]
    known = {f"{row['vi']} ({row['code']})": f"{row['en']} ({row['code']})" for row in reasons()}
    return known.get(text, text)
