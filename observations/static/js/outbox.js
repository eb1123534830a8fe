// Sends what the phone keeps, one report after the other and from one tab at a time, until the service has said that it
// has it. Sending twice is harmless: a report keeps its id and its content from the first attempt on.

import { rfc3339 } from './fields.js';
import * as store from './store.js';

export const WAITING = 'waiting';
export const SENDING = 'sending';
export const SENT = 'sent';
export const REFUSED = 'refused';
export const SYNC = 'ogon-outbox';
export const REPORT = 'report';
export const SEEN = 'seen';

const ADDRESS = '/api/v1/observations';
const TIMEOUT_MS = 120_000;
const FIRST_PAUSE_MS = 4_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const SHORTEST_SLEEP_MS = 1_000;
const SENT_SHOWN_MS = 86_400_000;
const STOPS = new Set([400, 404, 409, 413, 415, 422]); // the report is at fault: the others go on
const SIGN_IN = new Set([401, 403]);
const BUSY = new Set([408, 429, 503]); // the others would be answered alike

const told = 'BroadcastChannel' in globalThis ? new BroadcastChannel(SYNC) : null;
const withLock = (work) => (navigator.locks ? navigator.locks.request(SYNC, { ifAvailable: true }, work) : work({}));

// Nobody else may change or remove what the service may have by now.
export const isFree = ({ state, unsure }) => state === REFUSED || state === SENT || (state === WAITING && !unsure);

export class Outbox extends EventTarget {
  #timer = 0;
  #rest = 0; // until then nothing is tried of itself, where a report's own pause could not be noted

  constructor() {
    super();
    told?.addEventListener('message', () => this.dispatchEvent(new Event('change')));
  }

  // Kept first, sent then. Throws what the browser says when there is no room. A report, or with `to` what belongs to one
  // that the service has: then `kind` says what it is, and `about`, as { category, address }, what it is about.
  async add(fields, photos, { to = ADDRESS, kind = REPORT, about = aboutOf(fields) } = {}) {
    const report = { id: fields.id, at: Date.now(), state: WAITING, to, kind, about, fields, photos: photos.length, tries: 0, next: 0, notBefore: 0, unsure: false, why: [] };
    await store.keep(report, photos);
    this.#changed();
  }

  async remove(id) {
    const gone = await store.forget(id, isFree);
    if (gone) this.#changed();
    return gone;
  }

  list() {
    return store.reports();
  }

  report(id) {
    return store.report(id);
  }

  // Whoever has the lock sends for all tabs; the others see it happen. `now` passes over pauses of our own making.
  async flush({ now = false } = {}) {
    clearTimeout(this.#timer);
    await withLock(async (lock) => { if (lock) await this.#sendAll(now); });
    await this.#sleep();
  }

  async #sendAll(now) {
    const tried = new Set();
    for (let due = await this.#due(tried, now); due; due = await this.#due(tried, now)) {
      tried.add(due.id);
      if (!(await this.#send(due))) return;
    }
  }

  // With the lock in hand, what is found "sending" was left so by a tab that is gone.
  async #due(tried, now) {
    const time = Date.now();
    for (const report of await store.reports()) {
      if (report.state === SENT && time - report.at > SENT_SHOWN_MS) await store.forget(report.id);
      const open = report.state === SENDING || (report.state === WAITING && (now || report.next <= time));
      if (open && report.notBefore <= time && !tried.has(report.id)) return report;
    }
    return null;
  }

  // Whether the next one may be tried. On a phone without room for a word more, nothing is noted and it is sent all the same.
  async #send({ id }) {
    let before;
    const report = await store.change(id, (kept) => {
      before = kept;
      return isOver(kept) ? null : { ...kept, state: SENDING, tries: kept.tries + 1, unsure: true };
    }).catch(() => before);
    if (!report) return true;
    this.#changed();
    const answer = await post(report.fields, await store.photos(id), report.to);
    const became = verdict(before, answer);
    const noted = await store.change(id, (now) => ({ ...now, ...became })).catch(() => null);
    if (!noted && became.state !== SENT) this.#rest = Math.max(Date.now() + (became.state === REFUSED ? LONGEST_PAUSE_MS : FIRST_PAUSE_MS), became.next ?? 0, became.notBefore ?? 0);
    if (became.state === SENT) await (noted ? store.forgetPhotos(id) : store.forget(id));
    this.#changed();
    return Boolean(answer) && !SIGN_IN.has(answer.status) && !BUSY.has(answer.status);
  }

  async #sleep() {
    const waiting = (await store.reports()).filter((report) => !isOver(report) && !report.signIn);
    if (!waiting.length) return;
    const next = Math.min(...waiting.map((report) => Math.max(report.next, report.notBefore)));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), Math.max(SHORTEST_SLEEP_MS, Math.max(next, this.#rest) - Date.now()));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
    told?.postMessage('');
  }
}

const aboutOf = ({ category, address }) => ({ category, address });
const isOver = ({ state }) => state === SENT || state === REFUSED;

// One attempt: { status, retryAfter in seconds, said, date }, or null when nobody answered and nobody knows whether it arrived.
export async function post(fields, photos, to = ADDRESS) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== '') body.append(name, value);
  photos.forEach((blob, place) => body.append('photos', blob, `${place}`));
  try {
    const answer = await fetch(to, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const said = await answer.json().catch(() => null);
    const [retryAfter, date] = ['Retry-After', 'Date'].map((name) => answer.headers.get(name));
    return { status: answer.status, retryAfter: Number(retryAfter) || 0, said, date: Date.parse(date) };
  } catch {
    return null;
  }
}

// The service has it: its own id came back, with a number. A hotel's net also answers 200, with a page of its own.
export const isReceipt = (answer, id) => [200, 201].includes(answer?.status) && answer.said?.id === id && Boolean(answer.said.number ?? answer.said.seen);

// Why it was not taken, in the service's words; none where somebody between us and the service has answered.
export function reasons({ status, said }) {
  if (!STOPS.has(status)) return null;
  if (typeof said?.title !== 'string') return status === 413 ? [] : null;
  return said.fields ? Object.values(said.fields) : [said.detail ?? said.title];
}

// "Now" by a clock that is wrong is refused: then by the service's clock, once. Nobody can be asked to set the phone first.
function withRightTime({ fields, righted }, { status, said, date }) {
  const name = 'taken_at' in fields ? 'taken_at' : 'observed_at'; // an after-photo is always of now
  const isNow = name === 'taken_at' || fields.time_source === 'sent';
  if (status !== 422 || righted || !isNow || !said?.fields?.[name] || Number.isNaN(date)) return null;
  return { ...fields, [name]: rfc3339(new Date(Date.parse(fields[name]) + date - Date.now())) };
}

// What becomes of a report by what was answered.
function verdict(before, answer) {
  const time = Date.now();
  if (isReceipt(answer, before.id)) {
    // What it is about is enough to tell it from others; the rest is the service's.
    return { state: SENT, number: answer.said.number, to: '', fields: {}, sent: time, signIn: false, why: [] };
  }
  const righted = answer && withRightTime(before, answer);
  if (righted) return { state: WAITING, fields: righted, righted: true, unsure: false, signIn: false, next: 0 };
  const why = answer && reasons(answer);
  if (why) return { state: REFUSED, why, unsure: false, signIn: false };
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(before.tries, 10)) * (0.5 + Math.random());
  const waiting = { state: WAITING, signIn: SIGN_IN.has(answer?.status), next: time + pause, notBefore: time + (answer?.retryAfter ?? 0) * 1000 };
  const nothingKept = waiting.signIn || BUSY.has(answer?.status);
  return nothingKept ? { ...waiting, unsure: before.unsure } : waiting;
}
