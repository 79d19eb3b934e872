"""The W3C's test suite of SPARQL queries, run by hand against a server of ours."""
