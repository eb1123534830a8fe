/* Keys for the queue. A key presses whatever on the page says that it is its key (aria-keyshortcuts), so that every
   key does exactly what its button does, and nothing that the page does not offer. */

const SWITCH = "ogon-keys-off";
const TYPING = "input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable]";
const CHOOSING = "input, select, textarea, button, a[href], summary, .box";

const usesKeys = () => localStorage.getItem(SWITCH) === null;

function keyOf(event) {
  return event.key.length === 1 ? event.key.toUpperCase() : event.key;
}

function target(key) {
  const able = document.querySelectorAll("[aria-keyshortcuts]");
  return [...able].filter((element) => element.checkVisibility({ visibilityProperty: true })).find((element) => element.getAttribute("aria-keyshortcuts").split(" ").includes(key));
}

function press(element) {
  element.click();
  if (element.localName !== "summary") return;
  const details = element.parentElement;
  const fields = details.querySelectorAll("form :is(input:not([type=hidden]), textarea)");
  const field = [...fields].find((each) => each.checked) ?? fields[0];
  (details.open && field ? field : element).focus();
  details.scrollIntoView({ block: "nearest" });
}

function closeWhatIsOpen() {
  const inside = document.activeElement.closest("details[open]");
  const details = inside ?? document.querySelector(".review details[open], .keys[open]");
  if (!details) return;
  details.open = false;
  details.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (event.key === "Escape") {
    closeWhatIsOpen();
    return;
  }
  if (!usesKeys() || event.target.closest(TYPING)) return;
  if (event.key === "Enter" && event.target.closest(CHOOSING)) return; // it belongs to what has the focus
  const element = target(keyOf(event));
  if (!element) return;
  event.preventDefault();
  press(element);
});

/* One press is one report: the next press would be meant for this one but hit the one after it. */

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
  button?.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

for (const label of document.querySelectorAll("[data-keys-switch]")) {
  const box = label.querySelector("input");
  label.hidden = false;
  box.checked = usesKeys();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "yes");
  });
}

/* Where the queue scrolls by itself it keeps the report in view; a form that came back has the focus where it begins. */

const list = document.querySelector(".pane-list");
const here = list?.querySelector("[aria-current]");
if (here && list.scrollHeight > list.clientHeight) {
  list.scrollTop = here.offsetTop - list.offsetTop - list.clientHeight / 3;
}
(document.querySelector("[data-begin-here]") ?? document.querySelector("[aria-invalid=true]"))?.focus();
