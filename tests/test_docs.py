"""What the documents say is so: examples print what is shown; files, commands and links exist.

A block marked `console` is run: each line `$ command` has to print the lines
below it, `...` standing for any text. A block whose mark is followed by a name
(`sparql climate.rq`) is saved under that name for the examples after it. They
run in a folder with a copy of the data, against a server of what we ship.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, OutputChecker
from itertools import pairwise
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from napgraph.cli import main
from napgraph.config import Config
from napgraph.derivation import derive
from napgraph.formats import GRAPH_FORMATS, HTML, RESULTS_FORMATS
from napgraph.namespaces import DATASET
from napgraph.store_folder import current
from napgraph.turtle import read_graph
from napgraph.wording import CREATOR, TITLE

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
BIN = Path(sys.executable).parent
SHOWN_ADDRESS, SHOWN_STORE = "127.0.0.1:5000", "var/store"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


# -- reading the documents ---------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """A command of a document and what it is said to print.

    Attributes:
        place: The document and the line of the block.
        steps: The commands of the block with what each prints.
        files: Those that the document asks to save before, by name.
    """

    place: str
    steps: tuple[tuple[str, str], ...]
    files: dict[str, str]


def tokens(page: Path) -> list[Token]:
    """Read a document's Markdown, what stands inside blocks after the block."""
    blocks = MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))
    return [token for block in blocks for token in (block, *(block.children or ()))]


def examples(page: Path) -> Iterator[Example]:
    """Read the examples of a document in order."""
    files: dict[str, str] = {}
    for token in tokens(page):
        mark, _, name = token.info.partition(" ")
        if token.type != "fence":
            continue
        if mark == "console" and token.map:
            place = f"{page.relative_to(ROOT)}:{token.map[0] + 1}"
            yield Example(place, tuple(steps(token.content)), dict(files))
        elif name.endswith((".rq", ".json", ".ttl", ".trig")):
            files[name] = token.content


def steps(block: str) -> Iterator[tuple[str, str]]:
    """Split a console block into commands and what each prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = re.sub(r"\\\n\s*", "", part).partition("\n")
        yield command, shown


def codes(*pages: Path) -> set[str]:
    """List what stands in the documents as code within a line."""
    return {t.content for page in pages for t in tokens(page) if t.type == "code_inline"}


def block(page: Path, mark: str) -> str:
    """Give the one block of a document that is marked so."""
    (content,) = (t.content for t in tokens(page) if t.type == "fence" and t.info == mark)
    return content


def rows(page: Path, heading: str) -> list[list[str]]:
    """Give the rows of the table that begins with a heading, if there is one."""
    text = page.read_text(encoding="utf-8")
    table = text.partition(f"| {heading} |")[2].partition("\n\n")[0]
    lines = [line for line in table.splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


EXAMPLES = [example for page in PAGES for example in examples(page)]


# -- running the examples ----------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """What we ship, built and served.

    Attributes:
        printed: What building and serving printed, by command.
    """

    address: str
    store: Path
    printed: dict[str, str]

    def as_shown(self, text: str) -> str:
        """Write addresses and folders as the documents do."""
        return text.replace(self.address, SHOWN_ADDRESS).replace(str(self.store), SHOWN_STORE)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Build what we ship, once, and serve it."""
    store = tmp_path_factory.mktemp("docs") / "store"
    build = [BIN / "napgraph", "build", "--no-validate"]
    built = subprocess.run(
        build, env=environment(store), check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    # What is made beside a server that has just started is there when it is asked for.
    derive(current(store), store)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    serve = [BIN / "napgraph", "serve", "--local-token", "--port", port]
    env = environment(store, NAPGRAPH_WORKSPACE=str(store.parent))
    with subprocess.Popen(serve, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            served = process.stdout.readline() + process.stdout.readline()
            address = f"127.0.0.1:{port}"
            wait_for(f"http://{address}/sparql?query=ASK%7B%7D")
            printed = {"napgraph build": built, "napgraph serve --local-token": served}
            yield Site(address, store, printed)
        finally:
            process.terminate()


def environment(store: Path, **more: str) -> dict[str, str]:
    """Give the settings of a command, whatever those of whoever runs the tests."""
    foreign = ("NAPGRAPH_", "MAKE", "MFLAGS")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return {**inherited, "PATH": path, "NO_PROXY": "*", "NAPGRAPH_STORE": str(store), **more}


def wait_for(url: str) -> None:
    """Ask until there is an answer."""
    for _ in range(400):
        try:
            with urllib.request.urlopen(url, timeout=20):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder like a checkout, whose data an example may change."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for name in ("ontology", "shapes", "src"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def printed(command: str, site: Site, folder: Path) -> str:
    """Run a command of an example; for a target of make, give what its parts printed."""
    if command.startswith("make "):
        return "".join(site.printed[part] for part in recipe(command))
    env = environment(site.store, NAPGRAPH_DATA="data/ttl")
    result = subprocess.run(
        ["bash", "-c", command.replace(SHOWN_ADDRESS, site.address)],
        cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
        text=True,
    )  # fmt: skip
    return result.stdout


def recipe(command: str) -> list[str]:
    """List what a target of make calls napgraph to do."""
    lines = dry_run(command.removeprefix("make ")).stdout.splitlines()
    start = ".venv/bin/"
    return [line.removeprefix(start) for line in lines if line.startswith(f"{start}napgraph ")]


def dry_run(target: str) -> subprocess.CompletedProcess[str]:
    """Ask make what it would do."""
    return subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=ROOT, env=environment(Path()), capture_output=True, text=True,
    )  # fmt: skip


def fits(shown: str, text: str) -> bool:
    """Tell whether a text is the one shown, `...` standing for any.

    Its last line end may lack, and the lines of data files may have other numbers.
    """
    shown, text = (re.sub(r"(?<=\.ttl:)[0-9]+", "1", each) for each in (shown, text))
    return OutputChecker().check_output(shown, f"{text.rstrip()}\n" if text else "", ELLIPSIS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.place)
def test_example_prints_what_is_shown(example: Example, site: Site, folder: Path) -> None:
    """Every command of a document runs and prints what stands below it."""
    if any("curl " in command for command, _ in example.steps) and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    for name, content in example.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    for command, shown in example.steps:
        found = site.as_shown(printed(command, site, folder))

        assert shown == (shown if fits(shown, found) else found)


def test_commands_are_examples() -> None:
    """Commands stand in blocks that are run, never in one that only looks like it."""
    marks = {token.info for page in PAGES for token in tokens(page) if token.type == "fence"}

    assert set() == marks & {"", "sh", "bash", "shell", "shell-session", "zsh"}


def test_examples_show_something() -> None:
    """What an example prints is never left wholly open, since then it would always be right."""
    shown = [shown.strip() for example in EXAMPLES for _, shown in example.steps]

    assert shown
    assert "..." not in shown


# -- files and paths ---------------------------------------------------------------------------


def paths_in(texts: Iterable[str]) -> set[str]:
    """Pick the texts that name a file or folder of ours."""
    is_path = re.compile(r"\.?[\w*-]+(\.[\w*-]+)*(/[\w*.-]+)*/?")
    is_media_type = re.compile(r"(text|application)/")
    suffixes = (".md", ".py", ".toml", ".ttl", ".rq", ".cff", ".json", ".csv", ".html")
    return {
        text
        for text in texts
        if is_path.fullmatch(text)
        and ("/" in text or text.endswith(suffixes))
        and not text.startswith(suffixes)
        and not is_media_type.match(text)
    }


def made_here() -> set[str]:
    """List the folders that are made by our commands and not kept; DIR is any that a user names."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return {"DIR"} | {line.strip("/") for line in lines}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_exist(page: Path) -> None:
    """A file or folder that a document names is there."""
    saved = {name for example in examples(page) for name in example.files}
    named = {path for path in paths_in(codes(page)) if path.split("/")[0] not in made_here()}

    assert set() == {path for path in named - saved if not list(ROOT.glob(path))}


def test_layers_are_those_checked() -> None:
    """The README shows the layers that import-linter holds us to."""
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]

    assert [line.replace("napgraph.", "") for line in layers] == block(
        README, "text layers"
    ).splitlines()


def test_picture_names_modules_that_exist() -> None:
    """Every module and folder in the picture is in the package or the checkout."""
    named = set(re.findall(r"[\w/]+(?:\.py|/)(?=[\"<,: ]|$)", block(README, "mermaid")))
    package = ROOT / "src" / "napgraph"

    assert named
    assert set() == {n for n in named if not ((package / n).exists() or (ROOT / n).exists())}


@pytest.mark.parametrize(
    "path", sorted(c for page in PAGES for c in codes(page) if re.match(r"/[\w.]", c))
)
def test_named_address_answers(path: str, site: Site) -> None:
    """A path of the site that a document names leads to an answer."""
    with urllib.request.urlopen(f"http://{site.address}{path}", timeout=20) as response:
        assert 200 == response.status


def slug(heading: str) -> str:
    """Give the anchor that a heading has on a code forge."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """List the anchors of a document's headings."""
    pairs = pairwise(tokens(page))
    return {slug(inline.content) for opening, inline in pairs if opening.type == "heading_open"}


def links(page: Path) -> list[str]:
    """List where a document's links lead."""
    return [str(t.attrGet("href")) for t in tokens(page) if t.type == "link_open"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_resolve(page: Path) -> None:
    """A link within the project leads to a file, and to a heading of it where it names one."""
    broken = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not re.match("[a-z]+:", link) and not (
            target.exists() and (not anchor or anchor in anchors(target))
        ):
            broken.append(link)

    assert [] == broken


# -- commands and settings ---------------------------------------------------------------------


def commands(group: click.Group, prefix: str = "napgraph") -> dict[str, click.Command]:
    """List the commands by all their words."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{prefix} {name}")
        else:
            found[f"{prefix} {name}"] = command
    return found


COMMANDS = commands(main)


def options(*group: click.Command) -> set[str]:
    """List the options of some commands, those that say no included."""
    parameters = [parameter for command in group for parameter in command.params]
    return {o for p in parameters for o in (*p.opts, *p.secondary_opts)}


def called() -> set[str]:
    """List the calls of napgraph in all documents, up to a pipe."""
    ran = {command for example in EXAMPLES for command, _ in example.steps}
    texts = {part.strip() for text in ran | codes(*PAGES) for part in re.split("[|;&]", text)}
    return {text for text in texts if text.startswith("napgraph ")}


@pytest.mark.parametrize("name", COMMANDS)
def test_readme_tells_of_every_command(name: str) -> None:
    """Each command of the program is in the README."""
    ran = {command for example in examples(README) for command, _ in example.steps}

    assert any(text.startswith(name) for text in codes(README) | ran)


@pytest.mark.parametrize("call", sorted(called()))
def test_call_is_possible(call: str) -> None:
    """A call in a document is of a command that exists, with options that it has."""
    meant = [command for name, command in COMMANDS.items() if f"{call} ".startswith(f"{name} ")]

    assert 1 == len(meant)
    assert set() == set(re.findall(r"(?<!\S)--[a-z-]+", call)) - options(*meant)


@pytest.mark.parametrize(
    "option", sorted({c.split("=")[0] for c in codes(README) if c.startswith("--")})
)
def test_option_exists(option: str) -> None:
    """An option that the README names alone is one of some command."""
    assert option.split()[0] in options(*COMMANDS.values())


@pytest.mark.parametrize(
    "target", sorted(c[5:] for page in PAGES for c in codes(page) if c.startswith("make "))
)
def test_target_of_make_exists(target: str) -> None:
    """A target of make that a document names is one."""
    result = dry_run(target)

    assert (0, "") == (result.returncode, result.stderr)


class Recorder(dict[str, str]):
    """An environment that remembers which variables were looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
        """Remember the name; nothing is set."""
        self.asked.add(name)
        return default


def settings() -> dict[str, str]:
    """List the settings that the documents explain, each with its default as it is shown."""
    found = [row for page in PAGES for row in rows(page, "variable")]
    return {name.strip("`"): default for name, default, _ in found}


def test_documents_tell_of_every_setting() -> None:
    """The tables of settings have the variables that are read, and no other."""
    environ = Recorder()
    Config.from_env(environ)

    assert environ.asked == set(settings())


def test_defaults_are_those_shown() -> None:
    """With each setting given as its default is shown, nothing changes."""
    shown = {name: text.strip("`") for name, text in settings().items() if text.startswith("`")}
    for name in ("NAPGRAPH_DATA", "NAPGRAPH_ONTOLOGY", "NAPGRAPH_SHAPES"):
        shown[name] = str(ROOT / shown[name])

    assert Config() == Config.from_env(shown)


@pytest.mark.parametrize(
    ("heading", "formats"),
    [("suffix", (*GRAPH_FORMATS, HTML)), ("`format=`", RESULTS_FORMATS)],
    ids=["graphs", "results"],
)
def test_formats_are_those_shown(heading: str, formats: tuple) -> None:  # type: ignore[type-arg]
    """The tables of formats have those that are served, in their order."""
    served = [(form.suffix, form.media_type) for form in formats]

    shown = [[cell.strip("`.") for cell in row[:2]] for row in rows(README, heading)]

    assert served == [tuple(row) for row in shown]


# -- version and licences ----------------------------------------------------------------------


def test_citation_has_the_version() -> None:
    """Who cites napgraph cites the version that is here."""
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    assert {PROJECT["project"]["version"]} == set(re.findall(r"(?m)^ *version: \"?(.+?)\"?$", text))


def test_citation_names_the_dataset_as_its_description_does() -> None:
    """Title and creator are those that the dataset gives of itself, and the IRI is its own."""
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8").partition("preferred-citation:")[2]

    assert all(f'"{words}"' in cited for words in (TITLE, CREATOR, DATASET))


def test_changelog_has_the_version() -> None:
    """The version that is here is released in the change log, or is the next to be."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = text.partition("\n## ")[2].partition("\n## ")[0]

    assert first.startswith("[Unreleased]")
    assert PROJECT["project"]["version"] in first or f"\n## [{PROJECT['project']['version']}]" in (
        text
    )


@pytest.mark.parametrize("path", ["ontology/nap.ttl", "shapes/shapes.ttl", "data/ttl/MLI.ttl"])
def test_licence_of_data_is_the_one_the_files_state(path: str) -> None:
    """The notice links the licence that ontology, shapes and data name themselves."""
    licence = re.escape("http://purl.org/dc/terms/license")
    stated = {str(o) for _, p, o in read_graph(ROOT / path) if re.fullmatch(licence, str(p))}
    (iri,) = stated

    assert iri in (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
