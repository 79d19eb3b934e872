"""The languages that pages speak: their addresses, directions and words.

A page's address begins with the tag of its language; without one it is in English.
Messages are written in English in templates and translated in `locale/{tag}.po`.
"""

from __future__ import annotations

import gettext as gnu_gettext
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Protocol, TypeVar

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Blueprint, Flask, current_app, g, request
from markupsafe import Markup

LANGUAGES = {"en": "English", "fr": "Français", "es": "Español", "ar": "العربية"}
# What a route writes for the languages that addresses name.
IN_ADDRESSES = f"any({','.join(tag for tag in LANGUAGES if tag != 'en')})"

# What a route calls the part of a path that names a language.
TAG = "language_tag"

# What the paths of pages begin with that are not there in other languages.
_IN_ENGLISH_ALONE = ("/dataset", "/graph", "/sparql", "/dump/", "/table/", "/context")

_RIGHT_TO_LEFT = frozenset(("ar",))

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Translation:
    """A page in another language, or the same one; `is_this` tells which."""

    tag: str
    name: str
    path: str
    is_this: bool


def register(app: Flask) -> None:
    """Let templates speak the language that `speak` chose for a request."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.globals["tongue"] = tongue
    # For messages that come from elsewhere than templates, such as what questions are called.
    app.jinja_env.filters["translated"] = gettext
    app.jinja_env.filters["in_language"] = in_language
    app.url_value_preprocessor(_speak_as_addressed)
    app.context_processor(_for_templates)


def page_route(bp: Blueprint, rule: str) -> Callable[[View], View]:
    """Serve a page at a path in English, and below each other language's prefix."""

    def register_view(view: View) -> View:
        bp.get(rule)(view)
        bp.get(f"/<{IN_ADDRESSES}:{TAG}>{rule}")(view)
        return view

    return register_view


def form_route(bp: Blueprint, rule: str) -> Callable[[View], View]:
    """Take what forms send at a path, with each language's prefix and without."""

    def register_view(view: View) -> View:
        bp.post(rule)(view)
        bp.post(f"/<{IN_ADDRESSES}:{TAG}>{rule}")(view)
        return view

    return register_view


def speak(tag: str) -> None:
    """Choose the language in which this request is answered."""
    g.language = tag


def language() -> str:
    """Give the language in which this request is answered."""
    # Pages ask some hundred times; the proxy itself takes twice as long.
    return str(g._get_current_object().get("language", "en"))


def path_prefix(tag: str) -> str:
    """Say what the paths of pages in a language begin with."""
    return "" if tag == "en" else f"/{tag}"


def in_language(path: str) -> str:
    """Give the address in the language of this request of a page, by its path in English."""
    is_ours = path.startswith("/") and not path.startswith(_IN_ENGLISH_ALONE)
    return f"{path_prefix(language())}{path}" if is_ours else path


def translations_of(path: str) -> tuple[Translation, ...]:
    """List a page in all languages, by its path in English."""
    return tuple(
        Translation(tag, name, f"{path_prefix(tag)}{path}", tag == language())
        for tag, name in LANGUAGES.items()
    )


class Words:
    """The messages of one language as templates have them: safe, with values put in escaped.

    Jinja's own way looks for the language, the messages and what may be safe each time.
    """

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._messages: dict[str, Markup] = {}
        self._plain: dict[str, Markup] = {}

    def __call__(self, message: str, **values: object) -> Markup:
        """Give a message; a percent sign in it is doubled."""
        if values:
            return self._message(message) % values
        found = self._plain.get(message)
        if found is None:
            found = self._plain[message] = self._message(message) % {}
        return found

    def _message(self, message: str) -> Markup:
        found = self._messages.get(message)
        if found is None:
            # Of templates and catalogues, which are ours.
            found = Markup(catalogue(self._tag).gettext(message))  # noqa: S704
            self._messages[message] = found
        return found


@cache
def words(tag: str) -> Words:
    """Give the messages of a language for templates."""
    return Words(tag)


_NOTHING = Markup("")


class _Tagged(Protocol):
    """A text that knows its language."""

    @property
    def language(self) -> str: ...


def tongue(text: _Tagged) -> Markup:
    """Give the attributes of an element whose text is in another language than the page."""
    return _attributes(text.language, language()) if text.language else _NOTHING


@lru_cache(maxsize=1_024)
def _attributes(tag: str, own: str) -> Markup:
    if tag == own or (tag == "und" and own not in _RIGHT_TO_LEFT):
        return _NOTHING
    return Markup(' lang="{}" dir="auto"').format("" if tag == "und" else tag)


def gettext(message: str) -> str:
    """Give a message in the language of this request."""
    return catalogue(language()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Give a message that counts in the language of this request."""
    return catalogue(language()).ngettext(singular, plural, count)


@cache
def catalogue(tag: str) -> gnu_gettext.NullTranslations:
    """Read the messages of a language."""
    if tag == "en":
        return gnu_gettext.NullTranslations()
    text = (files("napgraph.web") / "locale" / f"{tag}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(text), locale=tag))
    compiled.seek(0)
    return gnu_gettext.GNUTranslations(compiled)


def _speak_as_addressed(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and TAG in values:
        speak(values.pop(TAG))


def _is_translated() -> bool:
    """Tell whether the page of this request is there in all languages."""
    rule = request.url_rule
    if rule is None:
        return False
    rules = current_app.url_map.iter_rules(rule.endpoint)
    return any(TAG in other.arguments for other in rules)


def _for_templates() -> dict[str, Any]:
    tag = language()
    return {
        "_": words(tag),
        "language": tag,
        "direction": "rtl" if tag in _RIGHT_TO_LEFT else "ltr",
        "prefix": path_prefix(tag),
        "comma": gettext(", "),
        "here": _path_in_english(),
        "in_all_languages": _is_translated(),
        "translations": translations_of(_path_in_english()),
    }


def _path_in_english() -> str:
    """Give the path and query of this request without a language's prefix."""
    path = request.full_path.rstrip("?").removeprefix(path_prefix(language()))
    return path or "/"
