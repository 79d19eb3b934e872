// What every page has beyond its HTML. Each module finds its own marks and does nothing without.

import { closeCardsByKey } from "./cards.js";
import { checkWhileFilling } from "./checking.js";
import { offerCopies } from "./copies.js";
import { hideWhatIsSame } from "./differences.js";
import { readDroppedFiles } from "./drops.js";
import { offerToExplore } from "./explore.js";
import { submitByItself } from "./facets.js";
import { searchNames } from "./names.js";
import { openForPrint } from "./print.js";
import { suggest } from "./suggestions.js";

closeCardsByKey(document);
openForPrint(window);
offerCopies(document);
offerToExplore(document);
hideWhatIsSame(document);
submitByItself(document);
readDroppedFiles(document);
searchNames(document);
suggest(document);
checkWhileFilling(document);
