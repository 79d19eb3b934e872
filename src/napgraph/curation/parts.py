"""The parts of two states of a file that differ, so that not all of both has to be read.

Files in the layout of ours have a block a thing, which ends with a full stop on
a line of its own. Blocks that both states have say the same in both.
"""

from __future__ import annotations

import re


def differing_parts(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """Leave out of two states of a Turtle file what stands in both.

    Returns:
        Turtle that differs in the same statements; the whole of both where the
        files are laid out in another way.
    """
    if not (_is_plain(before) and _is_plain(after)):
        return before, after
    old_head, old = _split(before)
    new_head, new = _split(after)
    if _DECLARATION.search(b"".join(old)) or _DECLARATION.search(b"".join(new)):
        return before, after
    if old_head != new_head and _declared(old_head, new_head):
        return before, after
    in_both = set(old) & set(new)
    return (
        old_head + b"".join(block for block in old if block not in in_both),
        new_head + b"".join(block for block in new if block not in in_both),
    )


# A text over several lines could have a line that looks like the end of a block, and a blank
# node with a name may stand in several blocks.
_SPREAD = re.compile(rb"""\"{3}|'{3}|(?:^|[\s\[(,;])_:""", re.MULTILINE)
_DECLARATION = re.compile(rb"^[ \t]*@?(?:prefix|base)[ \t]", re.IGNORECASE | re.MULTILINE)
_PREFIX = re.compile(rb"PREFIX ([^ :]*): <([^>]*)>")


def _is_plain(content: bytes) -> bool:
    return _SPREAD.search(content) is None


def _split(content: bytes) -> tuple[bytes, list[bytes]]:
    """Split a file into its head of prefixes and its blocks."""
    head, gap, body = content.partition(b"\n\n")
    blocks = body.split(b"\n.\n")
    last = blocks.pop()
    blocks = [block.lstrip(b"\n") + b"\n.\n" for block in blocks]
    return head + gap, [*blocks, last] if last.strip() else blocks


def _declared(before: bytes, after: bytes) -> bool:
    """Tell whether two heads give a prefix another meaning, or have what is no prefix of ours."""
    old, new = dict(_PREFIX.findall(before)), dict(_PREFIX.findall(after))
    lines = [line for line in (before + b"\n" + after).splitlines() if line.strip()]
    if not all(_PREFIX.fullmatch(line) or line.startswith(b"#") for line in lines):
        return True
    return any(old[prefix] != new[prefix] for prefix in old.keys() & new.keys())
