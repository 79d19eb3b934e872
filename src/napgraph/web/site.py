"""What an application keeps between requests: the store, its workers, the settings."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from flask import current_app, g
from rdflib import URIRef

from napgraph.config import Config
from napgraph.curation.judging import Judges
from napgraph.current_store import CurrentStore, OneStore, OpenGeneration, Stores
from napgraph.derived_folder import Derived
from napgraph.deriver import DRAWINGS, FILES, Deriver
from napgraph.drawn_folder import Drawn
from napgraph.jsonld_context import VERSION, Context
from napgraph.protocol import Plan
from napgraph.release_folder import Release, all_releases, releases_path
from napgraph.resources import Placement, read_placements
from napgraph.store_folder import Generation, find
from napgraph.wire import AnswerBody
from napgraph.workers import QueryWorkers

T = TypeVar("T")
_DAY_S = 86_400


class _Version(NamedTuple):
    """What public answers depend on, as long as it is of this generation and before a time."""

    generation: Generation | None
    until: int
    text: str


class _Kept:
    """Something that is made once: whoever asks while it is being made waits for it."""

    def __init__(self) -> None:
        self._making = threading.RLock()
        self._is_made = False
        self._value: object = None

    def get(self, make: Callable[[], object]) -> object:
        """Give it, and make it before if nobody has."""
        if not self._is_made:
            with self._making:
                if not self._is_made:
                    self._value = make()
                    self._is_made = True
        return self._value


# By then the dumps and tables are there, for which programs wait.
_DRAWING_DELAY_S = 6.0
# How soon a new release is noticed.
_RELEASES_S = 5


@dataclass
class Site:
    """One application's store, workers and settings.

    Attributes:
        contexts: Our JSON-LD contexts by version.
        judges: Who judges data from outside; their processes start with the first who asks.
        is_copy: Whether it is asked for files, which cannot answer what they are asked.
        release: The release that it serves, if it does not serve what is current.
    """

    config: Config
    stores: Stores
    workers: QueryWorkers
    deriver: Deriver[Derived]
    drawer: Deriver[Drawn]
    contexts: dict[str, bytes]
    judges: Judges
    is_copy: bool = False
    release: Release | None = None
    _kept: tuple[str, dict[Hashable, _Kept]] = field(default=("", {}))
    _keeping: threading.Lock = field(default_factory=threading.Lock)
    _version: _Version = field(default_factory=lambda: _Version(None, 0, ""))

    @classmethod
    def open(cls, config: Config) -> Site:
        """Open the current generation; the workers start in the background.

        Raises:
            StoreMissing: Nothing has been built yet.
        """
        workers = QueryWorkers.from_config(config)
        site = cls.open_with(config, workers)
        workers.start(site.stores.get().generation.id)
        return site

    @classmethod
    def open_for_copy(cls, config: Config) -> Site:
        """Open the current generation for a copy in files; the workers start with the first query.

        Raises:
            StoreMissing: Nothing has been built yet.
        """
        site = cls.open_without_workers(config)
        site.is_copy = True
        return site

    @classmethod
    def open_without_workers(cls, config: Config) -> Site:
        """Open the current generation; the workers start with the first query.

        Raises:
            StoreMissing: Nothing has been built yet.
        """
        return cls.open_with(config, QueryWorkers.from_config(config))

    @classmethod
    def open_with(cls, config: Config, workers: QueryWorkers) -> Site:
        """Open the current generation, for workers that somebody starts or has started.

        Raises:
            StoreMissing: Nothing has been built yet.
        """
        stores = CurrentStore(config.store_dir)
        stores.get()
        return cls(
            config,
            stores,
            workers,
            Deriver(config.store_dir, FILES),
            Deriver(config.store_dir, DRAWINGS, delay_s=_DRAWING_DELAY_S),
            _read_contexts(config.context_dir),
            Judges(config),
        )

    def at(self, release: Release) -> Site:
        """Give a site of its own that serves a release, by the same workers.

        Raises:
            StoreError: The release's generation cannot be read.
        """
        config = replace(self.config, workspace_dir=None, cache_mb=_RELEASE_CACHE_MB)
        return Site(
            config,
            OneStore(find(config.store_dir, release.generation_id)),
            self.workers,
            Deriver(config.store_dir, FILES),
            Deriver(config.store_dir, DRAWINGS, delay_s=_DRAWING_DELAY_S),
            self.contexts,
            self.judges,
            release=release,
        )

    def releases(self) -> Sequence[Release]:
        """List the releases that there are, the last first; a release knows those before it."""
        if self.is_copy:
            return ()
        found = all_releases(self.config.store_dir)
        if self.release is None:
            return found
        return [r for r in found if r.created <= self.release.created]

    def release_served(self) -> Release | None:
        """Find the release that has what is served, if it is one."""
        generation_id = self.stores.get().generation.id
        same = (r for r in self.releases() if r.generation_id == generation_id)
        return self.release or next(same, None)

    @property
    def has_history(self) -> bool:
        """Whether former states can be had of what it serves."""
        return self.config.workspace_dir is not None

    def close(self) -> None:
        """End the processes that work for the application."""
        self.workers.close()
        self.judges.close()
        self.close_all_but_workers()

    def close_all_but_workers(self) -> None:
        """End the processes that work for the application, but for workers that others use."""
        self.deriver.close()
        self.drawer.close()

    def current(self) -> OpenGeneration:
        """Give the generation to serve this request from."""
        opened = self.stores.get()
        self.deriver.notice(opened.generation.id)
        self.drawer.notice(opened.generation.id)
        return opened

    def version(self) -> str:
        """Say what public answers depend on: generation, releases and, for plans in force, day."""
        generation, now = self.stores.get().generation, time.time()
        version = self._version
        if generation is not version.generation or now >= version.until:
            day = int(now) // _DAY_S
            until = min((day + 1) * _DAY_S, int(now) + _RELEASES_S)
            text = f"{generation.id} {day} {self._releases_stamp()}"
            version = self._version = _Version(generation, until, text)
        return version.text

    def _releases_stamp(self) -> int:
        try:
            return releases_path(self.config.store_dir).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def placements(self) -> dict[URIRef, Placement]:
        """Give the places of properties on pages, read once a generation."""
        return self.kept("placements", lambda opened: read_placements(opened.store))

    def kept(self, key: Hashable, make: Callable[[OpenGeneration], T]) -> T:
        """Give what follows from the current generation alone, made once.

        Args:
            key: Tells it from all else that is kept; of few, so that not much is.
            make: Makes it.
        """
        opened = self.current()
        with self._keeping:
            if self._kept[0] != opened.generation.id:
                self._kept = (opened.generation.id, {})
            kept = self._kept[1].setdefault(key, _Kept())
        return cast(T, kept.get(lambda: make(opened)))

    @cached_property
    def context(self) -> Context:
        """Give the context that documents in JSON-LD are written with."""
        return Context(self.contexts[VERSION])

    def evaluate(
        self,
        plan: Plan,
        *,
        generation: str | None = None,
        client: str = "",
        max_rows: int | None = None,
    ) -> AnswerBody:
        """Answer a query from outside in a worker, within the time it may take.

        Args:
            plan: The query, and how to answer it.
            generation: The id of the generation to ask, where a tag is to name it; else
                the current one is asked.
            client: See `QueryWorkers.run`.
            max_rows: See `QueryWorkers.run`.
        """
        query, config = plan.query, self.config
        limit = config.federation_timeout_s if plan.names_services else config.query_timeout_s
        return self.workers.run(
            query.text,
            media_type=plan.media_type,
            timeout_s=min(query.timeout_s or limit, limit),
            generation=generation or self.current().generation.id,
            client=client,
            default_graphs=query.default_graphs,
            named_graphs=query.named_graphs,
            max_rows=max_rows,
            names_services=plan.names_services,
        ).body

    def evaluate_raw(
        self, query_string: str, accept: str | None, *, generation: str, client: str
    ) -> AnswerBody | None:
        """Answer a GET of the endpoint as it came, in a worker; see `QueryWorkers.run_raw`."""
        return self.workers.run_raw(
            query_string,
            accept,
            timeout_s=self.config.query_timeout_s,
            generation=generation,
            client=client,
        )


_RELEASE_CACHE_MB = 8


def _read_contexts(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in folder.glob("*.jsonld")}


def site() -> Site:
    """Give the site that this request is served from: the application's, unless it has another."""
    return cast(Site, g.get("site") or current_app.extensions["napgraph"])


def serve_from(other: Site) -> None:
    """Serve this request from another site than the application's."""
    g.site = other
