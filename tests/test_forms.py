"""A filled-in form becomes the next state of the graphs that it began with, and no more."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from rdflib import RDF, XSD, Graph, Literal, URIRef

from napgraph.curation.consequences import terms
from napgraph.curation.differences import Difference, difference
from napgraph.curation.form_basis import Basis
from napgraph.curation.form_fields import Input, classes_with_fields, read_fields
from napgraph.curation.form_problems import verdict
from napgraph.curation.form_proposals import Proposal, propose
from napgraph.curation.form_values import Written
from napgraph.curation.forms import ADDED, Form, Forms
from napgraph.curation.judging import Given, Judges
from napgraph.curation.publication import Publisher
from napgraph.files import shapes_graph
from napgraph.namespaces import NAP, thing_iri
from napgraph.store_folder import current
from napgraph.turtle import parse_turtle
from tests.curating import workspace_config
from tests.forming import FILES

PLAN = thing_iri("plan", "MLI-3")
MALI, KENYA = thing_iri("country", "MLI"), thing_iri("country", "KEN")
SOURCE = {
    "dcterms:title": ["The plan@en"],
    "dcterms:publisher": ["Government of Mali"],
    "nap:sourceUrl": ["https://example.org/plan"],
}


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    """Make a workspace, built."""
    publisher = Publisher(workspace_config(tmp_path_factory.mktemp("forms"), FILES))
    publisher.start()
    return publisher


@pytest.fixture
def basis(publisher: Publisher) -> Basis:
    """Begin with what is published."""
    store = current(publisher.config.store_dir).open()
    return Basis(publisher.workspace, publisher.workspace.head(), store)


@pytest.fixture
def forms(publisher: Publisher, basis: Basis) -> Forms:
    """Make forms from the shapes that we ship."""
    return Forms(terms(publisher.config).shapes, basis)


def fill(form: Form | None, posted: Mapping[str, Mapping[str, list[str]]]) -> Form:
    """Fill in a form; a text is written as `text@en`."""
    assert form
    return form.filled_in(
        {
            part: {
                name: tuple(Written(*text.rsplit("@", 1)) for text in texts)
                for name, texts in fields.items()
            }
            for part, fields in posted.items()
        }
    )


def proposed(proposal: Proposal, name: str = "MLI") -> Graph:
    """Read what is proposed for a graph."""
    return parse_turtle(proposal.files[name], name=name)


def changes(publisher: Publisher, proposal: Proposal, name: str = "MLI") -> Difference:
    """Say how what is proposed differs from what is published."""
    before = parse_turtle(publisher.workspace.read(name) or b"", name=name)
    return difference(before, proposed(proposal, name))


def said(publisher: Publisher, form: Form, basis: Basis) -> list[tuple[str, str, str]]:
    """Say what is wrong with a filled-in form: part, field, message."""
    proposal = propose(form, basis)
    given = [Given(name, content) for name, content in proposal.files.items()]
    results = Judges(publisher.config).judge(given).report.results if given else ()
    shapes = terms(publisher.config).shapes
    found = verdict(form, proposal, results, shapes)
    return [(problem.part, problem.field, problem.message) for problem in found.problems]


# -- fields ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cls", "name", "expected"),
    [
        (NAP.NationalActionPlan, "nap:periodEnd", Input.YEAR),
        (NAP.NationalActionPlan, "nap:adopted", Input.DATE),
        (NAP.NationalActionPlan, "nap:theme", Input.CONCEPT),
        (NAP.NationalActionPlan, "nap:documentUrl", Input.ADDRESS),
        (NAP.NationalActionPlan, "dcterms:replaces", Input.THING),
        (NAP.Budget, "nap:amount", Input.NUMBER),
        (NAP.Budget, "nap:currency", Input.OPTION),
        (NAP.Source, "dcterms:publisher", Input.NAME),
        (NAP.Event, "schema:name", Input.TEXT),
    ],
)
def test_shape_makes_fields(publisher: Publisher, cls: URIRef, name: str, expected: Input) -> None:
    """How a field is filled in follows from what its shape asks of values."""
    fields = {field.name: field for field in read_fields(terms(publisher.config).shapes, cls)}

    assert expected == fields[name].input


def test_every_property_of_a_shape_is_asked(publisher: Publisher) -> None:
    """A form asks all that a shape speaks of, but for a mark, a cube and links elsewhere."""
    shapes = shapes_graph(publisher.config)
    named = {cls: {f.path for f in read_fields(shapes, cls)} for cls in classes_with_fields(shapes)}
    paths = {
        (cls, URIRef(str(row.path)))
        for cls in named
        for row in shapes.query(
            "SELECT ?path { ?head sh:targetClass ?cls ; sh:property/sh:path ?path"
            " FILTER(isIRI(?path) && isIRI(?head)) FILTER NOT EXISTS { ?head sh:xone ?any } }",
            initBindings={"cls": cls},
        )
    }

    assert {"coreAgenda", "dataSet", "exactMatch"} == {
        str(path).rpartition("/")[2].rpartition("#")[2]
        for cls, path in paths
        if path not in named[cls] and cls.startswith(str(NAP)) and cls != NAP.Tombstone
    }


def test_fields_have_words_and_order(publisher: Publisher) -> None:
    """Fields come in the order of the shapes, with a name, help and what to do."""
    fields = read_fields(terms(publisher.config).shapes, NAP.NationalActionPlan)
    start = [field.name for field in fields].index("nap:periodStart")

    assert "nap:periodEnd" == fields[start + 1].name
    assert all(field.labels and field.helps and field.message for field in fields)


# -- correcting --------------------------------------------------------------------------------


def test_unchanged_form_changes_nothing(forms: Forms, basis: Basis) -> None:
    """What a form is filled in with is what is published."""
    form = forms.to_edit(PLAN)
    assert form

    assert {} == propose(form, basis).files


def test_one_field_changes_one_value(publisher: Publisher, forms: Forms, basis: Basis) -> None:
    """A new value takes the place of the old one, and all else stays, the nameless too."""
    form = fill(forms.to_edit(PLAN), {"thing": {"nap:periodEnd": ["2024"]}})
    found = changes(publisher, propose(form, basis))

    assert [(PLAN, NAP.periodEnd, Literal("2024", datatype=XSD.gYear))] == list(found.added)
    assert [(PLAN, NAP.periodEnd, Literal("2023", datatype=XSD.gYear))] == list(found.removed)


def test_leading_comment_stays(forms: Forms, basis: Basis) -> None:
    """What stands at the top of a file is not lost."""
    form = fill(forms.to_edit(PLAN), {"thing": {"nap:periodEnd": ["2024"]}})

    assert propose(form, basis).files["MLI"].startswith(b"# Read with care.\n")


def test_field_that_is_not_posted_stays(forms: Forms, basis: Basis) -> None:
    """What a form did not show is kept; what it showed and is empty now goes."""
    form = fill(forms.to_edit(PLAN), {"thing": {"nap:periodEnd": [""], "dcterms:title": [""]}})
    graph = proposed(propose(form, basis))

    assert (PLAN, NAP.periodEnd, None) not in graph
    assert 2 == len(list(graph.objects(PLAN, NAP.theme)))


def test_choices_are_a_whole(forms: Forms, basis: Basis) -> None:
    """Of the concepts that were ticked, those stay that are ticked still."""
    form = fill(forms.to_edit(PLAN), {"thing": {"nap:theme": ["", "theme/climate"]}})

    assert [thing_iri("theme", "climate")] == list(
        proposed(propose(form, basis)).objects(PLAN, NAP.theme)
    )


def test_part_of_a_plan_is_made(forms: Forms, basis: Basis) -> None:
    """A budget comes into being with its plan's key and sources when something is said of it."""
    posted = {"nap:budgetStatus": ["budget-status/allocated"], "nap:amount": ["12.50"]}
    graph = proposed(propose(fill(forms.to_edit(PLAN), {"budget": posted}), basis))
    budget = thing_iri("budget", "MLI-3")

    assert (PLAN, NAP.budget, budget) in graph
    assert Literal("12.5", datatype=XSD.decimal) == graph.value(budget, NAP.amount)


def test_ends_of_lines_are_no_change(forms: Forms, basis: Basis) -> None:
    """Browsers send other ends of lines than files have."""
    objective = thing_iri("objective", "MLI-3-1")
    form = fill(forms.to_edit(objective), {"thing": {"nap:text": ["Women take part.\r\n@en"]}})

    assert {} == propose(form, basis).files


def test_key_is_not_changed(forms: Forms) -> None:
    """What a thing's address is made of is shown and not asked."""
    form = forms.to_edit(PLAN)
    assert form

    assert ["nap:country", "nap:generation"] == [field.name for field, _ in form.main.fixed]


def test_new_source_goes_where_something_changes(forms: Forms, basis: Basis) -> None:
    """A source that comes with a correction is that of the thing that is corrected."""
    posted = {"thing": {"nap:periodEnd": ["2024"]}, "new-source": SOURCE}
    graph = proposed(propose(fill(forms.to_edit(PLAN), posted), basis))

    assert thing_iri("source", "MLI-the-plan") in set(
        graph.objects(PLAN, URIRef("http://purl.org/dc/terms/source"))
    )


def test_source_of_a_known_address_is_that_one(forms: Forms, basis: Basis) -> None:
    """In one file, one address is one source."""
    known = {**SOURCE, "nap:sourceUrl": ["https://example.org/profile"]}
    form = fill(forms.to_edit(PLAN), {"thing": {"nap:periodEnd": ["2024"]}, "new-source": known})
    graph = proposed(propose(form, basis))

    assert 1 == len(list(graph.subjects(RDF.type, NAP.Source)))


def test_concepts_have_no_form(forms: Forms) -> None:
    """What is the ontology's, and what is not there, cannot be corrected here."""
    assert forms.to_edit(thing_iri("theme", "climate")) is None
    assert forms.to_edit(thing_iri("plan", "MLI-99")) is None


# -- adding ------------------------------------------------------------------------------------

FOURTH = {
    "thing": {"nap:periodStart": ["2024"], "nap:periodEnd": ["2028"]},
    "objective-1": {"nap:text": ["Women lead.@en"], "nap:pillar": ["pillar/participation"]},
    "objective-2": {"nap:text": ["Peace holds.@en"]},
    "new-source": SOURCE,
}


def added(forms: Forms, posted: Mapping[str, Mapping[str, list[str]]]) -> Form:
    """Fill in the form for a new plan of Mali."""
    return fill(forms.to_add("plan", MALI, rows={"objective": 2, "body": 1}), posted)


def test_plan_is_added_with_all_that_hangs_on_it(
    publisher: Publisher, forms: Forms, basis: Basis
) -> None:
    """A plan, its objectives and its source get the keys that a fact sheet's would."""
    proposal = propose(added(forms, FOURTH), basis)

    assert () == proposal.problems
    assert {
        thing_iri("plan", "MLI-4"),
        thing_iri("objective", "MLI-4-1"),
        thing_iri("objective", "MLI-4-2"),
        thing_iri("source", "MLI-the-plan"),
        thing_iri("publisher", "government-of-mali"),
    } == set(changes(publisher, proposal).minted)


def test_added_plan_breaks_no_rule(publisher: Publisher, forms: Forms, basis: Basis) -> None:
    """A plan, its objectives and its source can be published as they are."""
    assert [] == said(publisher, added(forms, FOURTH), basis)


def test_label_follows_from_facts(forms: Forms, basis: Basis) -> None:
    """Nobody writes a plan's label."""
    graph = proposed(propose(added(forms, FOURTH), basis))

    assert "Mali, plan 4, 2024–2028" == str(
        graph.value(
            thing_iri("plan", "MLI-4"), URIRef(f"{'http://www.w3.org/2000/01/rdf-schema#'}label")
        )
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Médias", "MLI-media"),
        ("united nations entity for gender equality", "un-women"),
        ("Ministry of Peace", "MLI-ministry-of-peace"),
    ],
)
def test_body_is_found_or_made(forms: Forms, basis: Basis, name: str, expected: str) -> None:
    """A body is known by any of its names; one that nobody knows is made of its name."""
    body = {"nap:stakeholder": [name], "nap:role": ["role/lead"]}
    graph = proposed(propose(added(forms, {**FOURTH, "body-1": body}), basis))

    assert [thing_iri("organisation", expected)] == list(graph.objects(None, NAP.stakeholder))


def test_rows_left_empty_are_nothing(forms: Forms, basis: Basis) -> None:
    """An objective of which only the suggested number is there is none."""
    posted = {name: fields for name, fields in FOURTH.items() if not name.startswith("objective")}
    graph = proposed(propose(added(forms, posted), basis))

    assert [] == list(graph.subjects(NAP.objectiveOf, thing_iri("plan", "MLI-4")))


def test_key_of_another_is_refused(forms: Forms, basis: Basis) -> None:
    """A plan that is recorded already is not written over."""
    form = added(forms, {"thing": {"nap:generation": ["3"]}})
    proposal = propose(form, basis)

    assert {} == proposal.files
    assert [("thing", "nap:generation", PLAN)] == [
        (problem.part, problem.field, problem.thing) for problem in proposal.problems
    ]


def test_first_plan_of_a_country_makes_its_file(forms: Forms, basis: Basis) -> None:
    """A file that is not there yet says what it is about, by the country's name."""
    event = {
        "schema:name": ["A launch@en"],
        "schema:startDate": ["2026-03"],
        "nap:eventKind": ["event-kind/launch"],
    }
    form = fill(forms.to_add("event", KENYA), {"thing": event, "new-source": SOURCE})
    content = propose(form, basis).files["KEN"].decode()

    assert "event:KEN-2026-03-a-launch" in content
    assert "prov:hadPrimarySource source:KEN-the-plan" in content


@pytest.mark.parametrize("kind", ADDED)
def test_empty_form_says_what_is_missing(forms: Forms, basis: Basis, kind: str) -> None:
    """Nothing comes of a form that is sent empty, and a field says what to fill in."""
    belongs_to = PLAN if kind in ("objective", "remark") else MALI
    form = fill(
        forms.to_add(kind, belongs_to), {"thing": {"nap:generation": [""], "nap:number": [""]}}
    )
    proposal = propose(form, basis)

    assert {} == proposal.files
    assert proposal.problems[0].field
    assert proposal.problems[0].message


# -- what is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posted", "part", "field", "words"),
    [
        ({"thing": {"nap:periodEnd": ["2018"]}}, "thing", "nap:periodEnd", "before it starts"),
        ({"thing": {"nap:periodEnd": ["soon"]}}, "thing", "nap:periodEnd", "four digits"),
        ({"thing": {"nap:adopted": ["2019-02-30"]}}, "thing", "nap:adopted", "has to exist"),
        ({"thing": {"nap:documentUrl": ["example"]}}, "thing", "nap:documentUrl", "address"),
        ({"thing": {"dcterms:source": [""]}}, "thing", "dcterms:source", "one source"),
        ({"thing": {"dcterms:replaces": ["plan/MLI-3"]}}, "thing", "dcterms:replaces", "before"),
        ({"budget": {"nap:amount": ["5"]}}, "budget", "nap:currency", "currency"),
        ({"budget": {"nap:currency": ["EUR"]}}, "budget", "nap:budgetStatus", "money"),
        ({"new-source": {"dcterms:title": ["A@en"]}}, "new-source", "nap:sourceUrl", "address"),
        ({"body-1": {"nap:role": ["role/lead"]}}, "body-1", "nap:stakeholder", "Latin"),
    ],
)  # fmt: skip
def test_mistake_is_told_at_its_field(
    publisher: Publisher,
    forms: Forms,
    basis: Basis,
    posted: Mapping[str, Mapping[str, list[str]]],
    part: str,
    field: str,
    words: str,
) -> None:
    """What a rule says stands where one can mend it."""
    form = fill(forms.to_edit(PLAN, rows={"objective": 1, "body": 1}), posted)
    found = {(one, name): message for one, name, message in said(publisher, form, basis)}

    assert words in found.get((part, field), str(found))


def test_what_is_missing_altogether_is_told_of_the_whole(
    publisher: Publisher, forms: Forms, basis: Basis
) -> None:
    """That a plan has no objectives is a notice on the plan, and at none of its fields."""
    form = added(forms, {name: FOURTH[name] for name in ("thing", "new-source")})
    proposal = propose(form, basis)
    given = [Given(name, content) for name, content in proposal.files.items()]
    results = Judges(publisher.config).judge(given).report.results
    notices = verdict(form, proposal, results, terms(publisher.config).shapes).notices

    assert [""] == [n.field for n in notices if "objectives" in n.message]


def test_mistake_of_an_objective_is_told_there(
    publisher: Publisher, forms: Forms, basis: Basis
) -> None:
    """A number that another objective has is told at the new one."""
    row = {"nap:number": ["1"], "nap:text": ["Again.@en"]}
    form = fill(forms.to_edit(PLAN, rows={"objective": 1}), {"objective-1": row})

    assert [("objective-1", "nap:number")] == [
        (part, field) for part, field, _ in said(publisher, form, basis)
    ]
