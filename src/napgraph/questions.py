"""The questions researchers ask, one file each in `queries/`, and answering them.

A file opens with lines `# title:`, `# description:`, `# subject:` and, for each
parameter, `# param: name type "default" description`; a line that begins with
`#` and three spaces continues the one before. The variable of a parameter is
one that the SELECT names, since no other can be bound. An empty default makes
the parameter one that may be left out; its variable is then unbound.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from napgraph.errors import DataError, QueryError
from napgraph.namespaces import ID, SCHEMES, THING_TYPES, thing_iri
from napgraph.query_headers import one_value, read_header, shown
from napgraph.store import Store
from napgraph.terminals import NAME, PUNCT, VAR, TerminalError, Token, tokens

SUBJECTS = ("plans", "countries", "stakeholders", "figures", "events", "sources", "themes")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question leaves open.

    Attributes:
        name: Its variable in the query.
        type: `date`, `year`, `integer` or `text`, or the type of a thing or
            the scheme of a concept, such as `country` or `theme`.
        default: What is taken where nothing is given; if empty, nothing is.
    """

    name: str
    type: str
    default: str
    description: str

    def parse(self, text: str) -> Node | None:
        """Read a value as people write it; nothing but blanks asks for the default.

        Dates are `2024-05-31` or `today`, years `2024` or `today`; things and
        concepts their key, such as `MLI` or `climate`, or their IRI.

        Returns:
            The term to bind, or None to leave the variable unbound.

        Raises:
            QueryError: The text is not a value of the parameter's type.
        """
        text = text.strip() or self.default
        if not text:
            return None
        read = _VALUE_READERS.get(self.type)
        term = read(text) if read else _iri(self.type, text)
        if term is None:
            expected = _EXPECTED.get(self.type) or _expected_key(self.type)
            raise QueryError(f"Parameter {self.name} is {shown(text)}; it takes {expected}.")
        return term


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the query that answers it.

    Attributes:
        subject: What it is about, one of `SUBJECTS`.
        text: The SPARQL query, its header included.
        columns: The variables of its SELECT in order.
    """

    name: str
    title: str
    description: str
    subject: str
    parameters: tuple[Parameter, ...]
    text: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A table of terms: None where the query leaves a column unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]


@cache
def all_questions() -> tuple[Question, ...]:
    """Read all questions we ship, by name.

    Raises:
        DataError: A file's header or query is not as it should be.
    """
    folder = files("napgraph") / "queries"
    paths = sorted(path.name for path in folder.iterdir() if path.name.endswith(".rq"))
    return tuple(
        parse_question(name.removesuffix(".rq"), (folder / name).read_text(encoding="utf-8"))
        for name in paths
    )


def question(name: str) -> Question:
    """Give one of the questions we ship.

    Raises:
        QueryError: There is none of this name.
    """
    for candidate in all_questions():
        if candidate.name == name:
            return candidate
    raise QueryError(f"There is no question {shown(name)}; see the list of questions.")


def ask(store: Store, question: Question, **texts: str) -> Answer:
    """Answer a question from a store, with parameters' values as `Parameter.parse` reads them.

    Raises:
        QueryError: A value or the name of a parameter is wrong.
    """
    rows = store.select(question.text, **_terms(question, texts))
    return Answer(question.columns, tuple(tuple(row) for row in rows))


def bound_text(question: Question, **texts: str) -> str:
    """Write a question's query with its parameters' values, for whatever endpoint.

    Raises:
        QueryError: A value or the name of a parameter is wrong.
    """
    values = "".join(
        f"\n  VALUES ?{name} {{ {term.n3()} }}" for name, term in _terms(question, texts).items()
    )
    return _with_values(question, values)


def standing_text(question: Question) -> str:
    """Write a question's query with the defaults of its parameters, for whoever keeps it.

    What is `today` by default is the day on which the query is asked.
    """
    values = "".join(
        f"\n  {_default_in_sparql(parameter)}"
        for parameter in question.parameters
        if parameter.default
    )
    return _with_values(question, values)


def parse_question(name: str, text: str) -> Question:
    """Read a question from the text of its file.

    Raises:
        DataError: The header or the query is not as it should be; the message
            says which and what was expected.
    """
    header = read_header(name, text, _HEADER_KEYS)
    subject = one_value(name, header, "subject")
    if subject not in SUBJECTS:
        raise DataError(f"{name}.rq: subject is {subject!r}, not one of {', '.join(SUBJECTS)}.")
    parameters = tuple(_parameter(name, line) for key, line in header if key == "param")
    columns = _columns(name, text)
    names = [parameter.name for parameter in parameters]
    if missing := [one for one in names if one not in columns]:
        raise DataError(f"{name}.rq: SELECT does not name the parameter ?{missing[0]}.")
    if len(set(names)) < len(names):
        raise DataError(f"{name}.rq: two parameters have the same name.")
    return Question(
        name=name,
        title=one_value(name, header, "title"),
        description=one_value(name, header, "description"),
        subject=subject,
        parameters=parameters,
        text=text,
        columns=columns,
    )


# -- headers -----------------------------------------------------------------------------------


def _parameter(name: str, line: str) -> Parameter:
    match = _PARAMETER_LINE.fullmatch(line)
    if match is None:
        raise DataError(
            f'{name}.rq: expected “# param: name type "default" description”, not {shown(line)}.'
        )
    parameter = Parameter(**match.groupdict())
    if parameter.type not in _TYPES:
        raise DataError(
            f"{name}.rq: parameter {parameter.name} has the type {parameter.type!r}, "
            f"not one of {', '.join(_TYPES)}."
        )
    try:
        parameter.parse("")
    except QueryError as exc:
        raise DataError(f"{name}.rq: the default is wrong: {exc}") from exc
    return parameter


def _columns(name: str, text: str) -> tuple[str, ...]:
    """List the variables that the outermost SELECT names."""
    columns, depth, after_as = [], 0, False
    for token in _until_where(name, text):
        if token.kind == PUNCT and token.text in "()":
            depth += 1 if token.text == "(" else -1
        elif token.kind == VAR and (depth == 0 or (depth == 1 and after_as)):
            columns.append(token.text[1:])
        after_as = token.kind == NAME and token.text.upper() == "AS"
    if not columns:
        raise DataError(f"{name}.rq: SELECT names no variable; “SELECT *” will not do.")
    return tuple(columns)


def _with_values(question: Question, values: str) -> str:
    """Write what gives values just inside the braces of the outermost WHERE."""
    where = _until_where(question.name, question.text)[-1]
    at = question.text.index("{", where.start) + 1
    return question.text[:at] + values + question.text[at:]


def _default_in_sparql(parameter: Parameter) -> str:
    today = _TODAY.get(parameter.type) if parameter.default == "today" else None
    if today:
        return f"BIND({today} AS ?{parameter.name})"
    term = parameter.parse("")
    return f"VALUES ?{parameter.name} {{ {term.n3()} }}" if term is not None else ""


def _until_where(name: str, text: str) -> list[Token]:
    """Read the tokens from the first SELECT to its WHERE, both included."""
    found: list[Token] = []
    try:
        for token in tokens(text):
            word = token.text.upper() if token.kind == NAME else ""
            if found or word == "SELECT":
                found.append(token)
            if found and word == "WHERE":
                return found
    except TerminalError as exc:
        raise DataError(f"{name}.rq: not SPARQL: {exc}.") from exc
    raise DataError(f"{name}.rq: expected a query “SELECT … WHERE {{ … }}”.")


_HEADER_KEYS = ("title", "description", "subject", "param")
_PARAMETER_LINE = re.compile(
    r'(?P<name>[a-z][a-z_]*) (?P<type>[a-z-]+) "(?P<default>[^"]*)" (?P<description>.+)'
)
_TYPES = ("date", "year", "integer", "text", *sorted(THING_TYPES + SCHEMES))
# What `today` is by type, in SPARQL; xsd:date() itself is not part of SPARQL 1.1.
_TODAY = {
    "date": f"STRDT(SUBSTR(STR(NOW()), 1, 10), <{XSD.date}>)",
    "year": f"STRDT(SUBSTR(STR(NOW()), 1, 4), <{XSD.gYear}>)",
}


# -- values ------------------------------------------------------------------------------------


def _terms(question: Question, texts: dict[str, str]) -> dict[str, Node]:
    """Read the values of a question's parameters, those left out by their defaults."""
    known = {parameter.name: parameter for parameter in question.parameters}
    for name in texts:
        if name not in known:
            names = ", ".join(known) or "none"
            raise QueryError(
                f"{question.name} has no parameter {shown(name)}; those it has: {names}."
            )
    terms = {name: known[name].parse(texts.get(name, "")) for name in known}
    return {name: term for name, term in terms.items() if term is not None}


def _date(text: str) -> Node | None:
    if text == "today":
        return Literal(_today().isoformat(), datatype=XSD.date)
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return Literal(text, datatype=XSD.date)


def _year(text: str) -> Node | None:
    year = str(_today().year) if text == "today" else text
    is_year = re.fullmatch("[0-9]{4}", year) and year != "0000"
    return Literal(year, datatype=XSD.gYear, normalize=False) if is_year else None


def _integer(text: str) -> Node | None:
    return Literal(int(text)) if re.fullmatch("[+-]?[0-9]{1,9}", text) else None


def _text(text: str) -> Node | None:
    # Also keeps rdflib's n3() to its one-line form, the only one that is always right.
    has_control = any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
    return None if has_control or len(text) > _MAX_TEXT else Literal(text)


def _iri(kind: str, text: str) -> URIRef | None:
    key = text.removeprefix(f"{ID}{kind}/")
    key = key.upper() if kind == "country" else key
    is_key = len(key) <= _MAX_TEXT and re.fullmatch(_KEYS.get(kind, _KEY), key)
    return thing_iri(kind, key) if is_key else None


def _today() -> date:
    return datetime.now(UTC).date()


def _expected_key(kind: str) -> str:
    example = _EXAMPLES.get(kind)
    such = f" such as {example}" if example else ""
    return f"the key of {_article(kind)} {kind.replace('-', ' ')}{such}, or its IRI {ID}{kind}/…"


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeio" else "a"


_MAX_TEXT = 200
_KEY = "[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
_KEYS = {"country": "[A-Z]{3}", "region": "[0-9]{3}", "language": "[a-z]{2,3}"}
_EXAMPLES = {
    "country": "MLI",
    "region": "002",
    "language": "fr",
    "plan": "MLI-3",
    "theme": "climate",
    "pillar": "protection",
}
_EXPECTED = {
    "date": "a date such as 2024-05-31, or today",
    "year": "a year of four digits such as 2024, or today",
    "integer": "a whole number of at most nine digits",
    "text": f"at most {_MAX_TEXT} characters on one line",
}
_VALUE_READERS = {"date": _date, "year": _year, "integer": _integer, "text": _text}
