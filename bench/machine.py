"""What the numbers were measured on: the machine, and the versions of all that took part."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil


def description() -> str:
    """Describe machine, system and our own versions in one line of Markdown."""
    ours = ", ".join(f"{name} {version(name)}" for name in ("napgraph", "pyoxigraph", "granian"))
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} on {_processor()}, {os.cpu_count()} cores, "
        f"{psutil.virtual_memory().total / 2**30:.0f} GB; {_system()}; "
        f"Python {platform.python_version()}, {ours}; {_wrk()}."
    )


def busy() -> str:
    """Warn where the machine has other work; empty where it is quiet."""
    load = os.getloadavg()[0]
    return f"The machine was busy with other work (load {load:.1f})." if load > 0.7 else ""


def _processor() -> str:
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _system() -> str:
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return f"{release}, Linux {platform.release().split('-')[0]}"


def _wrk() -> str:
    program = shutil.which("wrk")
    if program is None:
        return "wrk is not installed"
    said = subprocess.run([program, "-v"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2]) if said.startswith("wrk") else Path(program).name
