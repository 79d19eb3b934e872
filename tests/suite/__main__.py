"""Run the W3C's query tests against a server, and against the engine alone beside it.

    cd tests && python -m suite RDF_TESTS [MANIFEST …]

RDF_TESTS is a checkout of https://github.com/w3c/rdf-tests, a MANIFEST a file
in its folder `sparql`; without any, all evaluation, syntax and results tests of
SPARQL 1.0 and 1.1 are run. All their data are put in one folder, each file a
named graph, and served without validation. Each query is sent over HTTP with
its dataset as parameters, and answered in several formats. What the engine
gives for the same test in this process, with no other data, tells whose fault
a failure is. Ends with 1 if one is ours.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from suite.manifests import QUERIES, Suite, read_tests
from suite.running import Endpoint, Outcome, ask_engine, ask_server, serving_folder, write_data


def main(arguments: list[str]) -> int:
    """Run all tests, print those that failed and how many passed."""
    if not arguments:
        print(__doc__)
        return 2
    checkout, *manifests = arguments
    suite = Suite(Path(checkout).resolve() / "sparql")
    tests = [
        test
        for manifest in manifests or QUERIES
        for test in read_tests(suite, suite.folder / manifest)
    ]
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        write_data(suite, tests, data)
        with serving_folder(data, Path(folder) / "store") as address:
            endpoint = Endpoint(address)
            for test in tests:
                ours = ask_server(suite, test, endpoint)
                verdict = judge(ours, ask_engine(suite, test))
                counts[verdict] += 1
                if verdict != "passed":
                    print(f"{verdict}: {test.name}: {ours.problem}", flush=True)
    print(f"{len(tests)} tests: {', '.join(f'{n} {verdict}' for verdict, n in counts.items())}")
    return 1 if counts["FAILED HERE"] else 0


def judge(ours: Outcome, engine: Outcome) -> str:
    """Say whose fault it is."""
    if ours.skipped:
        return "skipped"
    if ours.passed:
        return "passed" if engine.passed else "passed, but the engine alone fails"
    return "FAILED HERE" if engine.passed else "failed by the engine too"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
