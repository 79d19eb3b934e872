"""The dataset as search engines for datasets list it.

Source: https://schema.org/Dataset
"""

from __future__ import annotations

from typing import Any

from napgraph.derived_folder import DUMP, TABLE, Derived, DerivedFile
from napgraph.namespaces import BASE, DATASET
from napgraph.research_tables import all_tables
from napgraph.store_folder import Generation
from napgraph.void import part
from napgraph.wording import CREATOR, DESCRIPTION, KEYWORDS, LICENCE, PUBLISHER, TITLE

Node = dict[str, Any]


def schema_dataset(generation: Generation, derived: Derived | None, address: str) -> Node:
    """Describe the dataset in JSON-LD with the terms of schema.org.

    Args:
        generation: What is described.
        derived: The files made from it; without them no download is described.
        address: Where the site is reached, without a slash at its end.
    """
    known: Node = {}
    if derived is not None:
        counts = derived.counts
        known = {
            "distribution": [_download(file, derived, address) for file in derived.of_kind(DUMP)],
            "hasPart": _tables(generation, derived, address),
            "inLanguage": list(counts.languages),
            "spatialCoverage": [{"@type": "Place", "name": place.name} for place in counts.places],
        }
        if counts.first_year:
            known["temporalCoverage"] = f"{counts.first_year}/{counts.last_year}"
    return {
        "@context": "https://schema.org/",
        **_node(str(DATASET), TITLE, DESCRIPTION, generation),
        "keywords": list(KEYWORDS),
        "includedInDataCatalog": {"@type": "DataCatalog", "name": "napgraph", "url": BASE},
        **known,
    }


def _node(iri: str, name: str, description: str, generation: Generation) -> Node:
    creator = {"@type": "Organization", "@id": str(PUBLISHER), "name": CREATOR}
    return {
        "@type": "Dataset",
        "@id": iri,
        "url": iri,
        "identifier": iri,
        "name": name,
        "description": description,
        "license": str(LICENCE),
        "creator": creator,
        "publisher": creator,
        "version": generation.id,
        "dateModified": generation.created,
        "isAccessibleForFree": True,
    }


def _tables(generation: Generation, derived: Derived, address: str) -> list[Node]:
    return [
        {
            **_node(str(part(table.name)), f"{TITLE}: {table.title.lower()}", table.description,
                    generation),
            "distribution": [
                _download(file, derived, address)
                for file in derived.of_kind(TABLE)
                if file.table == table.name
            ],
            "variableMeasured": [column.name for column in table.columns],
        }
        for table in all_tables()
        if table.name in derived.rows
    ]  # fmt: skip


def _download(file: DerivedFile, derived: Derived, address: str) -> Node:
    return {
        "@type": "DataDownload",
        "name": file.name,
        "encodingFormat": [kind for kind in (file.media_type, file.compression) if kind],
        "contentUrl": f"{address}/{file.folder}/{derived.generation_id}/{file.name}",
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }
