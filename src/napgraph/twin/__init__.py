"""The static twin: the whole site but for SPARQL, as files that any file host can serve."""
