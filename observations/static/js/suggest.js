// Addresses under the field while one types: from the service, or from what the phone keeps when no answer comes.
// Big rows in place of the browser's own list, which is hard to hit; without this file the field is a field.

const PAUSE_MS = 200;
const LATE_MS = 1_500;
const TIMEOUT_MS = 8_000;
const LEAST = 2;
const MOST = 5;

// What the service finds; null when no answer comes.
async function ask(address, text) {
  try {
    const query = new URLSearchParams({ q: text.slice(0, 80), limit: MOST });
    const answer = await fetch(`${address}?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return answer.ok ? (await answer.json()).items : null;
  } catch {
    return null;
  }
}

const kept = (text) => import('./addresses.js').then(({ search }) => search(text, { limit: MOST })).catch(() => []);

// The point that the words most likely mean, or undefined.
export async function pointOf(address, text) {
  return (await ask(address, text) ?? await kept(text))[0];
}

export class Suggestions {
  #field;
  #list;
  #row;
  #status;
  #search;
  #chosen;
  #timer = 0;
  #asked = 0;
  #away = false; // the net was not there the last time: then nobody waits for it

  // `place` is the list with its template and its status; `search` an address; `chosen` is told { label, latitude, longitude }.
  constructor(field, place, { search, chosen }) {
    this.#field = field;
    this.#list = place.querySelector('[data-suggestions]');
    this.#row = place.querySelector('[data-suggestion]').content.firstElementChild;
    this.#status = place.querySelector('[data-suggestions-status]');
    this.#search = search;
    this.#chosen = chosen;
  }

  // To be called with every letter.
  later() {
    clearTimeout(this.#timer);
    this.#asked += 1; // an answer to what was there before comes too late
    if (this.#field.value.trim().length < LEAST) return this.clear();
    this.#timer = setTimeout(() => this.#show(), PAUSE_MS);
  }

  clear() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#list.replaceChildren();
    this.#status.textContent = '';
  }

  // Rows are shown once for what is typed; a later answer does not push them about under a thumb.
  async #show() {
    const number = this.#asked += 1;
    const text = this.#field.value.trim();
    const asked = ask(this.#search, text);
    const late = new Promise((resolve) => { setTimeout(resolve, this.#away ? 0 : LATE_MS, null); });
    asked.then((found) => { this.#away = !found; });
    let found = await Promise.race([asked, late]) ?? await kept(text);
    if (!found.length) found = await asked ?? [];
    if (number !== this.#asked) return;
    this.#list.replaceChildren(...found.slice(0, MOST).map((place) => this.#rowOf(place)));
    this.#status.textContent = this.#status.dataset.words.replace('{n}', found.length);
  }

  #rowOf(place) {
    const item = this.#row.cloneNode(true);
    item.querySelector('.row-name').textContent = place.label;
    item.querySelector('.row-detail').textContent = place.locality ?? '';
    item.querySelector('button').addEventListener('click', () => {
      this.clear();
      this.#chosen(place);
    });
    return item;
  }
}
