"""The IRIs of things that forms add: made of what is filled in, as those of fact sheets are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from rdflib import Literal, URIRef

from napgraph.curation.forms import Part
from napgraph.errors import FactSheetError
from napgraph.facts.keys import event_iri, objective_iri, plan_key
from napgraph.facts.stakeholders import Names, body_iri
from napgraph.namespaces import ID, slug, thing_iri

# Whose event or source it is that is of no country.
WORLD = "UN"
_LONGEST = 60


class NoKey(Exception):
    """A thing cannot have a key of its own; the message says what to do.

    Attributes:
        field: Where to do it.
        thing: The one that has the key already.
        translations: The message in other languages.
    """

    def __init__(
        self,
        field: str,
        message: str,
        thing: URIRef | None = None,
        translations: tuple[Literal, ...] = (),
    ) -> None:
        super().__init__(message)
        self.field = field
        self.thing = thing
        self.translations = translations


# Tells whether an IRI is taken.
Taken = Callable[[URIRef], bool]


def new_iri(part: Part, owner: str, plan: URIRef | None, taken: Taken) -> URIRef:
    """Make the IRI of a new thing.

    Args:
        part: What is filled in.
        owner: The code of the country whose it is; empty for none.
        plan: The plan that it belongs to, of all but plans, events, sources.
        taken: Tells whether an IRI is taken.

    Raises:
        NoKey: What the key is made of is missing, or another thing has it.
    """
    of_plan = plan.rpartition("/")[2] if plan else ""
    match part.kind:
        case "plan":
            return _free(_plan(part, owner), part, "nap:generation", taken)
        case "objective":
            number = _needed(part, "nap:number")
            return _free(objective_iri(of_plan, {"number": number}), part, "nap:number", taken)
        case "event":
            return _free(_event(part, owner), part, "schema:startDate", taken)
        case "source":
            return _source(part, owner, taken)
        case "remark":
            aspect = key_of(_needed(part, "nap:aspect"))
            _require_plain(aspect, part, "nap:aspect")
            return _numbered(f"{of_plan}-{aspect}", "remark", taken)
        case _:  # a budget, a monitoring
            return _free(thing_iri(part.kind, of_plan), part, "", taken)


def new_body_iri(part: Part, owner: str, names: Names, taken: Taken) -> URIRef:
    """Make the IRI of a new body by its name.

    Raises:
        NoKey: It has no name of which one can be made, or is recorded already.
    """
    name = _needed(part, "skos:prefLabel")
    kinds = [key_of(value.text) for value in part.answers.get("nap:stakeholderKind", ()) if value]
    made = body_of_name(name, owner, kinds[0] if kinds else None, names, "skos:prefLabel")
    return _free(made, part, "skos:prefLabel", taken)


def body_of_name(name: str, owner: str, kind: str | None, names: Names, field: str) -> URIRef:
    """Find the IRI of a body by its name, as fact sheets do.

    Raises:
        NoKey: No key can be made of the name.
    """
    key = require_slug(name, field)
    if owner:
        return body_iri(owner, name, kind, names)
    return names.bodies.get(key) or thing_iri("organisation", key)


def require_slug(name: str, field: str) -> str:
    """Make a key of a name.

    Raises:
        NoKey: It has no letter of which one can be made.
    """
    key = slug(name)
    if not key:
        raise NoKey(field, "Write the name in Latin letters as well: its address is made of them.")
    return key


def short_name_of(source: URIRef) -> str:
    """Give the short name of a source that its IRI was made of."""
    key = source.rpartition("/")[2]
    owner, _, rest = key.partition("-")
    return rest if owner.isupper() else key


def key_of(text: str) -> str:
    """Give the key of a thing as it is written: `context` of `aspect/context`."""
    return text.strip().rpartition("/")[2]


def text_of(part: Part, field: str) -> str:
    """Give the first value that is filled in; empty without one."""
    values = part.answers.get(field, ())
    return next((value.text.strip() for value in values if value), "")


def _plan(part: Part, owner: str) -> URIRef:
    start, adopted = text_of(part, "nap:periodStart"), text_of(part, "nap:adopted")
    facts = {
        "generation": text_of(part, "nap:generation"),
        "period_start": start,
        "adopted": adopted,
    }
    try:
        return thing_iri("plan", plan_key(owner, facts))
    except FactSheetError as exc:
        raise NoKey(
            "nap:generation",
            "Say which plan of the country it is, or else its first year: "
            "the address of the plan is made of that.",
        ) from exc


def _event(part: Part, owner: str) -> URIRef:
    date, name = _needed(part, "schema:startDate"), _needed(part, "schema:name")
    require_slug(name, "schema:name")
    return event_iri(owner or WORLD, {"date": date, "title": name})


def _source(part: Part, owner: str, taken: Taken) -> URIRef:
    prefix = owner or WORLD
    if own := text_of(part, "dcterms:identifier"):
        iri = thing_iri("source", f"{prefix}-{own}")
        return _free(iri, part, "dcterms:identifier", taken)
    year = text_of(part, "dcterms:issued")[:4]
    publisher = slug(text_of(part, "dcterms:publisher"))
    words = f"{publisher}-{year}" if publisher and year else text_of(part, "dcterms:title")
    name = _shortened(slug(words) or publisher)
    if not name:
        raise NoKey(
            "dcterms:identifier",
            "Give a short name of the source in small letters, figures and hyphens: "
            "its address is made of it.",
        )
    return _numbered(f"{prefix}-{name}", "source", taken)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST + 1].rpartition("-")[0]


def _numbered(key: str, kind: str, taken: Taken) -> URIRef:
    """Give the IRI of a key that others may have had: from the second on with a number."""
    keys = (key if n == 1 else f"{key}-{n}" for n in count(1))
    return next(iri for iri in (thing_iri(kind, one) for one in keys) if not taken(iri))


def _free(iri: URIRef, part: Part, field: str, taken: Taken) -> URIRef:
    _require_plain(iri.removeprefix(str(ID)), part, field)
    if taken(iri):
        message = "This is recorded already: correct it there, or change what is here."
        raise NoKey(field, message, iri)
    return iri


def _require_plain(key: str, part: Part, field: str) -> None:
    if not _KEY_CHARACTERS.issuperset(key):
        raise _unfit(part, field)


_KEY_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/")


def _needed(part: Part, field: str) -> str:
    text = text_of(part, field)
    if not text:
        raise _unfit(part, field)
    return text


def _unfit(part: Part, name: str) -> NoKey:
    """Say what the field asks for, whose value is missing or makes no key."""
    field = next((field for field in part.fields if field.name == name), None)
    if field is None:
        return NoKey(name, "Write this otherwise.")
    return NoKey(name, field.message, translations=field.translations)
