// On every page of the phone: how many reports wait, and what has them sent. Keeps the pages for when there is no contact.

import { Outbox, REFUSED, SENT, SYNC } from './outbox.js';

export const outbox = new Outbox();
const FONT = 'css/fonts.css';
const ASKED = 'asked-to-persist';
const ROUND_LASTS_MS = 12 * 3_600_000;

// ---- How many wait

async function tell() {
  const reports = await outbox.list().catch(() => []);
  const refused = reports.filter(({ state }) => state === REFUSED).length;
  const waiting = reports.filter(({ state }) => state !== REFUSED && state !== SENT).length;
  for (const place of document.querySelectorAll('[data-outbox]')) {
    const words = refused ? place.dataset.wordsRefused.replace('{n}', refused) : place.dataset.wordsWaiting.replace('{n}', waiting);
    place.hidden = !refused && !waiting;
    place.classList.toggle('outbox-refused', refused > 0);
    place.querySelector('[data-outbox-words]').textContent = words;
  }
  if (reports.some(({ state }) => state === SENT)) askToStay();
}

// Asked for once there is something that was worth keeping: the browser may then not clear it when it needs room.
function askToStay() {
  try {
    if (localStorage.getItem(ASKED)) return;
    localStorage.setItem(ASKED, '1');
    navigator.storage?.persist?.();
  } catch { /* a browser that keeps nothing is not asked to */ }
}

// The start page is the same for everybody and kept on the phone; round.js has noted when a round began.
function tellOfRound() {
  const place = document.querySelector('[data-round-word]');
  try {
    if (place && Date.now() - Number(localStorage.getItem('round')) < ROUND_LASTS_MS) place.textContent = place.dataset.wordsOn;
  } catch { /* a browser that keeps nothing knows of no round */ }
}

// The receipt says what else went with it.
function tellWhatElse() {
  const place = document.querySelector('[data-went-along]');
  const count = place && Number(sessionStorage.getItem(`along:${place.dataset.wentAlong}`));
  if (count) place.textContent = count === 1 ? place.dataset.wordsOne : place.dataset.wordsMore.replace('{n}', count);
}

// ---- When they are sent

export async function send() {
  try {
    await outbox.flush({ now: true });
    const { sync } = (await navigator.serviceWorker?.getRegistration()) ?? {};
    if ((await outbox.list()).some(({ state }) => state === 'waiting')) await sync?.register(SYNC);
  } catch { /* no database, or no leave to sync: whoever adds a report is told */ }
}

// ---- Without contact

async function keepPages() {
  if (!navigator.serviceWorker) return;
  if (navigator.serviceWorker.controller) useFont();
  await new Promise((resolve) => { document.readyState === 'complete' ? resolve() : window.addEventListener('load', resolve, { once: true }); });
  await navigator.serviceWorker.register('/sw.js', { type: 'module', scope: '/' }).catch(() => null); // an old browser: then online only
}

// Not on the first view: from the second on it lies in the phone.
function useFont() {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: new URL(`../${FONT}`, import.meta.url).href });
  document.head.append(link);
}

outbox.addEventListener('change', tell);
window.addEventListener('online', send);
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && send());
tellWhatElse();
tellOfRound();
tell();
send();
keepPages();
