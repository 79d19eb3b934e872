"""Serve the application with Granian."""

from __future__ import annotations

import errno
import socket

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from napgraph.errors import ConfigError


def require_free(host: str, port: int) -> None:
    """Check that nothing else listens there.

    Raises:
        ConfigError: Something does, or the address is not this machine's.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            taken = exc.errno == errno.EADDRINUSE
            reason = "is in use; choose another with --port" if taken else "cannot be listened on"
            raise ConfigError(f"Port {port} on {host} {reason}.") from exc


def run_server(host: str, port: int, *, threads: int) -> None:
    """Serve until told to stop, with the settings that the environment has.

    Args:
        host: The address to listen on.
        port: The port, likewise.
        threads: How many requests may be under way at once.
    """
    Granian(
        "napgraph.startup:create_app_from_environment",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=threads,
        log_access=False,
        # It would warn of so many threads; most only wait for a query worker.
        log_level=LogLevels.error,
    ).serve()
