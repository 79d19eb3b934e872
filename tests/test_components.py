"""Templates of macros are made once for each language, and say the same."""

from __future__ import annotations

import pytest
from flask import render_template_string
from flask.testing import FlaskClient
from jinja2 import Environment
from markupsafe import Markup
from rdflib import Literal, URIRef

from napgraph.web.components import is_alike_everywhere, prepare


@pytest.mark.parametrize(
    ("name", "is_alike"),
    [
        ("_components.html", True),
        ("_things.html", True),
        ("_cite.html", True),
        ("_plan.html", True),
        ("_near.html", False),
        ("base.html", False),
        ("country.html", False),
    ],
)
def test_what_depends_on_the_language_alone(client: FlaskClient, name: str, is_alike: bool) -> None:
    """Macros that are given all but the language are alike everywhere; pages are not."""
    assert is_alike == is_alike_everywhere(client.application.jinja_env, name)


def test_prepare(client: FlaskClient) -> None:
    """All templates of pages that there are can be read ahead; pages are as they were."""
    before = client.get("/doc/plan/MLI-3.html").data
    with client.application.app_context():
        prepare()

    assert before == client.get("/doc/plan/MLI-3.html").data


UNKNOWN = '{% from "_components.html" import unknown with context %}{{ unknown() }}'


def test_each_language_has_its_own(client: FlaskClient) -> None:
    """What is made for one language is not given in another."""
    said = []
    for path in ("/", "/fr/", "/", "/es/"):
        with client.application.test_request_context(path):
            client.application.preprocess_request()
            said.append(render_template_string(UNKNOWN))

    assert said[0] == said[2]
    assert 3 == len(set(said))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{{ _("a < b") }}', "a < b"),
        ('{{ _("100%%") }}', "100%"),
        ('{{ _("%(name)s & co.", name="<b>") }}', "&lt;b&gt; & co."),
    ],
)
def test_words_are_safe(client: FlaskClient, template: str, text: str) -> None:
    """A message is given as it is, and what is put into it is escaped."""
    with client.application.test_request_context("/"):
        found = render_template_string(template)

    assert text == found


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "<b>",
        "a & b",
        "\"'",
        7,
        None,
        Markup("<i>"),
        Literal("<b>"),
        URIRef("http://a/?b&c"),
    ],
)
@pytest.mark.parametrize(
    "template", ["{{ v }}", "{{ '<' ~ v }}", "{% set w %}{{ v }}{% endset %}{{ w }}"]
)
def test_what_is_shown_is_escaped(client: FlaskClient, template: str, value: object) -> None:
    """A value is escaped as Jinja escapes it, whatever it is."""
    plain = Environment(autoescape=True).from_string(template).render(v=value)
    with client.application.test_request_context("/"):
        shown = render_template_string(template, v=value)

    assert plain == shown
