// Takes the invitation's secret from the part of the address that is never sent, and posts it.

const page = document.querySelector("[data-enter]");
const form = page.querySelector("form");
const field = form.elements.secret;

function show(selector, visible) {
  const part = page.querySelector(selector);
  if (part) part.hidden = !visible;
}

function take() {
  const secret = location.hash.slice(1);
  if (!secret) return;
  history.replaceState(null, "", location.pathname); // the secret stays out of the address bar and the history
  field.value = secret;
  show("[data-paste]", false);
  show(".field", false);
  if ("ask" in page.dataset) return; // somebody is signed in here already: the button decides
  show("[data-working]", true);
  show("button", false);
  form.requestSubmit();
}

addEventListener("hashchange", take);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return; // come back to with the back button: show the form as it was made
  show("[data-working]", false);
  for (const selector of ["[data-paste]", ".field", "button"]) show(selector, true);
});
take();
