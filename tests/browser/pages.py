"""One page of each type, and what it may weigh."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageType:
    """A type of page.

    Attributes:
        path: One page of the type.
        kilobytes: What a first visit to it may transfer, compressed, all files together.
        script_kilobytes: How much of that may be scripts.
    """

    name: str
    path: str
    kilobytes: int = 60
    script_kilobytes: int = 12


PAGES = (
    PageType("home", "/", 80),
    PageType("countries", "/countries", 80),
    PageType("country", "/doc/country/MLI"),
    PageType("country-large", "/doc/country/AFG"),
    PageType("country-without", "/doc/country/HTI"),
    PageType("plan", "/doc/plan/MLI-3"),
    PageType("plan-regional", "/doc/plan/ECOWAS-2010"),
    PageType("objective", "/doc/objective/MLI-3-2"),
    PageType("stakeholder", "/doc/organisation/MLI-civil-society-organisations"),
    PageType("resolution", "/doc/document/S-RES-1325-2000"),
    PageType("event", "/doc/event/MLI-2019-mali-adopts-its-third-national-action-plan"),
    PageType("theme", "/doc/theme/climate"),
    PageType("pillar", "/doc/pillar/participation"),
    PageType("region", "/doc/region/011"),
    PageType("source", "/doc/source/MLI-wilpf-profile"),
    PageType("contribution", "/doc/contribution/MLI-2023-11-30"),
    PageType("ask", "/ask", 400, 200),
    PageType("ask-answered", "/ask?query=SELECT%20*%20%7B%20%3Fs%20a%20%3Fo%20%7D", 400, 200),
    PageType("questions", "/questions"),
    PageType("question", "/questions/countries_by_number_of_plans"),
    PageType("question-with-form", "/questions/plans_in_force"),
    PageType("api", "/api"),
    PageType("figures", "/figures"),
    PageType("figure", "/figures/contributions"),
    PageType("figure-long", "/figures/themes"),
    PageType("gaps", "/figures/gaps"),
    PageType("events", "/events"),
    PageType("events-months", "/events?view=months&year=2020"),
    PageType("publisher", "/doc/publisher/wilpf"),
    PageType("scheme", "/doc/scheme/role"),
    PageType("budget", "/doc/budget/MLI-3"),
    PageType("objectives", "/objectives"),
    PageType("stakeholders", "/stakeholders"),
    PageType("documents", "/documents"),
    PageType("themes", "/themes"),
    PageType("regions", "/regions"),
    PageType("dataset", "/dataset"),
    PageType("ontology", "/ontology"),
    PageType("shapes", "/shapes", 80),
    PageType("graph", "/graph/MLI"),
    PageType("search", "/search?q=third+plan+mali"),
    PageType("search-empty", "/search"),
    PageType("search-nothing", "/search?q=xqzzvvw"),
    PageType("about", "/about"),
    PageType("method", "/about/method"),
    PageType("cite", "/about/cite"),
    PageType("api", "/about/api"),
    PageType("contribute", "/contribute"),
    PageType("validate", "/validate"),
    PageType("sources", "/sources"),
)
_TRANSLATED = (
    "home", "country", "plan", "figure", "gaps", "events", "ontology", "ask", "question-with-form",
    "search", "about", "validate",
)  # fmt: skip
IN_OTHER_LANGUAGES = tuple(
    PageType(f"{page.name}-{tag}", f"/{tag}{page.path}", page.kilobytes, page.script_kilobytes)
    for tag in ("fr", "ar")
    for page in PAGES
    if page.name in _TRANSLATED
)
