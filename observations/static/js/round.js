// The page of a round: puts the areas around the phone first, and has the start page say that a round goes on.

import { Position } from './position.js';

const WALKING = 'round';
const UNREAD_MS = 4_000;
const page = document.querySelector('[data-walking]');

try {
  if (page.dataset.walking) localStorage.setItem(WALKING, Date.now() - 60_000 * Number(page.dataset.walking)); // it began so many minutes ago
  else localStorage.removeItem(WALKING);
} catch { /* a browser that keeps nothing says nothing on the start page */ }

// Only where the phone may be asked without a question to the person, and as long as nobody has begun to read: rows do not
// move under a finger. The point goes into no address that the browser remembers.
async function nearestFirst() {
  const position = new Position();
  const rows = page.querySelector('.round-areas');
  if (!rows || !(await position.startIfAllowed())) return;
  const here = await position.here();
  if (!here) return;
  const answer = await fetch(`${location.pathname}?${new URLSearchParams({ latitude: here.latitude, longitude: here.longitude })}`).catch(() => null);
  const found = answer?.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.round-areas');
  if (found && !touched && performance.now() < UNREAD_MS) rows.replaceChildren(...found.childNodes);
}

let touched = false;
for (const begun of ['pointerdown', 'focusin']) page.addEventListener(begun, () => { touched = true; });
nearestFirst();
