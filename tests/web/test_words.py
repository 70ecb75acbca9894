"""Every word of the pages is there in both languages, and figures look as people write them."""

import datetime as dt
import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from payouts.core.problems import problem_kinds
from payouts.web import labels
from payouts.web.render import amount, day, environment, moment, money, month, number, share
from payouts.web.words import N_, read_catalog, translations
from reconciliation.tables import VERDICTS
from tests.web.visiting import Visitor

WEB = Path(str(resources.files("payouts.web")))
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {
    "templates/**.html": {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true"}
}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
PLACE = re.compile(r"%\((\w+)\)s")


def spoken() -> set[str]:
    """Collect every message that code and templates say."""
    found = extract_from_dir(str(WEB), METHODS, OPTIONS, KEYWORDS)
    said = (message for _, _, message, *_ in found)
    return {message[0] if isinstance(message, tuple) else message for message in said}


def test_every_message_has_a_vietnamese_text_and_none_is_left_over() -> None:
    written = {}
    for message in read_catalog():
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            text = message.string[0] if isinstance(message.string, tuple) else message.string
            written[key] = text
            assert not message.fuzzy, key
    assert len(written) > 200
    assert set(written) == spoken()
    assert [key for key, text in written.items() if not str(text).strip()] == []


def test_a_translation_keeps_the_places_for_values() -> None:
    for message in read_catalog():
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            for text in texts:
                assert set(PLACE.findall(str(text))) == set(PLACE.findall(ids[-1]))


def test_templates_hold_no_words_outside_of_gettext() -> None:
    """Between tags only names of the product, punctuation and expressions stand."""
    kept_as_they_are = {"chitra", "sha"}
    for template in sorted((WEB / "templates").glob("*.html")):
        text = re.sub(r"{%.*?%}|{{.*? }}|{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        words = re.findall(r"[^\W\d_]{2,}", " ".join(re.findall(r">([^<>]*)<", text)))
        assert {word.lower() for word in words} <= kept_as_they_are, template.name


@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_templates_compile(language: str) -> None:
    made = environment(language)  # type: ignore[arg-type]  # both are languages
    for name in made.list_templates(filter_func=lambda name: name.endswith(".html") and "/" not in name):
        made.get_template(name)


def test_every_verdict_has_a_colour_and_a_meaning() -> None:
    assert set(labels.VERDICTS) == set(VERDICTS)


def test_vietnamese_is_compiled_and_english_stands_in_the_code() -> None:
    assert translations("vi").gettext(N_("Sign in")) == "Đăng nhập"
    assert translations("en").gettext("Sign in") == "Sign in"


def test_figures_look_as_people_write_them() -> None:
    assert money(930_000) == "930.000\u00a0đ"
    assert money(None) == "–"
    assert number(1_234_567) == "1.234.567"
    assert day(dt.date(2026, 11, 22)) == "22/11/2026"
    assert moment(dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC)) == "23/11/2026 00:30"
    assert month("2026-11") == "11/2026"
    assert (share(873, 1000), share(1, 0)) == ("87,3\u00a0%", "–")
    assert (amount("1234567.50", "EUR"), amount("930000", "VND")) == (
        "1.234.567,50\u00a0EUR",
        "930.000\u00a0đ",
    )


def test_problems_are_said_in_both_languages() -> None:
    assert all(kind.vi and kind.en for kind in problem_kinds().values())


async def test_the_language_is_remembered(ward: Visitor) -> None:
    assert 'lang="vi"' in (await ward.see("/cases")).text
    answer = await ward.see("/language/en?next=/cases")
    assert answer.headers["location"] == "/cases"
    page = (await ward.see("/cases")).text
    assert '<html lang="en"' in page
    assert "Cases to work on" in page
    assert (await ward.see("/language/xx?next=//evil.example")).headers["location"] == "/"
