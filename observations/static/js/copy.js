// A button that copies the text of another element: <button data-copy="id" data-done="Copied" hidden>.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue; // without TLS the browser has none; the text can be marked and copied by hand
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done;
    button.setAttribute("aria-live", "polite");
  });
}
