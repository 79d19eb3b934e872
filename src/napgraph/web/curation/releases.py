"""Releases: a page that lists them, their files, and each served below its own path as it was."""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Flask, Response, abort, render_template
from flask.blueprints import BlueprintSetupState

from napgraph.errors import StoreError
from napgraph.formats import HTML
from napgraph.pages.citation import WRITERS
from napgraph.release_folder import (
    CHECKSUMS_NAME,
    CITATION_NAME,
    Release,
    find_release,
)
from napgraph.web.citing import release_reference, written
from napgraph.web.files import send_derived
from napgraph.web.languages import page_route
from napgraph.web.public import respond_public
from napgraph.web.representations import see_other
from napgraph.web.site import Site, site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

bp = Blueprint("releases", __name__)

_TEXT = "text/plain; charset=utf-8"
# How many releases are open at once.
_OPEN = 3


@page_route(bp, "/releases")
def releases() -> Response:
    """List the releases, with how to cite each and its files."""
    found = site().releases()
    text = render_template(
        "releases.html",
        releases=found,
        citations={release.name: written(release_reference(release)) for release in found},
    )
    return respond_public(text, HTML.content_type)


@bp.get("/release/<name>")
def release(name: str) -> Response:
    """Lead from the IRI of a release to its description."""
    return see_other(f"/release/{_find(name).name}/dataset", "describedby")


@bp.get("/release/<name>/files/<file_name>")
def file(name: str, file_name: str) -> Response:
    """Give a file of a release, which never changes."""
    found = _find(name)
    if file_name in (CITATION_NAME, CHECKSUMS_NAME):
        return respond_public((found.path / file_name).read_bytes(), _TEXT)
    if file_name not in found.files:
        abort(404, f"Release {name} has no file {file_name}; it has {', '.join(found.files)}.")
    response = send_derived(found.path, found.files[file_name], forever=True)
    response.headers.add("Link", f'<{found.iri}>; rel="collection"')
    return response


@bp.get("/release/<name>/")
@bp.get("/release/<name>/<path:rest>")
def lost(name: str, rest: str = "") -> Response:
    """Say what has become of a release that cannot be served."""
    found = _find(name)
    return abort(
        503,
        f"The generation of release {found.name} is lost. Whoever runs this removes "
        f"{found.path.name} from releases in the store folder and runs `napgraph release "
        f"{found.name}`, which makes it again from git.",
    )


@bp.get("/cite/release/<path:name>")
def cite(name: str) -> Response:
    """Give the citation of a release in the format that the end of its name says."""
    for form, write in WRITERS.items():
        stem = name.removesuffix(f".{form.suffix}")
        if stem != name and (found := find_release(site().config.store_dir, stem)):
            text = write(release_reference(found))
            return respond_public(text, f"{form.media_type}; charset=utf-8")
    return abort(404, f"There is no release {name[:60]!r} to cite in this form; see /releases.")


def _find(name: str) -> Release:
    found = find_release(site().config.store_dir, name)
    return found or abort(404, f"There is no release {name[:60]!r}; see /releases.")


# -- releases as they were ---------------------------------------------------------------------


@bp.record_once
def serve_releases(state: BlueprintSetupState) -> None:
    """Serve each release below its own path, before the application is asked."""
    app = cast(Flask, state.app)
    app.wsgi_app = ReleasedSites(app.wsgi_app, app.extensions["napgraph"])  # type: ignore[method-assign]


class ReleasedSites:
    """A WSGI application before another one, which serves releases as sites of their own.

    A release is asked by the addresses that the current site has, below
    `/release/2026.1`; what its pages and headers lead to is in the release.

    Args:
        app: The application.
        live: Its site.
    """

    def __init__(self, app: WSGIApplication, live: Site) -> None:
        self._app = app
        self._live = live
        self._apps: OrderedDict[str, Flask] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        match = _PATH.fullmatch(environ["PATH_INFO"])
        found = match and find_release(self._live.config.store_dir, match[1])
        if not match or not found or match[2].startswith("/files/"):
            return self._app(environ, start_response)
        try:
            app = self._app_of(found)
        except StoreError as exc:
            log.error("release %s cannot be served: %s", found.name, exc)
            return self._app(environ, start_response)
        root = f"/release/{found.name}"
        inside = {**environ, "SCRIPT_NAME": root, "PATH_INFO": match[2]}
        # Pages are changed on their way out, and encoded after that.
        inside.pop("HTTP_ACCEPT_ENCODING", None)
        answer = _Inside(root, start_response)
        return answer.finish(app(inside, answer.begin))

    def _app_of(self, release: Release) -> Flask:
        with self._lock:
            app = self._apps.get(release.name)
            if app is None:
                app = self._apps[release.name] = _open(self._live.at(release))
            self._apps.move_to_end(release.name)
            while len(self._apps) > _OPEN:
                _, old = self._apps.popitem(last=False)
                old.extensions["napgraph"].close_all_but_workers()
            return app


_PATH = re.compile(r"/release/([^/]+)(/.*)")


def _open(released: Site) -> Flask:
    from napgraph.web import create_app

    app = create_app(released.config, released)
    app.context_processor(lambda: {"release": released.release})
    return app


class _Inside:
    """An answer whose links are to stay below a path.

    Links in pages are ours and written in one way; what a reader of data wrote
    into them is escaped and cannot look like one.
    """

    def __init__(self, root: str, start_response: StartResponse) -> None:
        self._root = root
        self._start_response = start_response
        self._begun: tuple[str, list[tuple[str, str]]] | None = None

    def begin(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        """Note how the answer begins."""
        self._begun = status, [self._header(*pair) for pair in headers]
        return _write_nothing

    def finish(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """Give the answer."""
        if self._begun is None:
            raise RuntimeError("the application has not begun its answer")
        status, headers = self._begun
        kinds = [value for name, value in headers if name.lower() == "content-type"]
        if not kinds or not kinds[0].startswith(HTML.media_type):
            self._start_response(status, headers)
            return body
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        page = _HREF.sub(rb"\1" + self._root.encode() + b"/", whole)
        headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        self._start_response(status, [*headers, ("Content-Length", str(len(page)))])
        return [page]

    def _header(self, name: str, value: str) -> tuple[str, str]:
        if name.lower() in ("location", "content-location") and _is_ours(value):
            return name, f"{self._root}{value}"
        if name.lower() == "link":
            return name, _TARGET.sub(rf"<{self._root}/", value)
        return name, value


# A path of this site in an attribute; styles and scripts are the same everywhere.
_HREF = re.compile(rb'(\s(?:href|src|action|formaction)=")/(?!/|static/|releases?[/"])')
_TARGET = re.compile(r"</(?!/)")


def _is_ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")


def _write_nothing(_: bytes) -> None:
    raise RuntimeError("nothing of ours writes in the old way")
