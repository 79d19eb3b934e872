// What is wrong with a form is told at its fields while one fills it in, by the server's word.
//
//   <form data-checked-live>… <input aria-describedby="x-said"> <div id="x-said" data-said></div>
//
// A field that nobody has filled in yet is left in peace until the form is sent.

const WAIT_MS = 400;

export function checkWhileFilling(document) {
  const form = document.querySelector("form[data-checked-live]");
  if (!form) return;
  const touched = new Set();
  let running = new AbortController();
  let timer;
  form.addEventListener("change", (event) => {
    const said = saidOf(event.target);
    if (!said) return;
    touched.add(said.id);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      running.abort();
      running = new AbortController();
      const page = await ask(form, running.signal);
      if (page) tell(document, page, touched);
    }, WAIT_MS);
  });
}

function saidOf(control) {
  return control.closest(".field")?.querySelector("[data-said]");
}

async function ask(form, signal) {
  const body = new URLSearchParams(new FormData(form));
  body.set("check", "1");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "text/html" },
      redirect: "error",
      signal,
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Where nobody is signed in any more, sending the form tells so.
    return page.querySelector("form[data-checked-live]") ? page : null;
  } catch {
    return null;
  }
}

function tell(document, page, touched) {
  for (const said of document.querySelectorAll("[data-said]")) {
    if (!touched.has(said.id) && !said.children.length) continue;
    const fresh = page.getElementById(said.id);
    if (!fresh || fresh.innerHTML === said.innerHTML) continue;
    said.replaceChildren(...document.adoptNode(fresh).childNodes);
    const isWrong = said.querySelector(".wrong") !== null;
    for (const control of document.querySelectorAll(`[aria-describedby~="${said.id}"]`)) {
      if (isWrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }
  const summary = document.querySelector("#problems.problem");
  if (summary && !page.querySelector("#problems.problem")) summary.remove();
}
