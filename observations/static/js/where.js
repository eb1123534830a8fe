// The question "Where?": the places nearest to the phone, words, or a point on the map.

import { Position } from './position.js';

const NEAR_ENOUGH_TO_TRUST_M = 100;
const NEAR_TIMEOUT_MS = 5_000;
const LATE_MS = 1_500; // so long one waits for the net gladly; and so long rows may still change, since nobody has read them
const POINT = ['latitude', 'longitude', 'accuracy_m'];

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const same = (some, others) => some.map(({ label }) => label).join('\n') === others.map(({ label }) => label).join('\n');

export class Where {
  #form;
  #step;
  #words;
  #position = new Position();
  #goOn;
  #touched = false;
  #suggested = null; // the address that was tapped, with its point
  #suggestions = null;
  #map = null;
  #looked = null; // where the map was moved to

  constructor(form, goOn) {
    this.#form = form;
    this.#step = this.#one('[data-step="where"]');
    this.#words = { ...form.dataset, ...this.#step.dataset };
    this.#goOn = goOn;
    const rows = this.#one('[data-near-rows]');
    for (const begun of ['pointerdown', 'focusin']) rows.addEventListener(begun, () => { this.#touched = true; });
    this.#one('[data-locate]').addEventListener('click', () => { this.forget(); this.show(); });
    this.#one('[data-other-place]').addEventListener('click', (event) => this.#anotherPlace(event));
    this.#one('[data-point-out]').addEventListener('click', () => { history.pushState({ step: 'where', map: true }, ''); this.#openMap(); });
    this.address.addEventListener('focus', () => this.#help());
    this.address.addEventListener('input', () => { this.typed(); this.#help().then((suggestions) => suggestions?.later()); });
    window.addEventListener('popstate', ({ state }) => (state?.map ? this.#openMap() : this.#closeMap()));
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
    if (choice.value === 'photo') return choice.parentElement.querySelector('[data-choice]').textContent;
    return this.address.value.trim() || (choice.value === 'map' ? this.#words.wordsPoint : this.#words.wordsHere);
  }

  // { latitude, longitude } of what was chosen, where it is known: of words only when they were tapped.
  get point() {
    const how = this.#choice().value;
    const [latitude, longitude] = POINT.map((name) => this.#form.elements[name].value);
    if ((how === 'device' || how === 'map') && latitude) return { latitude: Number(latitude), longitude: Number(longitude) };
    const tapped = how === 'address' && this.#suggested?.label === this.address.value.trim() ? this.#suggested : null;
    return tapped && { latitude: tapped.latitude, longitude: tapped.longitude };
  }

  // Where the phone is; null when it does not say.
  here() {
    return this.#position.here();
  }

  // The first view has been used: now there is time to fetch the addresses around for when there is no contact.
  async start() {
    this.#position.start();
    const here = await this.#position.here();
    if (here) import('./addresses.js').then(({ gather }) => gather(here, this.#words.squares)).catch(() => null);
  }

  // The words that are typed count from now on, not the point.
  typed() {
    this.#looked = null;
    this.#choose('address');
  }

  // The rows of an earlier report are those of an earlier place.
  forget() {
    this.#position.restart();
    this.#looked = this.#suggested = null;
    this.#suggestions?.then((suggestions) => suggestions?.clear());
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
      this.#elsewhere(true);
      return;
    }
    this.#touched = false;
    const asked = this.#ask(here);
    const first = await this.#first(here, asked);
    if (here !== this.#position.known) return; // it has been asked for anew meanwhile
    const until = performance.now() + LATE_MS;
    this.#list(first, here);
    const found = await asked;
    const mayChange = !this.#touched && performance.now() < until && here === this.#position.known;
    if (mayChange && found && !same(found, first)) this.#list(found, here);
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

  #choose(how) {
    this.#one(`[name="place"][value="${how}"]`).checked = true;
  }

  #says(sentence) {
    this.#one('[data-near-status]').textContent = sentence;
  }

  // ---- The nearest

  // What the service says; null when no answer comes.
  async #ask(here, more = {}) {
    try {
      const query = new URLSearchParams({ latitude: here.latitude, longitude: here.longitude, ...more });
      const answer = await fetch(`${this.#words.near}?${query}`, { signal: AbortSignal.timeout(NEAR_TIMEOUT_MS) });
      return answer.ok ? (await answer.json()).items : null;
    } catch {
      return null;
    }
  }

  // What the phone has kept of the surroundings; nothing when that takes as long as asking.
  #kept(here, more) {
    const none = { items: [], whole: false };
    const found = import('./addresses.js').then(({ nearest }) => nearest(here, more)).catch(() => none);
    return Promise.race([found, pause(NEAR_TIMEOUT_MS).then(() => none)]);
  }

  async #nearest(here, more) {
    return await this.#ask(here, more) ?? (await this.#kept(here, more)).items;
  }

  // The rows to begin with: those that are kept, at once if none can be missing and else when the net is late.
  async #first(here, asked) {
    const kept = this.#kept(here);
    const answered = asked.then(async (found) => found ?? (await kept).items);
    const whole = kept.then(({ items, whole: all }) => (all && items.length ? items : answered));
    const late = pause(LATE_MS).then(() => kept).then(({ items }) => (items.length ? items : answered));
    return Promise.race([answered, whole, late]);
  }

  #list(near, here) {
    const rough = here.accuracy > NEAR_ENOUGH_TO_TRUST_M ? ` (± ${Math.round(here.accuracy)} m)` : '';
    if (!this.#step.classList.contains('is-elsewhere')) this.#says((near.length ? this.#words.wordsNear : this.#words.wordsUnlisted) + rough);
    const places = near.length ? near : [{ label: '', distance_m: here.accuracy }];
    this.#one('[data-near-rows]').replaceChildren(...places.map((place, number) => this.#row(place, number, here)));
  }

  #row(place, number, here) {
    const button = this.#one('[data-near-row]').content.firstElementChild.cloneNode(true);
    button.querySelector('.place-number').textContent = number + 1;
    button.querySelector('.row-name').textContent = place.label || this.#words.wordsHere;
    button.querySelector('.row-end').textContent = `${place.label ? '' : '± '}${Math.round(place.distance_m)} m`;
    button.addEventListener('click', () => { this.#take('device', here, place.label); this.#goOn(); });
    return button;
  }

  #take(how, { latitude, longitude, accuracy }, label) {
    this.#suggestions?.then((suggestions) => suggestions?.clear());
    this.address.value = label;
    [latitude, longitude, accuracy].forEach((value, at) => { this.#form.elements[POINT[at]].value = value; });
    this.#choose(how);
    this.#offerMap();
  }

  // That the point on the map counts can be seen, and undone, where it does.
  #offerMap() {
    this.#one('[data-place-map]').hidden = this.#choice().value !== 'map';
  }

  // ---- Another place

  // Words or the map in place of the rows, whose way back is the phone's position.
  #elsewhere(yes) {
    this.#step.classList.toggle('is-elsewhere', yes);
    for (const thing of ['[data-elsewhere]', '[data-step="where"] [data-next]', '[data-locate]', '[data-point-out]']) this.#one(thing).hidden = !yes;
    this.#one('[data-other-place]').hidden = yes;
    this.#offerMap();
  }

  // By a finger no keyboard opens, which would cover the map's button.
  #anotherPlace({ detail } = {}) {
    this.#says(this.#words.wordsElsewhere);
    this.#elsewhere(true);
    (detail ? this.#one('[data-point-out]') : this.address).focus();
  }

  // What suggests addresses; null where it cannot be had.
  #help() {
    this.#suggestions ??= import('./suggest.js').then(({ Suggestions }) => new Suggestions(this.address, this.#step, {
      search: this.#words.search,
      chosen: (place) => { this.address.value = place.label; this.#suggested = place; this.typed(); this.#goOn(); },
    })).catch(() => null);
    return this.#suggestions;
  }

  // ---- The map

  // A page of its own in the phone's history, so that "back" leads out of it and loses nothing.
  async #openMap() {
    if (this.#map) return;
    const screen = this.#one('[data-pin-screen]').content.firstElementChild.cloneNode(true);
    this.#map = screen;
    this.#step.append(screen);
    this.#step.classList.add('is-map');
    screen.addEventListener('click', ({ target }) => {
      if (target.closest('[data-pin-back]')) history.back();
      if (target.closest('[data-pin-words]')) this.#leaveMap().then(() => this.#anotherPlace());
    });
    const away = (sentence) => {
      screen.querySelector('[data-pin-note]').textContent = sentence;
      screen.querySelector('[data-pin-back]').hidden = screen.querySelector('[data-pin-use]').hidden = true;
      screen.querySelector('[data-pin-words]').hidden = false;
      screen.classList.add('is-away');
    };
    try {
      const { show } = await import('./pin.js');
      await show(screen, {
        words: this.#words,
        away,
        start: async () => this.#looked ?? this.point ?? this.#position.known ?? this.#typedPoint(),
        here: () => this.#position.here(),
        nearest: async (point) => (await this.#nearest(point, { limit: 1 }))[0],
        looked: (place) => { this.#looked = place; },
        use: (point, label) => { this.#take('map', point, label); this.#leaveMap().then(() => this.#goOn()); },
      });
    } catch {
      away(this.#words.wordsMapAway);
    }
  }

  #closeMap() {
    this.#map?.dispatchEvent(new Event('close'));
    this.#map?.remove();
    this.#map = null;
    this.#step.classList.remove('is-map');
  }

  #leaveMap() {
    return new Promise((resolve) => {
      window.addEventListener('popstate', () => setTimeout(resolve), { once: true }); // when everybody has heard of it
      history.back();
    });
  }

  async #typedPoint() {
    const text = this.address.value.trim();
    return text && import('./suggest.js').then(({ pointOf }) => pointOf(this.#words.search, text));
  }
}
