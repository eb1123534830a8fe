// The photos of the report under way: chosen, made small in the background, shown, covered, handed over.

import { Boxes } from './boxes-phone.js';
import { covered, prepared } from './photo.js';
import { saveDraftPhotos } from './store.js';

// Not part of the first load. Where it cannot be fetched nothing is suggested.
const factsOf = (file) => import('./exif.js').then(({ facts }) => facts(file)).catch(() => ({}));

export class Photos {
  #photos = [];
  #shown = 0;
  #form;
  #boxes;
  #timer = 0;
  #turn = 0;

  constructor(form) {
    this.#form = form;
    this.#boxes = new Boxes(form.querySelector('[data-cover]'), () => { this.#tools(); this.keep(); });
    form.querySelector('[data-undo]').addEventListener('click', () => this.#boxes.undo());
    form.querySelector('[data-more-photos]').addEventListener('click', () => this.#show((this.#shown + 1) % this.count));
  }

  get count() {
    return this.#photos.length;
  }

  // `moment` is when the camera took them, or null where that is known to the files alone.
  choose(files, moment = null) {
    this.#take([...files].map((file) => ({ small: prepared(file), facts: factsOf(file), moment, boxes: [] })));
    this.keep();
  }

  // As a draft or a report of the outbox has them: { blob, boxes, facts, moment }, or a blob alone.
  restore(kept) {
    this.#take(kept.map((one) => {
      const { blob, boxes = [], facts: read = {}, moment = null } = one instanceof Blob ? { blob: one } : one;
      return { small: Promise.resolve(blob), facts: Promise.resolve(read), moment, boxes };
    }));
  }

  clear() {
    this.#take([]);
    this.keep();
  }

  dropShown() {
    this.#take(this.#photos.filter((_photo, number) => number !== this.#shown));
    this.keep();
  }

  // What is sent, the boxes burned in. Throws photo.NotCovered rather than let anything go that was to be covered.
  async finished() {
    return Promise.all(this.#photos.map(async ({ small, boxes }) => covered(await small, boxes)));
  }

  // What the first photo says of time and place.
  async facts() {
    return this.#photos.length ? this.#photos[0].facts : {};
  }

  get moment() {
    return this.#photos[0]?.moment ?? null;
  }

  #take(photos) {
    for (const { url } of this.#photos) if (!photos.some((photo) => photo.url === url)) URL.revokeObjectURL(url);
    this.#photos = photos;
    this.#show(0);
    this.#form.dispatchEvent(new Event('photos'));
  }

  async #show(number) {
    this.#shown = number;
    const photo = this.#photos[number];
    for (const preview of this.#form.querySelectorAll('[data-preview]')) preview.hidden = !photo;
    this.#tools();
    this.#boxes.show(photo?.boxes ?? []);
    if (!photo) return;
    photo.url ??= URL.createObjectURL(await photo.small);
    if (photo !== this.#photos[this.#shown]) return;
    for (const image of this.#form.querySelectorAll('[data-preview] img')) image.src = photo.url;
  }

  #tools() {
    const more = this.#form.querySelector('[data-more-photos]');
    more.hidden = this.count < 2;
    more.textContent = more.dataset.words.replace('{n}', this.#shown + 1).replace('{all}', this.count);
    this.#form.querySelector('[data-undo]').hidden = !this.#photos[this.#shown]?.boxes.length;
  }

  // With the draft, so that a phone that ends the page loses no picture. Without room for it the report can still be sent.
  keep() {
    clearTimeout(this.#timer);
    const turn = this.#turn;
    this.#timer = setTimeout(async () => {
      try {
        const kept = await Promise.all(this.#photos.map(async (photo) => ({
          blob: await photo.small, facts: await photo.facts, moment: photo.moment, boxes: photo.boxes,
        })));
        if (turn === this.#turn) await saveDraftPhotos(kept);
      } catch { /* see above */ }
    }, 0);
  }

  // What is still being made small is not kept any more: the draft that it belonged to is gone.
  forget() {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }
}
