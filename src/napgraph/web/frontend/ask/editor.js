// Yasqe in place of the textarea, which keeps the text that the form sends.
//
// Everything it completes comes from this site: its own lists ask others, so they are not used.

import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./theme.css";

const COMPLETIONS = "/ask/completions.json";

export function openEditor(form) {
  const textarea = form.elements.query;
  const label = form.querySelector(`label[for="${textarea.id}"]`);
  const place = document.createElement("div");
  place.className = "editor";
  // As high as the textarea was, so that nothing below it moves.
  place.style.blockSize = `${textarea.offsetHeight}px`;
  textarea.before(place);
  const terms = fetch(COMPLETIONS).then((response) => response.json());
  // Its settings are joined with its defaults, list by list.
  Yasqe.defaults.autocompleters = [];
  for (const completer of completers(terms)) Yasqe.registerAutocompleter(completer, false);
  const yasqe = new Yasqe(place, {
    value: textarea.value,
    autocompleters: ["variables", "site-prefixes", "site-classes", "site-properties"],
    persistenceId: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    prefixCcApi: null,
    editorHeight: "100%",
    lineWrapping: true,
    screenReaderLabel: label.textContent,
    extraKeys: {
      // Tab leaves the editor, so that nobody is caught in it.
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-Space": () => yasqe.autocomplete(),
      "Ctrl-Enter": () => form.requestSubmit(),
      "Cmd-Enter": () => form.requestSubmit(),
      "Ctrl-/": () => yasqe.commentLines(),
      "Shift-Ctrl-F": () => yasqe.autoformat(),
      Esc: (cm) => cm.getInputField().blur(),
    },
  });
  textarea.hidden = true;
  label.addEventListener("click", () => yasqe.focus());
  new ResizeObserver(() => yasqe.refresh()).observe(place);
  return {
    save() {
      textarea.value = yasqe.getValue();
    },
    mark(element) {
      const line = Number(element?.previousSibling?.textContent.match(/(\d+)  [^\n]*$/)?.[1]);
      if (line) yasqe.setCursor({ line: line - 1, ch: 0 });
    },
  };
}

function* completers(terms) {
  const own = Yasqe.Autocompleters;
  const kept = { bulk: true, autoShow: true, persistenceId: null };
  yield {
    ...own.prefixes,
    ...kept,
    name: "site-prefixes",
    get: async () =>
      Object.entries((await terms).prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`).sort(),
  };
  yield { ...own.class, ...kept, name: "site-classes", get: async () => (await terms).classes };
  yield {
    ...own.property,
    ...kept,
    name: "site-properties",
    get: async () => (await terms).properties,
  };
}
