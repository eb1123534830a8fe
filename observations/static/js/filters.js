/* The filter row: one word open at a time, closed by Escape and by a press elsewhere. Without this it works as a form. */

const form = document.querySelector('[data-filters]');
const open = () => form.querySelector('details[open]');

if (form) {
  document.addEventListener('keydown', (event) => {
    const shown = event.key === 'Escape' && open();
    if (!shown) return;
    shown.open = false;
    shown.querySelector('summary').focus();
  });
  document.addEventListener('click', (event) => {
    const shown = open();
    if (shown && !shown.contains(event.target)) shown.open = false;
  });
}
