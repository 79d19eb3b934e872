// A form of filters sends itself on each change; its button goes, and the focus stays.
//
//   <form method="get" data-by-itself>…<button>Show</button></form>
//
// Empty fields are left out of the address, so that one selection has one address.

import { offerCopies } from "./copies.js";
import { renew } from "./live.js";

const WAIT_MS = 150;

export function submitByItself(document) {
  let running = new AbortController();
  let timer;
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("form[data-by-itself]") || !form.checkValidity()) return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      running.abort();
      running = new AbortController();
      const address = addressOf(form);
      try {
        await renew(address, { signal: running.signal });
        history.pushState(null, "", address);
        offerCopies(document);
      } catch (error) {
        if (error.name !== "AbortError") form.submit();
      }
    }, WAIT_MS);
  });
  addEventListener("popstate", () => {
    if (document.querySelector("form[data-by-itself]")) location.reload();
  });
}

export function addressOf(form) {
  const address = new URL(form.action || location.href);
  const fields = [...new FormData(form)].filter(([, value]) => value !== "");
  address.search = new URLSearchParams(fields);
  address.hash = "";
  return address;
}
