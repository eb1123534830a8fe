// The page of a round: puts the areas around the phone first, and has the start page say that a round goes on.

import { Position } from './position.js';

const WALKING = 'round';
const page = document.querySelector('[data-walking]');

try {
  if (page.dataset.walking) localStorage.setItem(WALKING, Date.now() - 60_000 * Number(page.dataset.walking)); // it began so many minutes ago
  else localStorage.removeItem(WALKING);
} catch { /* a browser that keeps nothing says nothing on the start page */ }

// Only where the phone may be asked without a question to the person, and once: the order changes before it is read.
async function nearestFirst() {
  const position = new Position();
  if (page.dataset.walking || location.search || !(await position.startIfAllowed())) return;
  const here = await position.here();
  if (here) location.replace(`${location.pathname}?${new URLSearchParams({ latitude: here.latitude, longitude: here.longitude })}`);
}

nearestFirst();
