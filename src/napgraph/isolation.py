"""What a worker process takes away from itself before it reads a stranger's query.

Two means, each enough to keep a query from opening a connection:

* a network namespace of its own, with nothing in it: on Linux as root, or
  without root where the system allows user namespaces;
* no more file descriptors, where the store is in memory: everywhere.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
from pathlib import Path

log = logging.getLogger(__name__)

_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000


def leave_network() -> bool:
    """Move this process to a network namespace with no way out; tell whether that was allowed.

    The process must have one thread only.

    Source: unshare(2)
    """
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (AttributeError, OSError):  # not Linux
        return False
    return any(unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def forbid_new_files() -> None:
    """Take from this process the means to open a file or a connection."""
    highest = max(int(path.name) for path in Path("/dev/fd").iterdir())
    while (newest := os.open(os.devnull, os.O_RDONLY)) < highest:
        pass
    os.close(newest)
    set_soft_limit(resource.RLIMIT_NOFILE, newest)


def set_soft_limit(kind: int, limit: int | None) -> None:
    """Set a limit of this process, as far as it may go; None is as far as that."""
    _, hard = resource.getrlimit(kind)
    if limit is None or (hard != resource.RLIM_INFINITY and limit > hard):
        limit = hard
    resource.setrlimit(kind, (limit, hard))


def limit_memory(allowance_bytes: int) -> None:
    """Let this process use so much address space beyond what it has now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # not Linux: without this figure a limit would be a guess
        return
    set_soft_limit(resource.RLIMIT_AS, pages * resource.getpagesize() + allowance_bytes)
