"""Our questions and prefixes as a named graph, where SPARQL editors look for them."""

from __future__ import annotations

from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SH, XSD, Graph, Literal, URIRef

from napgraph.namespaces import BASE, LICENCE, PREFIXES, QUESTIONS, SCHEMA, thing_iri
from napgraph.questions import Question, all_questions, standing_text
from napgraph.store import GraphFile
from napgraph.turtle import to_turtle


def question_file() -> GraphFile:
    """Give the named graph of our questions as a store is built from it."""
    return GraphFile(QUESTIONS, to_turtle(question_graph()).encode(), name="the questions")


def question_graph() -> Graph:
    """Describe each question, with its query, and declare the prefixes that data here use.

    Source: SHACL, section 5.2.1 on prefixes; SHACL Advanced Features, section 5.3 on
    executables; the form is the one that endpoints of life science publish, whose editors
    read sh:SPARQLExecutable with its rdfs:comment.
    """
    graph = Graph(bind_namespaces="none")
    graph.add((QUESTIONS, RDF.type, OWL.Ontology))
    graph.add((QUESTIONS, RDF.type, PROV.Entity))
    graph.add((QUESTIONS, DCTERMS.title, Literal("Questions and prefixes", lang="en")))
    graph.add((QUESTIONS, DCTERMS.description, Literal(_DESCRIPTION, lang="en")))
    graph.add((QUESTIONS, DCTERMS.license, LICENCE))
    for prefix, namespace in PREFIXES.items():
        _declare(graph, prefix, namespace)
    for question in all_questions():
        _describe(graph, question)
    return graph


_DESCRIPTION = (
    "Questions that researchers ask, each with the SPARQL query that answers it, and the prefixes "
    "of the vocabularies and addresses that are used here."
)
_ENDPOINT = URIRef(f"{BASE}sparql")


def _declare(graph: Graph, prefix: str, namespace: str) -> None:
    declaration = URIRef(f"{QUESTIONS}#prefix-{prefix}")
    graph.add((QUESTIONS, SH.declare, declaration))
    graph.add((declaration, RDF.type, SH.PrefixDeclaration))
    graph.add((declaration, SH.prefix, Literal(prefix)))
    graph.add((declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI)))


def _describe(graph: Graph, question: Question) -> None:
    iri = thing_iri("question", question.name)
    # Editors ask for the wider class by name, without knowing that it has the narrower one.
    graph.add((iri, RDF.type, SH.SPARQLExecutable))
    graph.add((iri, RDF.type, SH.SPARQLSelectExecutable))
    graph.add((iri, RDFS.label, Literal(question.title, lang="en")))
    comment = f"{question.title} {question.description}"
    graph.add((iri, RDFS.comment, Literal(comment, lang="en")))
    graph.add((iri, SH.prefixes, QUESTIONS))
    graph.add((iri, SH.select, Literal(standing_text(question))))
    graph.add((iri, SCHEMA.keywords, Literal(question.subject, lang="en")))
    graph.add((iri, SCHEMA.target, _ENDPOINT))
