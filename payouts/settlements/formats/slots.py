"""Picks the texts of an XML element by paths: a table says which path goes to which slot."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from payouts.core.limits import LONGEST_TEXT

LONGEST_CODE = 35  # characters of a code that is quoted; ISO 20022 texts that are no prose have at most 35


class Joined(str):
    """A slot whose texts, if there are several, are kept with a blank between."""

    __slots__ = ()


class Money(str):
    """A slot for an amount; its currency goes into the slot named the same with `.Ccy` behind."""

    __slots__ = ()


class Charge(str):
    """A slot for charges: amount and currency of each, with a blank between."""

    __slots__ = ()


class Text(dict[str, Any]):
    """An element that holds a text in one version of a message and elements in another."""

    __slots__ = ("own",)
    own: str


def slots(paths: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Make paths (`Refs/EndToEndId` -> slot) the nested table that `collect` follows.

    Args:
        paths: local names joined by `/`, and the slot that the text goes to; a slot of class Joined, Money
            or Charge is kept as that class says; several paths may share a slot, the first text found stays
        prefix: the namespace in braces, or nothing
    """
    table: dict[str, Any] = {}
    for path, slot in paths.items():
        *above, last = (prefix + name for name in path.split("/"))
        inner = table
        for name in above:
            step = inner.get(name)
            if isinstance(step, str):
                text = Text()
                text.own = step
                step = inner[name] = text
            inner = inner.setdefault(name, {}) if step is None else step
        if isinstance(inner.get(last), dict):
            text = Text(inner[last])
            text.own = slot
            inner[last] = text
        else:
            inner[last] = slot
    return table


def collect(element: etree._Element, table: Mapping[str, Any], found: dict[str, str]) -> None:
    """Walk below an element along a table of slots and put the texts into `found`; pass others by."""
    for child in element:
        step: Any = table.get(child.tag)
        kind = step.__class__
        while kind is dict and len(child) == 1:  # most elements hold one: no need to call for it
            child = child[0]  # noqa: PLW2901
            step = step.get(child.tag)
            kind = step.__class__
        if kind is str:
            text = child.text
            if text and step not in found:
                text = text.strip()
                if text:
                    found[step] = text[:LONGEST_TEXT]
        elif kind is dict:
            collect(child, step, found)
        elif kind is Text:
            collect(child, step, found)
            text = (child.text or "").strip()
            if text:
                found.setdefault(step.own, text[:LONGEST_TEXT])
        elif step is not None:
            _keep(child, step, kind, found)


def _keep(child: etree._Element, slot: str, kind: type, found: dict[str, str]) -> None:
    """Keep a text in a slot of a class of its own."""
    text = (child.text or "").strip()[:LONGEST_TEXT]
    if kind is Joined:
        if text:
            found[slot] = f"{found[slot]} {text}"[:LONGEST_TEXT] if slot in found else text
        return
    if len(child):  # an element inside would cut the number in two
        text = f"{text}<"
    currency = (child.get("Ccy") or "").strip()[:LONGEST_CODE]
    if kind is Charge:
        charge = f"{currency}:{text}"
        found[slot] = f"{found[slot]} {charge}"[:LONGEST_TEXT] if slot in found else charge
    elif slot not in found:
        found[slot] = text
        found[slot + ".Ccy"] = currency
