// The editor of the Ask page, and answers that come without a new page.
//
// The page is whole without it: the form is a form, and what comes back is the same HTML.

import { offerCopies } from "../site/copies.js";
import { addressOf } from "../site/facets.js";
import { renew } from "../site/live.js";
import { openEditor } from "./editor.js";

// Longer ones are sent in a body, which leaves no address to keep.
const LONGEST_ADDRESS = 8000;

const form = document.getElementById("ask");
const note = document.getElementById("running");
const editor = openEditor(form);
let running = new AbortController();

form.addEventListener("submit", async (event) => {
  editor.save();
  const address = addressOf(form);
  if (address.href.length > LONGEST_ADDRESS) {
    form.method = "post";
    form.action = "/sparql";
    return;
  }
  event.preventDefault();
  running.abort();
  running = new AbortController();
  const { signal } = running;
  say(note.dataset.running, stopButton());
  try {
    await renew(address, { signal });
    if (location.href !== address.href) history.pushState(null, "", address);
    offerCopies(document.getElementById("answer"));
    say("");
    editor.mark(document.querySelector("#answer mark"));
    document.getElementById("problem")?.focus();
  } catch (error) {
    if (signal === running.signal) {
      say(error.name === "AbortError" ? note.dataset.stopped : note.dataset.failed);
    }
  }
});

addEventListener("popstate", () => location.reload());

function say(...parts) {
  note.replaceChildren(...parts.flatMap((part) => [part, " "]));
}

function stopButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = note.dataset.stop;
  button.addEventListener("click", () => running.abort());
  return button;
}
