// Escape closes the card of a source that hover or focus opened, until the pointer comes again.
//
//   <sup class="mark"><a href="#source-2">2</a><span class="source-card">…</span></sup>

const MARK = ".mark";
const CLOSED = "is-closed";

export function closeCardsByKey(document) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const mark of document.querySelectorAll(MARK)) {
      if (mark.matches(":hover, :focus-within")) mark.classList.add(CLOSED);
    }
  });
  for (const type of ["pointerout", "focusout"]) {
    document.addEventListener(type, (event) => {
      const mark = event.target.closest?.(MARK);
      if (mark && !mark.contains(event.relatedTarget)) mark.classList.remove(CLOSED);
    });
  }
}
