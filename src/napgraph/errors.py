"""The errors a caller can act on.

* NapgraphError
  * DataError             files that cannot become a graph
    * DataSyntaxError     data that are not in their format
      * TurtleError       a file that is not the Turtle it should be
    * PatchError          a patch that cannot be applied
    * FactSheetError      a fact sheet that does not follow its schema
    * DataTooLarge        data from outside that pass a limit
    * DataTimeout         data from outside that take too long to judge
    * JudgingFailed       data from outside at which what judges them failed
  * StoreError            a store that cannot be read or built
    * StoreMissing        nothing has been built yet
    * StoreBusy           another process is building
    * NotReady            what is made from a generation is not there yet
  * QueryError            a query that cannot be answered as it was asked
    * RequestError        a request that does not ask as the protocol says
    * QuerySyntaxError    not SPARQL
      * QueryTooComplex   nested too deeply, or with too many operators
    * QueryRefused        SPARQL that this endpoint does not carry out
    * QueryTimeout        the time limit was passed
    * QueryTooLarge       the memory or result limit was passed
    * EndpointBusy        all workers are taken
    * EndpointError       an endpoint elsewhere that does not answer as it should
    * UnsupportedBody     a request whose body is in no form that can carry a query
  * NotAcceptable         no format that the caller accepts
  * ExportError           files that cannot be written
  * ConfigError           a setting that makes no sense
  * CurationError         work on data that cannot go on as it was asked
    * SubmissionMissing   there is no such submission
    * NotAllowed          not by this person, or not any more
    * SubmissionChanged   it is not as it was when it was looked at
    * SignInError         a token that opens nothing
    * TooManyRequests     done too often in a short time
    * WorkspaceError      a data repository that cannot be read or written
      * WorkspaceBusy     somebody else is writing it
    * PublicationError    what was accepted cannot be published as it is

A mistake of ours raises Python's own errors and is never one of these.
"""

from __future__ import annotations


class NapgraphError(Exception):
    """Something the caller can act on; its message is one sentence for people."""


class _SyntaxProblem(NapgraphError):
    """Text that does not follow its grammar.

    Attributes:
        line: 1-based line of the first problem, where it is known.
        column: 1-based column of it, where it is known.
    """

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None):
        super().__init__(message)
        self.line = line
        self.column = column


class DataError(NapgraphError):
    """Files cannot become a graph."""


class DataSyntaxError(DataError, _SyntaxProblem):
    """Data are not in the format that they are said to be in."""


class TurtleError(DataSyntaxError):
    """A file is not the Turtle it should be."""


class PatchError(DataError, _SyntaxProblem):
    """A patch says what is not done here, or does not fit what it is to change."""


class FactSheetError(DataError):
    """A fact sheet does not follow its schema."""


class _DataLimitPassed(DataError):
    """Data from outside pass a limit.

    Attributes:
        limit: The limit.
        unit: What it counts: `bytes`, `statements`, `levels`, `seconds`.
    """

    def __init__(self, message: str, *, limit: float | None = None, unit: str | None = None):
        super().__init__(message)
        self.limit = limit
        self.unit = unit


class DataTooLarge(_DataLimitPassed):
    """Data from outside pass a limit of size, number, nesting or memory."""


class DataTimeout(_DataLimitPassed):
    """Data from outside take longer to judge than they may."""


class JudgingFailed(DataError):
    """What judges data from outside failed at some; `cause` is for the log."""

    def __init__(self, message: str, *, cause: str = ""):
        super().__init__(message)
        self.cause = cause


class StoreError(NapgraphError):
    """A store cannot be read or built."""


class StoreMissing(StoreError):
    """Nothing has been built yet."""


class StoreBusy(StoreError):
    """Another process is building in this store."""


class NotReady(StoreError):
    """What is made from a generation is not there yet; ask again after `retry_after_s` seconds."""

    def __init__(self, message: str, *, retry_after_s: int = 5):
        super().__init__(message)
        self.retry_after_s = retry_after_s


class QueryError(NapgraphError):
    """A query cannot be answered as it was asked."""


class RequestError(QueryError):
    """A request does not ask as the protocol says; its query may well be right."""


class QuerySyntaxError(QueryError, _SyntaxProblem):
    """A query is not SPARQL."""


class QueryTooComplex(QuerySyntaxError):
    """A query is nested too deeply, or has too many operators.

    Attributes:
        limit: How many there may be.
        unit: What the limit counts: `levels`, `operators`.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        limit: int | None = None,
        unit: str | None = None,
    ):
        super().__init__(message, line=line, column=column)
        self.limit = limit
        self.unit = unit


class QueryRefused(QueryError):
    """A query asks for something this endpoint does not carry out."""


class _LimitPassed(QueryError):
    """A query passed a limit.

    Attributes:
        limit: The limit, where it is a number that the caller may know.
        unit: What it counts: `seconds`, `bytes`.
    """

    def __init__(self, message: str, *, limit: float | None = None, unit: str | None = None):
        super().__init__(message)
        self.limit = limit
        self.unit = unit


class QueryTimeout(_LimitPassed):
    """A query passed its time limit."""


class QueryTooLarge(_LimitPassed):
    """A query passed the limit on memory, size or results."""


class EndpointBusy(QueryError):
    """All workers are taken; ask again after `retry_after_s` seconds."""

    def __init__(self, message: str, *, retry_after_s: int = 2):
        super().__init__(message)
        self.retry_after_s = retry_after_s


class EndpointError(QueryError):
    """An endpoint elsewhere does not answer as it should."""


class UnsupportedBody(QueryError):
    """A request's body is in no form that can carry a query."""


class NotAcceptable(NapgraphError):
    """No format that the caller accepts is to be had.

    Attributes:
        available: The media types that are.
    """

    def __init__(self, message: str, *, available: tuple[str, ...] = ()):
        super().__init__(message)
        self.available = available


class ConfigError(NapgraphError):
    """A setting makes no sense."""


class ExportError(NapgraphError):
    """The static twin cannot be written."""


class CurationError(NapgraphError):
    """Work on data cannot go on as it was asked."""


class SubmissionMissing(CurationError):
    """There is no such submission."""


class NotAllowed(CurationError):
    """Somebody may not do something, or nobody may any more."""


class SubmissionChanged(CurationError):
    """A submission is not as it was when somebody looked at it."""


class SignInError(CurationError):
    """A token opens nothing."""


class TooManyRequests(CurationError):
    """Something was done too often in a short time; ask again after `retry_after_s` seconds."""

    def __init__(self, message: str, *, retry_after_s: int = 60):
        super().__init__(message)
        self.retry_after_s = retry_after_s


class WorkspaceError(CurationError):
    """A data repository cannot be read or written."""


class WorkspaceBusy(WorkspaceError):
    """Somebody else is writing the data repository."""


class PublicationError(CurationError):
    """What was accepted cannot be published as it is; its author has to change it."""
