// The report under way, kept on the phone from step to step: a tab is often ended when the camera opens.

import * as store from './store.js';

const LASTS_MS = 12 * 3_600_000; // an older one belongs to another round, and perhaps to another person
const NOT_KEPT = new Set(['csrf_token', 'asked', 'id']);

export class Draft {
  #form;

  constructor(form) {
    this.#form = form;
  }

  // Without room or without a database the report can still be sent.
  async save(step) {
    const values = [...new FormData(this.#form)].filter(([name, value]) => typeof value === 'string' && !NOT_KEPT.has(name));
    await store.saveDraft({ step, at: Date.now(), values }).catch(() => null);
  }

  async drop() {
    await store.dropDraft().catch(() => null);
  }

  async dropPhotos() {
    await store.saveDraftPhotos([]).catch(() => null);
  }

  // Fills the form in again, if `may` says so once the draft is there, and says { step, photos }; null where there is
  // nothing, or nothing of today.
  async restore(may) {
    const draft = await store.draft().catch(() => null);
    if (!draft || !may()) return null;
    if (Date.now() - draft.at > LASTS_MS) {
      await this.drop();
      return null;
    }
    for (const [name, value] of draft.values) this.#fill(name, value);
    return draft;
  }

  #fill(name, value) {
    const fields = [...this.#form.querySelectorAll(`[name="${name}"]`)];
    for (const field of fields) {
      if (!['radio', 'checkbox'].includes(field.type)) field.value = value;
      else if (field.value === value) field.checked = true;
    }
  }
}
