"""Serve a file with rdflib-endpoint, as its own command does, but without a log of requests.

Run by the Python of its environment: STORE FILE PORT.
"""

import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint

store, path, port = sys.argv[1:]
graph = Dataset(store=store, default_union=True)
graph.parse(path, format="nt")
app = SparqlEndpoint(graph=graph)
uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
