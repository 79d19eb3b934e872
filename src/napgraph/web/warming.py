"""What many pages need of a generation is read in the background, before a reader has to wait."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from flask import Flask

from napgraph.errors import NapgraphError
from napgraph.web.site import Site

log = logging.getLogger(__name__)

# Whoever asks at a start comes first; and after a change another one often follows.
_SETTLED_S = 2.0
# What is read from memory takes a fraction of the time.
_LOADED_S = 60.0
# A process that works for less of the time than this has time; one that has none for so long
# never has, and its readers have made by then what they need.
_SHARE = 0.04
_MOST_PATIENT_S = 60.0


class Warmer:
    """Makes what is kept of each generation that is served for a while.

    Args:
        app: The application that makes it.
        site: The application's.
        making: Each makes something that is kept, in the order in which it is wanted.
        settled_s: For how long a generation has to be served before, in seconds.
        rest_s: For how long the process must have had next to nothing to do before each, in
            seconds: of many threads that want the interpreter each waits for it.
    """

    def __init__(
        self,
        app: Flask,
        site: Site,
        making: Sequence[Callable[[], object]],
        *,
        settled_s: float = _SETTLED_S,
        rest_s: float = 0.0,
    ) -> None:
        self._app = app
        self._site = site
        self._making = making
        self._settled_s = settled_s
        self._rest_s = rest_s
        self._warm = ""

    def start(self) -> None:
        """Watch which generation is served, until the process ends."""
        threading.Thread(target=self._watch, name="warmer", daemon=True).start()

    def warm(self) -> None:
        """Make what is kept of the generation that is served; another one cuts it short."""
        self._site.stores.wait_loaded(_LOADED_S)
        generation_id = self._generation_id()
        with self._app.test_request_context("/"):
            for make in self._making:
                self._wait_for_rest()
                if self._generation_id() != generation_id:
                    return
                try:
                    make()
                except NapgraphError as exc:
                    log.info("generation %s cannot be read ahead: %s", generation_id, exc)
        self._warm = generation_id

    def _watch(self) -> None:
        while True:
            seen = self._generation_id()
            time.sleep(self._settled_s)
            if seen not in ("", self._warm) and seen == self._generation_id():
                self.warm()

    def _wait_for_rest(self) -> None:
        """Let those who ask now come first, but not for ever."""
        until = time.monotonic() + _MOST_PATIENT_S
        while self._rest_s and time.monotonic() < until:
            used = time.process_time()
            time.sleep(self._rest_s)
            if time.process_time() - used < _SHARE * self._rest_s:
                return

    def _generation_id(self) -> str:
        try:
            return self._site.stores.get().generation.id
        except NapgraphError:
            return ""
