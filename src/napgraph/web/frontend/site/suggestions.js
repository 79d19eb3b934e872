// Suggestions while one types into a search field.
//
//   <input type="search" name="q" data-suggest="/api/search/suggest">
//
// The address answers as OpenSearch has it: [asked, [texts], [descriptions], [addresses]].
// Source: WAI-ARIA Authoring Practices, combobox with list autocomplete and manual selection

const WAIT_MS = 120;
const ADDRESS = "/api/search/suggest";

export function suggest(document) {
  for (const input of document.querySelectorAll("input[data-suggest]")) new Suggestions(input);
}

class Suggestions {
  #input;
  #list;
  #chosen = -1;
  #timer;
  #running = new AbortController();

  constructor(input) {
    this.#input = input;
    this.#list = document.createElement("ul");
    this.#list.id = `${input.id || "q"}-suggestions`;
    this.#list.className = "suggestions";
    this.#list.role = "listbox";
    this.#list.hidden = true;
    this.#list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? input.name);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-controls": this.#list.id,
      "aria-expanded": "false",
    })) {
      input.setAttribute(name, value);
    }
    input.after(this.#list);
    input.addEventListener("input", () => this.#ask());
    input.addEventListener("keydown", (event) => this.#steer(event));
    input.addEventListener("blur", () => this.#close());
    // The field keeps the focus, so that it does not close before the click.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  #ask() {
    clearTimeout(this.#timer);
    this.#running.abort();
    const asked = this.#input.value.trim();
    if (asked.length < 2) return this.#close();
    this.#running = new AbortController();
    this.#timer = setTimeout(async () => {
      try {
        const address = new URL(this.#input.dataset.suggest || ADDRESS, location.href);
        address.searchParams.set("q", asked);
        if (document.documentElement.lang !== "en") {
          address.searchParams.set("lang", document.documentElement.lang);
        }
        const response = await fetch(address, { signal: this.#running.signal });
        if (response.ok) this.#show(await response.json());
      } catch (error) {
        if (error.name !== "AbortError") this.#close();
      }
    }, WAIT_MS);
  }

  #show([, texts, descriptions = [], addresses = []]) {
    const options = texts.map((text, place) =>
      option(`${this.#list.id}-${place}`, text, descriptions[place], addresses[place]),
    );
    this.#list.replaceChildren(...options);
    this.#open(options.length > 0);
  }

  #open(isOpen) {
    this.#list.hidden = !isOpen;
    this.#input.setAttribute("aria-expanded", String(isOpen));
    this.#choose(-1);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#running.abort();
    this.#open(false);
  }

  #choose(place) {
    this.#chosen = place;
    [...this.#list.children].forEach((one, at) => one.setAttribute("aria-selected", at === place));
    const chosen = this.#list.children[place];
    if (chosen) this.#input.setAttribute("aria-activedescendant", chosen.id);
    else this.#input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  #steer(event) {
    if (this.#list.hidden) return;
    const count = this.#list.children.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      // One place more than there are options: the field itself.
      this.#choose(((this.#chosen + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Escape") {
      this.#close();
    } else if (event.key === "Enter" && this.#chosen >= 0) {
      this.#list.children[this.#chosen].click();
    } else {
      return;
    }
    event.preventDefault();
  }
}

function option(id, text, description, address) {
  const made = document.createElement("li");
  made.id = id;
  made.role = "option";
  made.textContent = text;
  made.addEventListener("click", () => {
    // The page is there on whatever host this one is read.
    const { pathname, search } = new URL(address || `/search?q=${encodeURIComponent(text)}`, location);
    location.href = pathname + search;
  });
  if (description) {
    const note = document.createElement("span");
    note.className = "meta";
    note.textContent = description;
    made.append(" ", note);
  }
  return made;
}
