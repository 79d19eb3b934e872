"""What a browser would send of a page's form that nobody has touched."""

from __future__ import annotations

from typing import Any

import html5lib

Fields = dict[str, list[str]]


def read_form(page: str) -> Fields:
    """Read the fields of the form that changes the data, each with all that it sends."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    form = next(form for form in tree.iter("form") if "data-form" in form.get("class", ""))
    fields: Fields = {}
    controls = (one for one in form.iter() if one.tag in ("input", "select", "textarea"))
    for control in controls:
        for value in _values(control):
            fields.setdefault(control.get("name"), []).append(value)
    return fields


def _values(control: Any) -> list[str]:
    if control.tag == "textarea":
        return ["".join(control.itertext())]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        return [option.get("value") for option in chosen or options[:1]]
    if control.get("type") in ("checkbox", "radio") and control.get("checked") is None:
        return []
    return [control.get("value", "on")]
