// Searching in a copy made of files: looks through the names of things, and lists what fits.
//
//   <div data-names="/search/names.json" data-prefix="/fr" data-nothing="Nothing …"></div>
//
// The file has things as [kind, path, {language: name}, beside].

const MOST = 50;

export async function searchNames(document) {
  const place = document.querySelector("[data-names]");
  const asked = new URLSearchParams(location.search).get("q")?.trim();
  if (!place || !asked) return;
  const box = document.querySelector("main input[name=q]");
  if (box) box.value = asked;
  const response = await fetch(place.dataset.names);
  if (!response.ok) return;
  const { things } = await response.json();
  show(place, best(things, words(asked), document.documentElement.lang));
}

/** Put the things that have a word that begins with each of those asked, the best first. */
export function best(things, asked, language) {
  const found = [];
  things.forEach(([kind, path, names, beside], order) => {
    const named = Object.values(names).flatMap(words);
    const all = [...named, ...words(beside), ...words(path)];
    if (!asked.every((word) => all.some((one) => one.startsWith(word)))) return;
    const isWhole = Object.values(names).some((name) => words(name).join() === asked.join());
    const inName = asked.filter((word) => named.some((one) => one.startsWith(word))).length;
    const name = names[language] ?? names.en ?? Object.values(names)[0];
    const at = KINDS.indexOf(kind);
    found.push({ path, name, beside, rank: [!isWhole, -inName, at < 0 ? KINDS.length : at, order] });
  });
  return found.sort((a, b) => compare(a.rank, b.rank)).slice(0, MOST);
}

const KINDS = ["country", "plan", "theme", "document", "region"];

export function words(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function compare(a, b) {
  const at = a.findIndex((value, place) => value !== b[place]);
  return at < 0 ? 0 : a[at] - b[at];
}

function show(place, found) {
  const list = document.createElement("ol");
  list.className = "results";
  for (const { path, name, beside } of found) {
    const link = document.createElement("a");
    link.href = place.dataset.prefix + path;
    link.textContent = name;
    const line = document.createElement("li");
    line.append(link);
    if (beside) {
      const note = document.createElement("span");
      note.className = "meta";
      note.textContent = beside;
      line.append(" ", note);
    }
    list.append(line);
  }
  place.replaceChildren(found.length ? list : place.dataset.nothing);
}
