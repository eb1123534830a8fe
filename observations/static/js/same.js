// "Same?": what others have reported of this kind within some metres, so that one thing is counted once.

const PATIENCE_MS = 1_500; // longer nobody is kept from sending; a report too many is the coordinator's to join
const DAY_MS = 86_400_000;

export class Same {
  #form;
  #words;
  #key = '';
  #answer = Promise.resolve([]);
  #denied = '';

  // `seen` is told of the one that is still there.
  constructor(form, seen) {
    this.#form = form;
    this.#words = form.querySelector('[data-step="same"]').dataset;
    this.#form.querySelector('[data-same-rows]').addEventListener('click', ({ target }) => {
      const button = target.closest('button');
      if (button) seen(JSON.parse(button.value));
    });
  }

  // Asks ahead, so that the answer is there when the place is chosen. `point` is { latitude, longitude }.
  ask(point, category) {
    const key = `${category} ${point.latitude} ${point.longitude}`;
    if (key === this.#key) return;
    this.#key = key;
    this.#answer = this.#near(new URLSearchParams({ category, latitude: point.latitude, longitude: point.longitude }));
  }

  // Whether there is something to be asked about at that point, drawn and ready; not when it was answered with no.
  async found(point, category) {
    this.ask(point, category);
    if (this.#denied === this.#key) return false;
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, []); });
    const items = await Promise.race([this.#answer, late]);
    this.#form.querySelector('[data-same-rows]').replaceChildren(...items.map((item) => this.#row(item)));
    return items.length > 0;
  }

  get drawn() {
    return this.#form.querySelector('[data-same-rows]').childElementCount > 0;
  }

  // It is something new: not asked again for this place and kind.
  deny() {
    this.#denied = this.#key;
  }

  // The next report is another one, also where its place and kind are the same.
  forget() {
    this.#key = this.#denied = '';
  }

  async #near(query) {
    try {
      const answer = await fetch(`${this.#words.path}?${query}`);
      return answer.ok ? (await answer.json()).items : [];
    } catch {
      return []; // no contact: then it is a new one, and the coordinator joins them
    }
  }

  #row(item) {
    const row = this.#form.querySelector('[data-same-row]').content.firstElementChild.cloneNode(true);
    const image = row.querySelector('img');
    image.hidden = !item.photo;
    row.querySelector('[data-same-none]').hidden = Boolean(item.photo);
    if (item.photo) Object.assign(image, { src: `${this.#words.path}/${item.id}/bild`, width: item.photo.width, height: item.photo.height });
    const picture = row.querySelector('use');
    picture.setAttribute('href', `${picture.getAttribute('href').split('#')[0]}#cat-${item.category}`);
    row.querySelector('[data-same-said]').textContent = this.#said(item);
    row.querySelector('button').value = JSON.stringify({ id: item.id, category: item.category });
    return row;
  }

  #said({ distance_m: metres, received_on: day, seen }) {
    const ago = Math.round((new Date().setHours(12, 0, 0, 0) - new Date(`${day}T12:00`)) / DAY_MS);
    const when = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'auto' }).format(-ago, 'day');
    const said = this.#words.wordsReported.replace('{m}', metres).replace('{when}', when);
    return seen ? `${said} ${seen === 1 ? this.#words.wordsSeenOnce : this.#words.wordsSeen.replace('{n}', seen)}` : said;
  }
}
