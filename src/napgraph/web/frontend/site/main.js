// What every page has beyond its HTML. Each module finds its own marks and does nothing without.

import { closeCardsByKey } from "./cards.js";
import { offerCopies } from "./copies.js";
import { hideWhatIsSame } from "./differences.js";
import { offerToExplore } from "./explore.js";
import { submitByItself } from "./facets.js";
import { openForPrint } from "./print.js";
import { suggest } from "./suggestions.js";

closeCardsByKey(document);
openForPrint(window);
offerCopies(document);
offerToExplore(document);
hideWhatIsSame(document);
submitByItself(document);
suggest(document);
