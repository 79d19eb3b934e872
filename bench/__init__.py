"""Measure napgraph, and others beside it: `python -m bench --help`."""
