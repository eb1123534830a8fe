// What this phone keeps: each report with its state, why it was not taken, and what can be done about it.

import { isFree, REFUSED, REPORT, SEEN, SENDING, SENT, WAITING } from './outbox.js';
import { outbox, send } from './phone.js';
import * as store from './store.js';

const page = document.querySelector('[data-outbox-page]');
const words = page.dataset;
const categories = JSON.parse(words.categories);
const kinds = { [SEEN]: words.wordsSeen, after: words.wordsAfter };
const row = page.querySelector('template').content.firstElementChild;
const one = (name, within = page) => within.querySelector(`[data-${name}]`);
const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', day: 'numeric', month: 'short' });

async function show() {
  const reports = await outbox.list().catch(() => []);
  const shown = [...reports.filter(({ state }) => state !== SENT), ...reports.filter(({ state }) => state === SENT).reverse()];
  const focus = document.activeElement?.closest('[data-report]')?.dataset.report;
  one('rows').replaceChildren(...shown.map(drawn));
  one('empty').hidden = shown.length > 0;
  one('sign-in').hidden = !reports.some(({ signIn }) => signIn);
  document.querySelector('[data-try]').hidden = !reports.some(({ state }) => state === WAITING || state === SENDING);
  if (focus) page.querySelector(`[data-report="${focus}"] :is(a, button):not([hidden])`)?.focus();
}

function drawn(report) {
  const { id, state, kind = REPORT, about = report.fields, why, number } = report;
  const item = row.cloneNode(true);
  item.dataset.report = id;
  const picture = item.querySelector('use');
  picture.setAttribute('href', `${picture.getAttribute('href').split('#')[0]}#cat-${about.category}`);
  one('name', item).textContent = about.address || categories[about.category];
  one('kind', item).textContent = [kinds[kind], about.address && categories[about.category], time.format(report.at), photosOf(report)].filter(Boolean).join(' · ');
  one('state', item).textContent = said(report);
  one('state', item).classList.toggle('urgent', state === REFUSED);
  one('why', item).textContent = why.join(' ');
  const receipt = one('receipt', item);
  receipt.hidden = state !== SENT || kind !== REPORT;
  receipt.href = words.receipt.replace('{id}', id);
  receipt.textContent = words.wordsNumber.replace('{n}', number);
  for (const name of ['edit', 'remove']) one(name, item).hidden = state === SENT || !isFree(report);
  if (kind !== REPORT) one('edit', item).hidden = true;
  one('edit', item).addEventListener('click', async ({ currentTarget }) => (await underWay()) && !sure(currentTarget, words.wordsInstead) ? null : edit(report));
  one('remove', item).addEventListener('click', async ({ currentTarget }) => { if (sure(currentTarget, words.wordsSure)) { await outbox.remove(id); show(); } });
  return item;
}

const photosOf = ({ photos }) => photos && (photos === 1 ? words.wordsPhoto : words.wordsPhotos.replace('{n}', photos));

function said({ state, notBefore, signIn, unsure }) {
  if (state === SENT) return words.wordsSent;
  if (state === REFUSED) return words.wordsRefused;
  if (state === SENDING) return words.wordsSending;
  if (signIn) return words.wordsSignIn;
  if (notBefore > Date.now()) return words.wordsAsked.replace('{time}', new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: 'short' }).format(notBefore));
  return unsure ? words.wordsUnsure : words.wordsWaiting;
}

// A second tap, since it is the only copy that goes.
function sure(button, question) {
  if (button.dataset.sure) return true;
  button.dataset.sure = '1';
  button.textContent = question;
  return false;
}

// Whether a report that somebody has begun would make room for the one to be changed.
async function underWay() {
  const draft = await store.draft().catch(() => null);
  return Boolean(draft) && (draft.photos.length > 0 || draft.step !== 'photo');
}

// Into the form again, as a report that nobody has seen. In this order a phone that dies in between keeps it twice, not never.
async function edit({ id, fields }) {
  const pictures = await store.photos(id);
  const { category, address = '', note = '', latitude = '', longitude = '', accuracy_m: accuracy = '', position_source: source, urgent } = fields;
  const values = { category, address, note, latitude, longitude, accuracy_m: accuracy, place: source ?? 'address', ...(urgent && { urgent }), ...times(fields) };
  await store.saveDraftPhotos(pictures.map((blob) => ({ blob, boxes: [], facts: facts(fields), moment: null })));
  await store.saveDraft({ step: 'done', at: Date.now(), values: Object.entries(values) });
  if (await outbox.remove(id)) location.assign(words.form);
  else await store.dropDraft();
}

// The time that it was sent with stays, though it is another day.
const times = ({ observed_at: at }) => ({ time: 'other', observed_at: at.slice(0, 16) });
const facts = ({ latitude, longitude, position_source: source }) => (source === 'photo' ? { latitude, longitude } : {});

outbox.addEventListener('change', show);
document.querySelector('[data-try]').addEventListener('click', send);
show();
