"""Templates that have macros alone: made once for each language, and not for each page.

What such a template says depends on what it is given, on the language and on
the site, as long as it names nothing else of the page that imports it "with context".
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any

from flask import Flask, current_app
from jinja2 import Environment, Template, TemplateAssertionError, meta, nodes
from jinja2.environment import TemplateModule
from markupsafe import Markup, escape

# What every page has, by its language.
OF_LANGUAGE = frozenset(("_", "comma", "direction", "language", "prefix"))
# What every page of an application has, or none.
OF_SITE = frozenset(("has_history",))


def register(app: Flask) -> None:
    """Have templates that are alike on all pages of a language be made once."""
    app.jinja_env.template_class = _Template


def prepare() -> None:
    """Read all templates of pages now, and not when somebody waits for the first of its kind."""
    environment = current_app.jinja_env
    for name in environment.list_templates(extensions=["html"]):
        # Those of parts that this application does not have use filters of theirs.
        with suppress(TemplateAssertionError):
            environment.get_template(name)
            if name.rpartition("/")[2].startswith("_"):
                is_alike_everywhere(environment, name)
        # Others want the interpreter, too.
        time.sleep(_BREATH_S)


_BREATH_S = 0.002


# To parse a template takes as long as to write some pages.
@lru_cache(maxsize=256)
def is_alike_everywhere(environment: Environment, name: str) -> bool:
    """Tell whether a template, and all that it imports, depends on the language alone."""
    if environment.loader is None:
        return False
    tree = environment.parse(environment.loader.get_source(environment, name)[0])
    if any(tree.find_all((nodes.Extends, nodes.Block, nodes.Include))):
        return False
    own = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "store"}
    if meta.find_undeclared_variables(tree) - own - OF_LANGUAGE - OF_SITE:
        return False
    imported = meta.find_referenced_templates(tree)
    return all(other and is_alike_everywhere(environment, other) for other in imported)


def _shown(value: object) -> str:
    """Escape what a template shows, as `markupsafe.escape` does but sooner.

    Of the five hundred values of a page most are safe already, or have nothing to escape.
    """
    kind = type(value)
    if kind is Markup or (kind is str and not _UNSAFE.search(value)):  # type: ignore[call-overload]
        return value  # type: ignore[return-value]
    return escape(value)


_UNSAFE = re.compile("[&<>\"']")


class _Template(Template):
    """A template whose macros are made once for each language, where they are alike."""

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],  # noqa: A002 - Jinja's name
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        """Make a template of what Jinja compiled."""
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__["escape"] = _shown
        return made

    @cached_property
    def _made(self) -> dict[str, TemplateModule] | None:
        name, environment = self.name, self.environment
        # Where templates are read again when they change, so have to be those that they import.
        if name is None or environment.auto_reload or not is_alike_everywhere(environment, name):
            return None
        return {}

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - Jinja's name
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002
    ) -> TemplateModule:
        """Give the template's macros, as a page imports them with its variables."""
        given = vars or {}
        if self._made is None or not given.keys() >= OF_LANGUAGE:
            return super().make_module(vars, shared, locals)
        tag = given["language"]
        if tag not in self._made:
            own = {name: given[name] for name in OF_LANGUAGE | OF_SITE if name in given}
            self._made[tag] = super().make_module(own)
        return self._made[tag]
