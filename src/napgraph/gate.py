r"""What every query from outside passes before an engine sees it.

The gate decides from the query's terminals alone: whether it is a query at
all, whether it is small enough for a parser's stack, and whether it would make
an engine open a connection. An engine may read the same text differently: a
scannerless parser such as Oxigraph's ends a word, a prefixed name or a
less-than sign where it suits its grammar. So the gate lets a text pass only
if both readings agree; where they may not, it asks for the text to be written
plainly:

* `<` that may begin an IRI or mean less-than, where the two readings would end
  in different places: `FILTER(?a<?b)SERVICE#>`.
* A \u escape that stands for a quotation mark, a backslash or the end of a
  line: some engines resolve escapes before they read, others while.
* A comment whose line ends with a carriage return alone, which ends a comment
  for some and not for others.
* A prefixed name that holds the word `service` and that an engine may break up
  there, because its prefix is not declared, because prefix and name give no
  valid IRI, or because of full stops within.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import NoReturn

from napgraph import terminals
from napgraph.errors import QueryRefused, QuerySyntaxError, QueryTooComplex, QueryTooLarge
from napgraph.terminals import (
    BNODE,
    COMMENT,
    IRIREF,
    NAME,
    PNAME,
    PUNCT,
    STRING,
    VAR,
    TerminalError,
    Token,
    iri_value,
    line_column,
)


@dataclass(frozen=True, kw_only=True)
class GateLimits:
    """How large a query may be.

    Attributes:
        max_bytes: Length of its text in UTF-8.
        max_nesting: Depth of `(`, `[`, `{` and `{|` together, and of `<<` alone.
        max_operators: Brackets opened, operators and resources described in the
            whole query, but not the rows of VALUES: each may cost a parser or
            evaluator one level of its stack, as in `?x = 1 || ?x = 2 || …` or
            `{…} UNION {…} UNION …`.
    """

    max_bytes: int = 1_000_000
    max_nesting: int = 64
    max_operators: int = 1_000


@dataclass(frozen=True, kw_only=True)
class GateReport:
    """What a query that passed asks for.

    Attributes:
        form: `select`, `construct`, `describe` or `ask`.
        services: IRIs of its SERVICE clauses, each once, all of them allowed.
        default_graphs: IRIs of its FROM clauses, prefixes resolved, relative
            ones as written.
        named_graphs: IRIs of its FROM NAMED clauses, likewise.
    """

    form: str
    services: tuple[str, ...] = ()
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def check_query(
    text: str,
    *,
    limits: GateLimits = GateLimits(),
    federation: frozenset[str] = frozenset(),
) -> GateReport:
    """Let a query pass that is small, only reads, and opens no connection.

    A query that passes need not be valid: the engine says what else is wrong
    with it. Columns are those of the text with its escapes resolved.

    Args:
        text: A query as it was sent.
        limits: How large it may be.
        federation: IRIs that SERVICE may name: in full, between angle brackets,
            equal character for character once escapes are resolved.

    Raises:
        QueryTooLarge: The text is longer than allowed.
        QuerySyntaxError: It cannot be read, or not in one way only.
        QueryTooComplex: It is nested too deeply or has too many operators.
        QueryRefused: It is an update, or has a SERVICE that is not allowed.
    """
    _check_size(text, limits.max_bytes)
    try:
        if "\\u" in text or "\\U" in text:
            text = _resolve_escapes(text)
            _check_escapes_of_iris(text)
        return _Gate(text, limits, federation).check()
    except TerminalError as exc:
        raise _syntax_error(str(exc), text, exc.start) from exc


def _check_size(text: str, max_bytes: int) -> None:
    if len(text) <= max_bytes:
        try:
            size = len(text) if text.isascii() else len(text.encode())
        except UnicodeEncodeError as exc:
            message = "Half of a surrogate pair is no character"
            raise _syntax_error(message, text, exc.start) from exc
        if size <= max_bytes:
            return
    raise QueryTooLarge(
        f"The query is longer than {max_bytes:,} bytes", limit=max_bytes, unit="bytes"
    )


def _resolve_escapes(text: str) -> str:
    r"""Resolve the \u escapes of letters, digits and all beyond ASCII.

    Other escapes stay; the terminals allow them in strings and IRIs alone.
    """
    if hidden := _HIDDEN_END.search(text):
        message = rf"{hidden[0]} may end a string or comment early: write \", \', \\, \n or \r"
        raise _syntax_error(message, text, hidden.start())
    if wrong := _WRONG_ESCAPE.match(text):
        message = r"\u takes the four hexadecimal digits of a character, and \U eight"
        raise _syntax_error(message, text, wrong.end() - 2)
    return _ANY_ESCAPE.sub(_resolve_escape, text)


def _resolve_escape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if not code:
        return match[0]
    character = chr(int(code, 16))
    plain = not character.isascii() or character.isalnum() or character == "_"
    return character if plain else match[0]


def _check_escapes_of_iris(text: str) -> None:
    """Refuse an escape that would end an IRI early once it is resolved."""
    for token in terminals.tokens(text):
        if token.kind == IRIREF and not _VALID_IRI.fullmatch(iri_value(token)):
            message = "An IRI holds the escape of a character that IRIs may not hold"
            raise _syntax_error(message, text, token.start)


def _syntax_error(message: str, text: str, start: int) -> QuerySyntaxError:
    line, column = line_column(text, start)
    return QuerySyntaxError(f"{message} (line {line}, column {column})", line=line, column=column)


class _Gate:
    """One query on its way through: where we are in it, and what was found."""

    __slots__ = (
        "federation", "graphs", "limits", "open", "operators", "pair_end", "prefixes", "quotes",
        "recent", "services", "suspicious", "text", "tokens", "values_end",
    )  # fmt: skip

    def __init__(self, text: str, limits: GateLimits, federation: frozenset[str]):
        self.text = text
        self.limits = limits
        self.federation = federation
        self.tokens = terminals.tokens(text)
        # Whatever an engine makes of a text without the word, it is no SERVICE.
        self.suspicious = _has_service(text)
        self.prefixes: dict[str, str] = {}
        self.recent = deque([Token("", "", 0)] * 4, maxlen=4)
        self.open: list[tuple[str, int]] = []
        self.values_end = -1
        self.quotes = 0
        self.pair_end = -1
        self.operators = 0
        self.services: dict[str, None] = {}
        self.graphs: dict[tuple[bool, str], None] = {}

    def check(self) -> GateReport:
        """Read the whole query."""
        form = self.read_form()
        self.read_body(describes=form == "describe")
        if self.open:
            bracket, start = self.open[-1]
            self.refuse(f"“{bracket[-1]}” is never closed", start)
        return GateReport(
            form=form,
            services=tuple(self.services),
            default_graphs=tuple(iri for is_named, iri in self.graphs if not is_named),
            named_graphs=tuple(iri for is_named, iri in self.graphs if is_named),
        )

    def refuse(self, message: str, start: int) -> NoReturn:
        """Raise a syntax error with its place."""
        raise _syntax_error(message, self.text, start)

    def stop(self, message: str, start: int, limit: int, unit: str) -> NoReturn:
        """Raise the error of a limit that is passed at a place."""
        line, column = line_column(self.text, start)
        message = f"{message} (line {line}, column {column})"
        raise QueryTooComplex(message, line=line, column=column, limit=limit, unit=unit)

    def next(self) -> Token:
        """Give the next token that is no comment; at the end, one without text."""
        for token in self.tokens:
            if token.kind != COMMENT:
                return token
            end = token.start + len(token.text)
            if self.text.startswith("\r", end) and not self.text.startswith("\r\n", end):
                self.refuse("End the line of a comment with a line feed", end)
        return Token("", "", len(self.text))

    def expect(self, kind: str, message: str) -> Token:
        """Give the next token, which must be of one kind."""
        token = self.next()
        if token.kind != kind:
            self.refuse(message, token.start)
        return token

    def read_form(self) -> str:
        """Read the prologue and the word that says what kind of query follows."""
        while True:
            token = self.next()
            word = _word(token)
            if word in _FORMS:
                self.recent.append(token)
                return word.lower()
            if word == "PREFIX":
                self.read_prefix()
            elif word == "BASE":
                self.expect(IRIREF, "BASE needs an IRI between angle brackets")
            elif word == "VERSION":
                self.expect(STRING, "VERSION needs a string")
            else:
                _refuse_update(word)
                message = (
                    "After its prefixes, a query begins with SELECT, CONSTRUCT, DESCRIBE or ASK"
                )
                self.refuse(message, token.start)

    def read_prefix(self) -> None:
        """Read what follows the word PREFIX."""
        name = self.expect(PNAME, "PREFIX needs a name that ends in a colon")
        prefix, _, local = name.text.partition(":")
        if local:
            self.refuse("PREFIX needs a name that ends in a colon", name.start)
        iri = self.expect(IRIREF, "PREFIX needs an IRI between angle brackets")
        self.prefixes[prefix] = iri_value(iri)

    def read_body(self, *, describes: bool) -> None:
        """Read all that follows the first word."""
        recent = self.recent
        while True:
            token = self.next()
            kind = token.kind
            if kind == PUNCT:
                self.read_punctuation(token)
            elif kind == NAME:
                token = self.read_word(token)
            elif kind in (IRIREF, PNAME):
                token = self.read_iri(token)
            elif not kind:
                return
            if describes and not self.open and kind in _RESOURCES:
                self.count_operators(1, token.start)
            recent.append(token)

    def read_punctuation(self, token: Token) -> None:
        """Read a bracket, operator or separator."""
        _, text, start = token
        if text in _OPERATORS:
            # The sign of a number in the rows of VALUES is no operator.
            if not self.open or self.open[-1][0] not in _ROWS:
                self.count_operators(1, start)
        elif text in _OPENING:
            self.open_bracket(text, start)
        elif text in _CLOSING:
            self.close_bracket(text, start)
        elif text == "<":
            self.open_quote(start)
        elif text == ">":
            self.close_quote(start)
        elif text == ";" and not self.open:
            _refuse_update(_word(self.next()))
            self.refuse("“;” has no place outside of brackets", start)

    def open_bracket(self, text: str, start: int) -> None:
        """Go one level down."""
        before = self.recent[-1]
        mode = text
        if text == "{":
            if self.suspicious and self.open and before.kind == PNAME:
                self.check_group_after_name(before)
            if before.start == self.values_end or _word(self.recent[-2]) == "VALUES":
                mode = _VALUES_BLOCK
        elif text == "(" and _word(before) == "VALUES":
            mode = _VALUES_HEAD
        elif text == "(" and self.open and self.open[-1][0] in _ROWS:
            mode = _VALUES_ROW
        self.open.append((mode, start))
        self.check_nesting(len(self.open), start)
        if mode != _VALUES_ROW:
            self.count_operators(1, start)

    def close_bracket(self, text: str, start: int) -> None:
        """Go one level up."""
        mode = self.open.pop()[0] if self.open else ""
        if _CLOSED_BY.get(mode) != text:
            self.refuse(f"“{text}” closes nothing that is open here", start)
        if mode == _VALUES_HEAD:
            self.values_end = start

    def open_quote(self, start: int) -> None:
        """Count `<<`, if that is what this `<` begins."""
        if self.text.startswith("<", start + 1) and start != self.pair_end:
            self.pair_end = start + 1
            self.quotes += 1
            self.check_nesting(self.quotes, start)

    def close_quote(self, start: int) -> None:
        """Count `>>`, if that is what this `>` ends."""
        before = self.recent[-1]
        if before.text == ">" and before.start == start - 1 != self.pair_end:
            self.pair_end = start
            self.quotes = max(0, self.quotes - 1)

    def check_nesting(self, depth: int, start: int) -> None:
        """Refuse what is nested deeper than allowed."""
        limit = self.limits.max_nesting
        if depth > limit:
            self.stop(f"The query is nested more than {limit} deep", start, limit, "levels")

    def count_operators(self, number: int, start: int) -> None:
        """Count, and refuse what is more than allowed."""
        self.operators += number
        limit = self.limits.max_operators
        if self.operators > limit:
            message = f"The query has more than {limit:,} brackets and operators"
            self.stop(f"{message}: give a long list with VALUES or IN", start, limit, "operators")

    def read_word(self, token: Token) -> Token:
        """Read a keyword, and the IRI too of a SERVICE that is allowed."""
        word = token.text.upper()
        if self.suspicious and "SERVICE" in word:
            return self.read_service(token)
        if not self.open:
            _refuse_update(word)
        return token

    def read_service(self, token: Token) -> Token:
        """Let a SERVICE clause with an allowed IRI pass, and give that IRI."""
        target = self.next()
        if _word(target) == "SILENT":
            target = self.next()
        iri = iri_value(target) if target.kind == IRIREF else ""
        allowed = token.text.upper() == "SERVICE" and _ABSOLUTE.match(iri) is not None
        if not allowed or iri not in self.federation:
            raise _refused_service(token, target, self.text, self.federation)
        self.services[iri] = None
        return target

    def read_iri(self, token: Token) -> Token:
        """Read an IRI; give a less-than sign where it may be none."""
        before = self.recent[-1]
        if before.kind == NAME:
            self.note_graph(token)
        if token.kind == PNAME:
            if self.suspicious and _has_service(token.text):
                self.check_name(token)
        elif (
            self.open and self.open[-1][0] in _MAY_COMPARE and before.text not in _BEFORE_TERM
        ) or (before.text == "<" and before.start == token.start - 1):
            return self.read_either(token)
        return token

    def note_graph(self, token: Token) -> None:
        """Remember the IRI of FROM and FROM NAMED."""
        is_named = _word(self.recent[-1]) == "NAMED"
        if _word(self.recent[-2 if is_named else -1]) == "FROM":
            self.graphs[is_named, self.resolve(token)] = None

    def resolve(self, token: Token) -> str:
        """Give the IRI of a term, as far as the prologue tells."""
        if token.kind == IRIREF:
            return iri_value(token)
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            return token.text
        return self.prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)

    def read_either(self, token: Token) -> Token:
        """Read `<…>` where an engine may also read less-than and what follows.

        After `<`, `http:` and `//` no expression goes on, so that is an IRI in
        any engine. Else the two readings must end at the same `>`, which they
        do if no comment, string or escape can begin before it.
        """
        if _HIERARCHICAL.match(token.text):
            return token
        if _DIVERGING.search(token.text):
            message = "“<” could begin an IRI here or mean less-than: put a space after it"
            self.refuse(f"{message}, or write the IRI in full", token.start)
        if _BRACKET.search(token.text):
            less_than = Token(PUNCT, "<", token.start)
            self.tokens = terminals.tokens(self.text, token.start + 1)
            return less_than
        self.count_operators(len(_OPERATOR.findall(token.text)), token.start)
        return token

    def check_name(self, token: Token) -> None:
        """Refuse a prefixed name that an engine may read as less, and then SERVICE."""
        if token.text.partition(":")[0] not in self.prefixes:
            self.refuse("This prefix is not declared", token.start)
        if _has_service(token.text.partition(":")[2]) and not self.is_whole(token):
            message = "An engine may read this prefixed name as the word SERVICE"
            self.refuse(f"{message}: write the IRI in full, between < and >", token.start)

    def is_whole(self, token: Token) -> bool:
        """Tell whether a term is read in one piece by any engine.

        Oxigraph takes the prefix alone where prefix and name are no valid IRI
        together, and ends a name before its second full stop.
        """
        if token.kind != PNAME:
            return token.kind in _SUBJECTS or token.text == "a"
        prefix, _, local = token.text.partition(":")
        return (
            _ROOMY.match(self.prefixes.get(prefix, "")) is not None
            and _WHOLE_LOCAL.fullmatch(local) is not None
        )

    def check_group_after_name(self, name: Token) -> None:
        """Refuse `SERVICE:name {` unless the name is a graph's or the end of a triple.

        In `{ SERVICE:name {` the prefixed name could be nothing, so Oxigraph
        reads the word SERVICE and the name `:name`.
        """
        if not _has_service(name.text[:7]):
            return
        fourth, third, second, _ = self.recent
        if _word(second) == "GRAPH" or second.text == ",":
            return
        if second.kind in _VERBS and self.is_whole(second):
            if third.text == ";":
                return
            if third.kind in _SUBJECTS and self.is_whole(third) and fourth.text in _BEFORE_TRIPLE:
                return
        message = "An engine may read the word SERVICE here: put a full stop before the group"
        self.refuse(f"{message}, or write the IRI in full", name.start)


def _word(token: Token) -> str:
    """Give a keyword in upper case, or nothing for any other token."""
    return token.text.upper() if token.kind == NAME else ""


def _has_service(text: str) -> bool:
    """Tell whether a text holds the word, in any case and any letters that fold to it."""
    return "SERVICE" in text.upper().replace("\u0130", "I")


def _refuse_update(word: str) -> None:
    if word in _UPDATES:
        raise QueryRefused(f"This endpoint only answers queries; {word} would change the data")


def _refused_service(
    token: Token, target: Token, text: str, federation: frozenset[str]
) -> QueryRefused:
    line, _ = line_column(text, token.start)
    if not federation:
        message = "This endpoint does not ask other endpoints"
    elif target.kind != IRIREF:
        message = "SERVICE needs the IRI of an allowed endpoint in full, between < and >"
    else:
        message = "This endpoint asks no other endpoints than " + ", ".join(sorted(federation))
    return QueryRefused(f"{message} (SERVICE, line {line})")


_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)

_VALUES_HEAD = "VALUES ("
_VALUES_BLOCK = "VALUES {"
_VALUES_ROW = "VALUES { ("
_ROWS = frozenset({_VALUES_BLOCK, _VALUES_ROW})
_CLOSED_BY = {
    "(": ")",
    "[": "]",
    "{": "}",
    "{|": "|}",
    _VALUES_HEAD: ")",
    _VALUES_BLOCK: "}",
    _VALUES_ROW: ")",
}
_OPENING = frozenset({"(", "[", "{", "{|"})
_CLOSING = frozenset(_CLOSED_BY.values())
_OPERATORS = frozenset({"||", "&&", "!", "+", "-", "*", "/", "|", "^"})

_RESOURCES = frozenset({IRIREF, PNAME, VAR})
_VERBS = frozenset({IRIREF, PNAME, VAR, NAME})
_SUBJECTS = frozenset({IRIREF, PNAME, VAR, BNODE})
_BEFORE_TRIPLE = frozenset({".", "{", "}"})

# Comparisons stand in parentheses alone, and never right after one of these.
_MAY_COMPARE = frozenset({"(", _VALUES_HEAD})
_BEFORE_TERM = frozenset(
    {"(", ",", "=", "!=", "<", "<=", ">=", "||", "&&", "!", "+", "-", "*", "/", "|", "^", "^^"}
)
_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*:"
_HIERARCHICAL = re.compile(rf"<{_SCHEME}//")
_DIVERGING = re.compile(r"[#'\\]")
_BRACKET = re.compile(r"[()\[\]]")
_OPERATOR = re.compile(r"[!|&+\-*/^]")

_ABSOLUTE = re.compile(_SCHEME)
_VALID_IRI = re.compile(r"""[^\x00-\x20<>"{}|^`\\]*""")
_CODE_4 = "[0-9A-Ca-cE-Fe-f][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2}"
_CODE_8 = f"0000(?:{_CODE_4})|00(?:0[1-9A-Fa-f]|10)[0-9A-Fa-f]{{4}}"
_ANY_ESCAPE = re.compile(rf"\\(?:u({_CODE_4})|U({_CODE_8})|.|\Z)", re.DOTALL)
# Pairs of a backslash and what it escapes, up to a \u that escapes nothing.
_WRONG_ESCAPE = re.compile(
    rf"(?:[^\\]++|\\(?:[^uU]|u(?:{_CODE_4})|U(?:{_CODE_8})))*+\\[uU]", re.DOTALL
)
_HIDDEN_END = re.compile(r"\\(?:u|U0000)00(?:22|27|5[Cc]|0[AaDd])")
_LOCAL_ESCAPE = re.compile(r"\\(.)")

# An IRI that stays valid whatever letters and digits are added: one that has
# a character after its authority, or no authority.
_ROOMY = re.compile(rf"{_SCHEME}(?!//)|(?:{_SCHEME})?//[^/?#]*[/?#]|(?!//|{_SCHEME}).", re.DOTALL)
_LOCAL_PART = r"(?:[^.\\\ufdf0-\U0010ffff]|\\[^#%])*+"
_WHOLE_LOCAL = re.compile(rf"{_LOCAL_PART}(?:\.++{_LOCAL_PART})?+")
