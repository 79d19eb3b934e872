// A button beside what is worth copying. Its words come with the page:
//
//   <pre data-copy="Copy" data-copied="Copied">…</pre>
//
// What is copied is the text of the element, or what data-copies says.

const SAID_MS = 2000;

export function offerCopies(root) {
  if (!navigator.clipboard) return;
  for (const source of root.querySelectorAll("[data-copy]")) {
    if (source.nextElementSibling?.matches(".copy")) continue;
    source.after(button(source));
  }
}

function button(source) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "copy small";
  made.textContent = source.dataset.copy;
  made.setAttribute("aria-live", "polite");
  made.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.dataset.copies ?? source.textContent.trim());
    made.textContent = source.dataset.copied;
    setTimeout(() => (made.textContent = source.dataset.copy), SAID_MS);
  });
  return made;
}
