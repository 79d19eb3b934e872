"""Questions to SPARQL endpoints elsewhere, with a time limit."""

from __future__ import annotations

from urllib.error import HTTPError, URLError

from SPARQLWrapper import POST, SELECT, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from napgraph.errors import EndpointError


def ask_endpoint(endpoint: str, text: str, *, media_type: str, timeout_s: int = 60) -> bytes:
    """Send a query to an endpoint and give its answer as it came.

    Args:
        endpoint: Address of the SPARQL endpoint.
        text: A SPARQL query.
        media_type: The format to ask for.
        timeout_s: How long to wait, in seconds.

    Raises:
        EndpointError: It cannot be reached, refuses the query, or answers in
            another format.
    """
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setMethod(POST)
    wrapper.setTimeout(timeout_s)
    wrapper.setQuery(text)
    # It takes the "add" in a comment for an update; what is asked here never is one.
    wrapper.queryType = SELECT
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", media_type)
    try:
        response = wrapper.query().response
        body: bytes = response.read()
    except HTTPError as exc:
        raise EndpointError(f"{endpoint} answers {exc.code}: {exc.reason}.") from exc
    except SPARQLWrapperException as exc:
        reason = " ".join(str(exc).split())[:300]
        raise EndpointError(f"{endpoint} refuses the query: {reason}") from exc
    except URLError as exc:
        raise EndpointError(f"{endpoint} does not answer: {exc.reason}.") from exc
    except (OSError, ValueError) as exc:
        raise EndpointError(f"{endpoint} does not answer: {exc}.") from exc
    found = response.headers.get_content_type()
    if found != media_type:
        raise EndpointError(f"{endpoint} answers in {found}, not in {media_type}.")
    return body
