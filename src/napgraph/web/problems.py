"""The problems that this site reports, each with an address that explains it.

Source: RFC 9457
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, render_template

from napgraph.errors import (
    CurationError,
    DataError,
    DataSyntaxError,
    DataTimeout,
    DataTooLarge,
    EndpointBusy,
    EndpointError,
    NapgraphError,
    NotAcceptable,
    NotAllowed,
    PublicationError,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooComplex,
    QueryTooLarge,
    RequestError,
    SignInError,
    StoreError,
    SubmissionChanged,
    SubmissionMissing,
    TooManyRequests,
    UnsupportedBody,
    WorkspaceError,
)
from napgraph.namespaces import BASE

bp = Blueprint("problems", __name__)


@dataclass(frozen=True)
class Problem:
    """A kind of problem.

    Attributes:
        name: Its part of the address, which never changes.
        title: What it is called.
        cause: When it comes.
        remedy: What whoever meets it can do.
        error: The error of ours that it reports, if there is one.
    """

    name: str
    status: HTTPStatus
    title: str
    cause: str
    remedy: str
    error: type[NapgraphError] | None = None

    @property
    def iri(self) -> str:
        """The address that is its type."""
        return f"{BASE}problems#{self.name}"


# An error is reported as the first that fits it, so a class comes after those below it.
PROBLEMS = (
    Problem(
        "query-too-complex",
        HTTPStatus.BAD_REQUEST,
        "The query is too complex",
        "The query has more levels of brackets, or more operators, than an engine can be "
        "trusted with.",
        "Write long lists of values with VALUES or IN, and ask for parts in several queries.",
        QueryTooComplex,
    ),
    Problem(
        "query-syntax",
        HTTPStatus.BAD_REQUEST,
        "The query is not SPARQL",
        "The text does not follow the grammar of SPARQL 1.1. Line and column say where reading "
        "it ended; the mistake may be before.",
        "Look at the place and the word before it: a bracket, a full stop or a prefix is missing "
        "most often.",
        QuerySyntaxError,
    ),
    Problem(
        "bad-request",
        HTTPStatus.BAD_REQUEST,
        "The request cannot be read",
        "A parameter is missing, given twice or has a value that makes no sense, or a text is "
        "not UTF-8.",
        "Send one query, as the SPARQL 1.1 Protocol says; the detail names the parameter.",
        RequestError,
    ),
    Problem(
        "query-refused",
        HTTPStatus.FORBIDDEN,
        "This is not carried out here",
        "The query would change the data, or ask an endpoint that is not on this server's list.",
        "Only ask. Corrections and additions are submitted and reviewed.",
        QueryRefused,
    ),
    Problem(
        "data-syntax",
        HTTPStatus.BAD_REQUEST,
        "The data are not in their format",
        "The data do not follow the grammar of the format that they are said to be in, or are not "
        "UTF-8. Line and column say where reading ended; the mistake may be before.",
        "Look at the place and what is just before it, and check that the format is the right one.",
        DataSyntaxError,
    ),
    Problem(
        "not-found",
        HTTPStatus.NOT_FOUND,
        "We have no page at this address",
        "Nothing is known of this address, or there is no such format of it.",
        "Begin with the first page, or ask for what you look for in SPARQL.",
    ),
    Problem(
        "method-not-allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        "This method is not for this address",
        "The address exists but does not take the HTTP method of the request.",
        "Use a method that the header Allow of the answer names.",
    ),
    Problem(
        "not-acceptable",
        HTTPStatus.NOT_ACCEPTABLE,
        "Not in this format",
        "None of the formats that the header Accept names is to be had.",
        "Ask for one of those that the member available lists.",
        NotAcceptable,
    ),
    Problem(
        "range-not-satisfiable",
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "This part is not in the file",
        "The header Range asks for bytes after the last.",
        "Ask for a part within the length that the header Content-Range of the answer gives.",
    ),
    Problem(
        "query-too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The query is too large",
        "The text of the query, its answer, or the memory that it needs is over a limit.",
        "Ask for less at once, with LIMIT and OFFSET or for one country at a time.",
        QueryTooLarge,
    ),
    Problem(
        "data-too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The data are too much",
        "The data are longer, have more statements or more levels of brackets, or need more "
        "memory than a limit allows.",
        "Send fewer graphs at once: the member limit says how much there may be.",
        DataTooLarge,
    ),
    Problem(
        "unsupported-media-type",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "A body of this type is not read here",
        "The body of the request is in none of the formats that this address reads, or it is "
        "compressed.",
        "Ask for SPARQL with application/sparql-query, or application/x-www-form-urlencoded with a "
        "parameter query; send data in a format that the detail names.",
        UnsupportedBody,
    ),
    Problem(
        "endpoint-error",
        HTTPStatus.BAD_GATEWAY,
        "Another endpoint did not answer",
        "The query asks another endpoint, which failed or took too long.",
        "Try again later, or put SILENT after SERVICE to do without its answer.",
        EndpointError,
    ),
    Problem(
        "endpoint-busy",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The endpoint is busy",
        "All that answer queries, or judge data, are taken, and as many requests wait as may.",
        "Try again after the seconds that the header Retry-After names.",
        EndpointBusy,
    ),
    Problem(
        "store-unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The graph cannot be read just now",
        "The store is missing or not whole on this server.",
        "Try again later; whoever runs the server has to build the store.",
        StoreError,
    ),
    Problem(
        "query-timeout",
        HTTPStatus.GATEWAY_TIMEOUT,
        "The query took too long",
        "The query was stopped when it had taken the time that a query may take.",
        "Ask for less at once; name the class or graph of what you look for, and have FILTER "
        "stand where few rows are left.",
        QueryTimeout,
    ),
    Problem(
        "data-timeout",
        HTTPStatus.GATEWAY_TIMEOUT,
        "The data took too long",
        "Judging the data was stopped when it had taken the time that it may take.",
        "Send fewer graphs at once.",
        DataTimeout,
    ),
    Problem(
        "data-refused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "These data cannot be judged",
        "The data can be read, but something would have to be fetched for them, they belong to no "
        "graph of data, or a fact sheet does not follow its schema.",
        "Do what the detail says.",
        DataError,
    ),
    Problem(
        "query-unanswerable",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This query cannot be answered",
        "The query is SPARQL, but the engine cannot carry it out: a function is unknown, or the "
        "engine failed.",
        "Use functions of SPARQL 1.1 only.",
        QueryError,
    ),
    Problem(
        "sign-in-needed",
        HTTPStatus.UNAUTHORIZED,
        "You have to sign in",
        "Only people with a token can do this, and the request has none, or one that opens "
        "nothing here: mistyped, revoked or past its date.",
        "Sign in at /sign-in, or send a token in the header Authorization: Bearer.",
        SignInError,
    ),
    Problem(
        "not-allowed",
        HTTPStatus.FORBIDDEN,
        "This may not be done",
        "Not by this person, not from this page, or not any more, as the submission stands.",
        "The detail says who may; look at the submission's page for what has happened to it.",
        NotAllowed,
    ),
    Problem(
        "submission-missing",
        HTTPStatus.NOT_FOUND,
        "There is no such submission",
        "Nothing was submitted under this name.",
        "Look for it in the list at /submissions.",
        SubmissionMissing,
    ),
    Problem(
        "submission-changed",
        HTTPStatus.CONFLICT,
        "The submission has changed meanwhile",
        "Its author has revised it since it was looked at.",
        "Look at the newest revision, and decide on that.",
        SubmissionChanged,
    ),
    Problem(
        "not-publishable",
        HTTPStatus.CONFLICT,
        "This cannot be published as it is",
        "It breaks a rule, or clashes with what was published since it was made.",
        "Its author has to revise it; its page says what is to be mended.",
        PublicationError,
    ),
    Problem(
        "too-many-requests",
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too often in a short time",
        "From one address, or by one person, this was done as often as it may be.",
        "Try again after the seconds that the header Retry-After names.",
        TooManyRequests,
    ),
    Problem(
        "workspace-unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The data cannot be written just now",
        "Somebody else is writing the data repository, or it is not in order.",
        "Nothing was changed; try again in a while. Whoever runs the server finds more in its log.",
        WorkspaceError,
    ),
    Problem(
        "submission-unusable",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This cannot be submitted",
        "It changes nothing that is published, or has a key of another submission.",
        "The detail says which.",
        CurationError,
    ),
    Problem(
        "internal-error",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something broke on our side",
        "A mistake of ours, which is in our log.",
        "Try again; if it stays so, tell us what you asked.",
    ),
)


def problem_of(error: NapgraphError) -> Problem | None:
    """Find how an error is reported; None for one that no caller should see."""
    kinds = ((problem, problem.error) for problem in PROBLEMS)
    return next((problem for problem, kind in kinds if kind and isinstance(error, kind)), None)


def problem_of_status(status: HTTPStatus) -> Problem | None:
    """Find the problem that HTTP's own error of a status is."""
    return _BY_STATUS.get(status)


_OF_HTTP = (
    "bad-request", "not-found", "method-not-allowed", "not-acceptable", "query-too-large",
    "range-not-satisfiable", "unsupported-media-type", "internal-error",
)  # fmt: skip
_BY_STATUS = {problem.status: problem for problem in PROBLEMS if problem.name in _OF_HTTP}


@bp.get("/problems")
def problems() -> str:
    """Explain each kind of problem."""
    return render_template("problems.html", problems=sorted(PROBLEMS, key=lambda p: p.title))
