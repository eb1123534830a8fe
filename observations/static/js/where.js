// The question "Where?": the places nearest to the phone, or words.

import { Position } from './position.js';

const NEAR_ENOUGH_TO_TRUST_M = 100;
const NEAR_TIMEOUT_MS = 5_000;
const PAUSE_MS = 200;

export class Where {
  #form;
  #words;
  #position = new Position();
  #goOn;
  #timer = 0;

  constructor(form, goOn) {
    this.#form = form;
    this.#words = form.dataset;
    this.#goOn = goOn;
    this.#one('[data-locate]').addEventListener('click', () => { this.#position.restart(); this.#one('[data-near-rows]').replaceChildren(); this.show(); });
    this.#one('[data-other-place]').addEventListener('click', () => { this.#elsewhere(true); this.address.focus(); });
    this.address.addEventListener('input', () => { this.typed(); this.#suggest(); });
  }

  get address() {
    return this.#one('#address');
  }

  get missing() {
    return this.#choice().value === 'address' && !this.address.value.trim();
  }

  // What was chosen, as one says it.
  get said() {
    const choice = this.#choice();
    return choice.value === 'photo' ? choice.parentElement.querySelector('[data-choice]').textContent : this.address.value.trim() || this.#words.wordsHere;
  }

  start() {
    this.#position.start();
  }

  // The words that are typed count from now on, not the point.
  typed() {
    this.#one('[name="place"][value="address"]').checked = true;
  }

  // The rows of an earlier report are those of an earlier place.
  forget() {
    this.#position.restart();
    this.#one('[data-near-rows]').replaceChildren();
  }

  async show() {
    const rows = this.#one('[data-near-rows]');
    if (rows.childElementCount) return;
    this.#says(this.#words.wordsWaiting);
    this.#elsewhere(false);
    const here = await this.#position.here();
    if (!here) {
      this.#says(this.#position.refused ? this.#words.wordsRefused : this.#words.wordsLost);
      this.#elsewhere(true, { again: true });
      return;
    }
    const near = await this.#nearest(here);
    const rough = here.accuracy > NEAR_ENOUGH_TO_TRUST_M ? ` (± ${Math.round(here.accuracy)} m)` : '';
    this.#says((near.length ? this.#words.wordsNear : this.#words.wordsUnlisted) + rough);
    if (!near.length) near.push({ label: '', distance_m: here.accuracy });
    rows.replaceChildren(...near.map((place, number) => this.#row(place, number, here)));
  }

  // On the first screen already, where the phone may be asked without a question to the person.
  async showHere() {
    if (!(await this.#position.startIfAllowed())) return;
    const here = await this.#position.here();
    const [place] = here ? await this.#nearest(here) : [];
    if (!place) return;
    this.#one('[data-here] span').textContent = place.label;
    this.#one('[data-here]').hidden = false;
  }

  #one(selector) {
    return this.#form.querySelector(selector);
  }

  #choice() {
    return this.#one('[name="place"]:checked');
  }

  #says(sentence) {
    this.#one('[data-near-status]').textContent = sentence;
  }

  // Another place than the nearest: words instead of a row. `again` offers to look for the position once more.
  #elsewhere(yes, { again = false } = {}) {
    this.#one('[data-elsewhere]').hidden = !yes;
    this.#one('[data-other-place]').hidden = yes;
    this.#one('[data-step="where"] [data-next]').hidden = !yes;
    this.#one('[data-locate]').hidden = !again;
  }

  async #nearest(here) {
    try {
      const query = new URLSearchParams({ latitude: here.latitude, longitude: here.longitude });
      const answer = await fetch(`${this.#words.near}?${query}`, { signal: AbortSignal.timeout(NEAR_TIMEOUT_MS) });
      return answer.ok ? (await answer.json()).items : [];
    } catch {
      return []; // no contact: the point alone is a place too
    }
  }

  #row(place, number, here) {
    const button = this.#one('[data-near-row]').content.firstElementChild.cloneNode(true);
    button.querySelector('.place-number').textContent = number + 1;
    button.querySelector('.row-name').textContent = place.label || this.#words.wordsHere;
    button.querySelector('.row-end').textContent = `${place.label ? '' : '± '}${Math.round(place.distance_m)} m`;
    button.addEventListener('click', () => this.#choose(here, place.label));
    return button;
  }

  #choose(here, label) {
    this.address.value = label;
    for (const [name, value] of [['latitude', here.latitude], ['longitude', here.longitude], ['accuracy_m', here.accuracy]]) {
      this.#form.elements[name].value = value;
    }
    this.#one('[name="place"][value="device"]').checked = true;
    this.#goOn();
  }

  #suggest() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      if (this.address.value.trim().length < 2) return;
      try {
        const answer = await fetch(`${this.#words.search}?${new URLSearchParams({ q: this.address.value.slice(0, 80) })}`);
        if (!answer.ok) return;
        const options = (await answer.json()).items.map(({ label }) => Object.assign(document.createElement('option'), { value: label }));
        this.#one('#addresses').replaceChildren(...options);
      } catch { /* suggestions are a help; without contact there are none */ }
    }, PAUSE_MS);
  }
}
