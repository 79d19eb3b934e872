"""What a worker process takes away from itself before it reads a stranger's query.

Three means, each enough to keep a query from opening a connection:

* a network namespace of its own, with nothing in it: on Linux as root, or
  without root where the system allows user namespaces;
* a filter of system calls that refuses to make sockets: on Linux, without root;
* no more file descriptors, where the store is in memory: everywhere.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from pathlib import Path

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


def forbid_sockets() -> bool:
    """Have the system refuse this process every new socket; tell whether it will.

    Also refused is io_uring, which makes sockets without the call for it. What
    is open stays open, and neither this nor a later process can undo it.

    Source: seccomp(2), prctl(2)
    """
    numbers = _SYSCALLS.get(platform.machine()) if platform.system() == "Linux" else None
    if numbers is None:
        return False
    code = ctypes.create_string_buffer(_socket_filter(*numbers))
    program = _FilterProgram(len(code.raw) // 8, ctypes.cast(code, ctypes.c_void_p))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def end_with_parent() -> None:
    """Have the system kill this process when the one that started it ends; on Linux.

    Source: PR_SET_PDEATHSIG in prctl(2)
    """
    if platform.system() == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


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


# -- the filter of system calls --------------------------------------------------------------

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_SECCOMP_ALLOW, _SECCOMP_ERRNO = 0x7FFF_0000, 0x0005_0000
# By machine: what the kernel calls it, and the numbers of socket and io_uring_setup.
_SYSCALLS = {
    "x86_64": (0xC000_003E, (41, 425)),
    "aarch64": (0xC000_00B7, (198, 425)),
}
# The numbers from here on are those of another calling convention on the same machine.
_OTHER_CONVENTION = 0x4000_0000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06


class _FilterProgram(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _socket_filter(machine: int, refused: tuple[int, ...]) -> bytes:
    """Write the filter: instructions of code, two jumps and an operand, as linux/filter.h has them.

    It allows what it was written for and is not refused, and nothing else.
    """
    tests = [(_AT_LEAST, _OTHER_CONVENTION), *((_EQUAL, number) for number in refused)]
    program = [
        struct.pack("HBBI", _LOAD, 0, 0, 4),
        struct.pack("HBBI", _EQUAL, 0, len(tests) + 2, machine),
        struct.pack("HBBI", _LOAD, 0, 0, 0),
    ]
    for left, (code, operand) in zip(range(len(tests), 0, -1), tests, strict=True):
        program.append(struct.pack("HBBI", code, left, 0, operand))
    program.append(struct.pack("HBBI", _RETURN, 0, 0, _SECCOMP_ALLOW))
    program.append(struct.pack("HBBI", _RETURN, 0, 0, _SECCOMP_ERRNO | errno.EPERM))
    return b"".join(program)
