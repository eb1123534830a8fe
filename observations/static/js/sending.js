// After "Send": the report is kept on the phone, which is said at once, and then sent, which is said when it is so.

import { isReceipt, post, REFUSED, reasons, SEEN, SENT } from './outbox.js';
import { outbox, send } from './phone.js';

const RECEIPT_WITHIN_MS = 20_000; // later, nobody waits for it any more
const SHAKE_MS = 60;

// Sentences where they are looked for; none takes them away.
export function tell(box, sentences) {
  box.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement('p'), { className: 'urgent', textContent: sentence })));
  box.hidden = !sentences.length;
  if (sentences.length) box.scrollIntoView({ block: 'center' });
}

export class Sending {
  #form;
  #tell;
  #screen;
  #id = '';
  #others = [];
  #at = 0;
  #directly = null;

  // `tell` has what the form does when the report is kept, when it is refused, and when there is trouble.
  constructor(form, tell) {
    this.#form = form;
    this.#tell = tell;
    this.#screen = form.querySelector('[data-step="sent"]');
    outbox.addEventListener('change', () => this.#show());
    form.querySelector('[data-send-directly]').addEventListener('click', () => this.#directly?.());
  }

  // `what` as outbox.add takes it, where it is no report.
  async begin(fields, photos, what = {}) {
    this.#form.querySelector('[data-send-directly]').hidden = true;
    try {
      const open = (await outbox.list()).filter(({ state }) => state !== SENT && state !== REFUSED);
      await outbox.add(fields, photos, what);
      this.#others = open.map(({ id }) => id);
    } catch {
      return this.#withoutKeeping(fields, photos, what);
    }
    this.#id = fields.id;
    this.#at = Date.now();
    this.#screen.querySelector('[data-receipt]').hidden = true;
    this.#tell.kept();
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) navigator.vibrate?.(SHAKE_MS);
    await this.#show();
    this.#screen.querySelector('[data-title]').focus({ preventScroll: true });
    send();
  }

  // The phone is full, or its browser keeps nothing: the form stays as it is, and can be sent from here.
  #withoutKeeping(fields, photos, { to, kind }) {
    const { wordsFull, wordsSending, wordsAway } = this.#form.dataset;
    const button = this.#form.querySelector('[data-send-directly]');
    this.#tell.trouble(wordsFull);
    button.hidden = false;
    this.#directly = async () => {
      button.disabled = true;
      this.#tell.trouble(wordsSending);
      const answer = await post(fields, photos, to);
      button.disabled = false;
      if (isReceipt(answer, fields.id) && kind === SEEN) { this.#tell.kept(); return this.#noted(); }
      if (isReceipt(answer, fields.id)) return location.replace(this.#receipt(fields.id));
      this.#tell.trouble(...((answer && reasons(answer)) ?? [wordsAway]));
    };
  }

  #receipt(id) {
    return this.#form.dataset.receipt.replace('{id}', id);
  }

  async #show() {
    if (!this.#id || !this.#screen.classList.contains('is-now')) return;
    const reports = await outbox.list();
    const report = reports.find(({ id }) => id === this.#id);
    if (!report) return;
    if (report.state === REFUSED) return this.#giveBack(report);
    if (report.state === SENT && report.kind === SEEN) return this.#noted();
    if (report.state === SENT) return this.#sent(report, reports);
    const waiting = reports.filter(({ state }) => state !== SENT && state !== REFUSED).length;
    const { wordsKept, wordsLater, wordsSignIn, wordsWaiting } = this.#screen.dataset;
    this.#say(wordsKept, report.signIn ? wordsSignIn : wordsLater, waiting > 1 ? wordsWaiting.replace('{n}', waiting) : '');
    this.#screen.querySelector('[data-sign-in]').hidden = !report.signIn;
  }

  // Somebody else's report, so there is no receipt to go to.
  #noted() {
    const { wordsNoted, wordsNotedMore } = this.#screen.dataset;
    this.#id = '';
    this.#say(wordsNoted, wordsNotedMore, '');
    this.#screen.querySelector('[data-sign-in]').hidden = true;
    this.#screen.classList.add('is-sent');
  }

  #sent(report, reports) {
    const along = this.#others.filter((id) => reports.some((other) => other.id === id && other.state === SENT)).length;
    const { wordsSent, wordsNumber, wordsAlongOne, wordsAlong } = this.#screen.dataset;
    const more = along === 1 ? wordsAlongOne : wordsAlong.replace('{n}', along);
    this.#say(wordsSent, wordsNumber.replace('{n}', report.number), along ? more : '');
    const link = this.#screen.querySelector('[data-receipt]');
    link.href = this.#receipt(report.id);
    link.hidden = false;
    this.#screen.querySelector('[data-sign-in]').hidden = true;
    if (Date.now() - this.#at > RECEIPT_WITHIN_MS) return;
    sessionStorage.setItem(`along:${report.id}`, along);
    this.#id = '';
    location.replace(link.href);
  }

  async #giveBack({ id, why }) {
    this.#id = '';
    this.#tell.refused(why.length ? why : [this.#form.dataset.wordsRefusedOne]);
    await outbox.remove(id);
  }

  #say(title, sentence, more) {
    this.#screen.querySelector('[data-title]').textContent = title;
    this.#screen.querySelector('[data-sentence]').textContent = [sentence, more].filter(Boolean).join(' ');
    this.#screen.classList.toggle('is-sent', title === this.#screen.dataset.wordsSent);
  }
}
