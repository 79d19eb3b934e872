// Takes what has changed from a page that was asked for anew.
//
// Parts that may change carry data-live and an id; what has the focus keeps it, and a line
// with aria-live stays the same element, so that it is read out.

export async function renew(address, { signal } = {}) {
  const response = await fetch(address, { headers: { Accept: "text/html" }, signal });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const focused = nameOf(document.activeElement);
  const parts = [...document.querySelectorAll("[data-live][id]")];
  for (const part of parts) replace(part, page.getElementById(part.id));
  if (focused) document.querySelector(focused)?.focus({ preventScroll: true });
  document.title = page.title;
  return parts;
}

function replace(part, fresh) {
  if (!fresh) part.replaceChildren();
  else if (part.hasAttribute("aria-live")) part.textContent = fresh.textContent;
  else part.replaceChildren(...document.adoptNode(fresh).childNodes);
}

function nameOf(element) {
  if (!element || element === document.body) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (!element.name) return "";
  const value = element.type === "checkbox" || element.type === "radio" ? element.value : "";
  const name = `[name="${CSS.escape(element.name)}"]`;
  return value ? `${name}[value="${CSS.escape(value)}"]` : name;
}
