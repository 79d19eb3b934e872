"""Exporting the static twin: ask for everything, write it down, and the rules to serve it."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import quote

from flask import Flask, render_template
from rdflib import OWL

from napgraph.config import Config
from napgraph.derivation import derive
from napgraph.drawing import draw
from napgraph.errors import ExportError
from napgraph.formats import CSV, RESULTS_JSON
from napgraph.namespaces import BASE, ID
from napgraph.questions import all_questions, bound_text
from napgraph.resources import local_path
from napgraph.store_folder import Generation, current
from napgraph.twin import folder as folders
from napgraph.twin.answers import Answer, ask, uncached
from napgraph.twin.caddy import caddyfile
from napgraph.twin.crawl import Harvest, harvest, may_be_file, stem_of
from napgraph.twin.folder import FileWriter
from napgraph.twin.nginx import nginx_locations, nginx_maps, nginx_server
from napgraph.twin.object_storage import objects, redirects_file, website
from napgraph.twin.places import ERRORS
from napgraph.twin.rules import FILE, HeaderRules, make_rules
from napgraph.web import create_app, keep_for_good
from napgraph.web.languages import LANGUAGES, path_prefix
from napgraph.web.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

P = ParamSpec("P")
T = TypeVar("T")

# How many documents, in all their formats, a process is given at a time.
_CHUNK = 40
# Where the configuration for trying it out serves the twin.
_PORT = 8080
TRIED_AT = f"http://127.0.0.1:{_PORT}"
_PAGES = ("/", "/openapi.json", "/sitemap.xml", "/robots.txt", "/llms.txt", "/context.jsonld",
          "/.well-known/void", "/dataset", "/search/names.json", "/favicon.ico")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did.

    Attributes:
        files: How many files the site has, without those that are compressed beside them.
        size: In bytes, likewise.
        new: How many differ from those that were there before.
        removed: How many are there no more.
        missing: Addresses that pages lead to and at which there is nothing.
    """

    generation_id: str
    files: int
    size: int
    new: int
    removed: int
    missing: tuple[str, ...]


def export(config: Config, target: Path, *, processes: int | None = None) -> Exported:
    """Write the static twin of the current generation; nothing, where nothing has changed.

    Args:
        config: The settings; `address` is where the twin will be reached.
        target: The folder to write, which is not there yet, or is of an export before.
        processes: How many to work with; by default as many as there are processors.

    Raises:
        ExportError: It cannot be written; what was there before is as it was.
        StoreMissing: Nothing has been built yet.
    """
    target = target.absolute()
    before = folders.read_manifest(target)
    generation = current(config.store_dir)
    with folders.new_folder(target) as folder:
        work = _Work(
            config,
            folder / folders.SITE,
            target / folders.SITE if before else None,
            before["files"] if before else {},
        )
        work.site.mkdir()
        with _crew(work, processes or os.cpu_count() or 1) as crew:
            result = _harvest_all(crew, _seeds(generation, config.store_dir, crew))
        rules = make_rules(result.observed)
        manifest = _manifest(generation, config, result, rules)
        _write_rules(folder, result, rules)
        (folder / folders.MANIFEST).write_text(manifest, encoding="utf-8")
        if before is None or not _is_same(folder, target):
            folders.replace_folder(folder, target)
    return Exported(
        generation.id,
        files=len(result.files),
        size=sum(file.size for file in result.files.values()),
        new=sum(file.is_new for file in result.files.values()),
        removed=len((before["files"] if before else {}).keys() - result.files.keys()),
        missing=tuple(sorted(result.missing - set(_PAGES))),
    )


# -- asking ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Work:
    """What a process that asks has to know."""

    config: Config
    site: Path
    before: Path | None
    known: dict[str, str]

    def writer(self) -> FileWriter:
        return FileWriter(self.site, self.before, self.known)


def _seeds(generation: Generation, store_dir: Path, crew: Executor) -> list[str]:
    """List what there is, whether or not anything leads to it; make what has not been made yet."""
    drawing = crew.submit(_draw, generation, store_dir)
    deriving = crew.submit(derive, generation, store_dir)
    store = generation.load()
    things = (str(row.thing) for row in store.select(_THINGS))
    paths = [iri.removeprefix(BASE) for iri in things]
    ids = [f"/{path}" for path in paths if path.count("/") == 2 and not path.endswith("/")]
    documents = [f"/doc/{path.removeprefix('/id/')}" for path in ids]
    graphs = [path for iri in generation.graphs if (path := local_path(iri))]
    graphs += [path for row in store.select(_VERSIONS) if (path := local_path(str(row.version)))]
    drawing.result()
    derived = deriving.result()
    files = [
        f"/{file.folder}/{within}{file.name}"
        for file in derived.files.values()
        for within in ("", f"{derived.generation_id}/")
    ]
    found = [*_PAGES, *graphs, *files, *ids, *documents]
    return [quote(address, safe="%/:?#[]@!$&'()*+,;=~") for address in found]


def _draw(generation: Generation, store_dir: Path) -> None:
    # What was drawn is found in its folder, and need not go from process to process.
    draw(generation, store_dir)


_VERSIONS = f"SELECT ?version {{ ?ontology <{OWL.versionIRI}> ?version }} ORDER BY ?version"
_THINGS = f"""
SELECT DISTINCT ?thing {{
  {{ ?thing ?p ?o }} UNION {{ ?s ?q ?thing }}
  FILTER(ISIRI(?thing) && STRSTARTS(STR(?thing), "{ID}"))
}} ORDER BY ?thing
"""


def _harvest_all(crew: Executor, seeds: Iterable[str]) -> Harvest:
    """Ask at all addresses that are known, then at those that answers lead to, and so on."""
    result = Harvest()
    asking = set(seeds)
    besides = crew.submit(_besides)
    while asking:
        for part in crew.map(_ask, list(_chunks(asking))):
            result.add(part)
        asking = {address for address in result.found - result.asked if may_be_file(address)}
    result.add(besides.result())
    return result


def _chunks(addresses: Iterable[str]) -> Iterator[list[str]]:
    """Put addresses of one document together, and some documents into one task."""
    by_stem: dict[str, list[str]] = defaultdict(list)
    for address in sorted(addresses):
        by_stem[stem_of(address)].append(address)
    stems = list(by_stem)
    for start in range(0, len(stems), _CHUNK):
        yield [address for stem in stems[start : start + _CHUNK] for address in by_stem[stem]]


@contextmanager
def _crew(work: _Work, processes: int) -> Iterator[Executor]:
    """Give what does tasks in as many processes, each of which has the application."""
    if processes == 1:
        _begin(work, is_alone=False)
        try:
            yield _InThisProcess()
        finally:
            _end()
        return
    # Started anew and not forked: the engine and the application have threads.
    pool = ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_begin, initargs=(work, True)
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


class _InThisProcess(Executor):
    """Does each task as soon as it is given."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do a task now."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass
class _Here:
    """The work of this process, and its application from the first task on that needs it.

    Attributes:
        is_alone: Whether the process does nothing else.
    """

    work: _Work
    is_alone: bool
    app: Flask | None = None

    @cached_property
    def writer(self) -> FileWriter:
        """What writes files."""
        return self.work.writer()

    @cached_property
    def asked(self) -> WSGIApplication:
        """What answers."""
        self.app = open_app(self.work.config)
        if self.is_alone:
            keep_for_good()
        return uncached(self.app)


_here: list[_Here] = []


def _begin(work: _Work, is_alone: bool) -> None:
    _here.append(_Here(work, is_alone))


def _end() -> None:
    while _here:
        if app := _here.pop().app:
            app.extensions["napgraph"].close()


def _ask(addresses: list[str]) -> Harvest:
    return harvest(_here[-1].asked, _here[-1].writer, addresses)


def open_app(config: Config) -> Flask:
    """Make the application with its store in memory, and without query workers."""
    # Files neither take changes nor have former states.
    config = replace(config, workspace_dir=None)
    site = Site.open_for_copy(config)
    site.stores.wait_loaded(600)
    # Until a site has found what was made from its generation, pages say that it is on its way.
    site.deriver.get(site.current().generation.id, wait_s=600)
    return create_app(config, site)


# -- what no address of the live site has ------------------------------------------------------


def _besides() -> Harvest:
    """Write saved results, the page that stands for the endpoint, and what errors say."""
    here, result = _here[-1], Harvest()
    asked, writer = here.asked, here.writer
    assert here.app is not None
    home = ask(asked, "/")
    store = here.app.extensions["napgraph"].current().store
    for question in all_questions():
        text = bound_text(question)
        _add(f"results/{question.name}.rq", text.encode(), _QUERY, home, writer, result)
        for form in (CSV, RESULTS_JSON):
            body = store.query(text, media_type=form.media_type)
            name = f"results/{question.name}.{form.suffix}"
            _add(name, body, form.content_type, home, writer, result)
    for tag in LANGUAGES:
        for name, template in _OWN_PAGES.items():
            path, page = _own_page(here.app, f"{path_prefix(tag)}{name}", template)
            _add(f"{path}.html", page.encode(), home.get("content-type"), home, writer, result)
            result.single[f"/{path}"] = f"{path}.html"
    result.single["/sparql"] = "ask.html"
    for status, address, accept in (
        (404, "/_error", ""),
        (404, "/_error", "text/html"),
        (406, "/dataset", "image/png"),
    ):
        answer = ask(asked, address, accept)
        if answer.status != status:
            raise ExportError(f"{address} answers {answer.status} instead of {status}.")
        suffix = "html" if accept == "text/html" else "json"
        name, type_ = f"{ERRORS}/{status}.{suffix}", answer.get("content-type")
        _add(name, answer.body, type_, home, writer, result)
    return result


_QUERY = "application/sparql-query"


def _add(
    name: str, body: bytes, content_type: str, like: Answer, writer: FileWriter, result: Harvest
) -> None:
    result.files[name] = writer.write(name, body, content_type)
    result.types[name] = content_type
    result.observed.note(FILE, f"/{name}", like)


# What a copy has instead of pages that only a program can answer.
_OWN_PAGES = {"/ask": "saved_results.html", "/search": "search_files.html"}


def _own_page(app: Flask, path: str, template: str) -> tuple[str, str]:
    """Write a page that the copy has instead of the live one; give its path, too."""
    with app.test_request_context(path):
        app.preprocess_request()
        return path[1:], render_template(template, questions=all_questions())


# -- the folder --------------------------------------------------------------------------------


def _manifest(generation: Generation, config: Config, result: Harvest, rules: HeaderRules) -> str:
    manifest: dict[str, Any] = {
        "napgraph": version("napgraph"),
        "generation": generation.id,
        "address": config.address,
        "headers": {"all": rules.everywhere, "shared": rules.shared, "own": rules.own},
        "redirects": result.redirects,
        "withdrawn": sorted(result.gone),
        "types": result.types,
        "files": {name: file.sha256 for name, file in result.files.items()},
    }
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True) + "\n"


def _write_rules(folder: Path, result: Harvest, rules: HeaderRules) -> None:
    texts = {
        "nginx/maps.conf": nginx_maps(rules, result.types, result.gone),
        "nginx/locations.conf": nginx_locations(
            rules, result.types, result.redirects, result.single
        ),
        "nginx/nginx.conf": nginx_server(_PORT),
        "Caddyfile": caddyfile(
            rules, result.types, result.redirects, result.single, result.gone, port=_PORT
        ),
        "object-storage/objects.jsonl": "".join(objects(rules, result.types, result.single)),
        "object-storage/website.json": website(result.redirects),
        "object-storage/_redirects": redirects_file(result.redirects),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _is_same(folder: Path, target: Path) -> bool:
    """Tell whether an export has nothing that was not there before."""
    names = [path.relative_to(folder) for path in _rules_of(folder)]
    there = [path.relative_to(target) for path in _rules_of(target)]
    return names == there and all(
        (folder / name).read_bytes() == (target / name).read_bytes() for name in names
    )


def _rules_of(folder: Path) -> list[Path]:
    inside = (path for path in folder.iterdir() if path.name != folders.SITE)
    return sorted(file for path in inside for file in (path, *path.rglob("*")) if file.is_file())
