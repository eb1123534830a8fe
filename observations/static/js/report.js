// Turns the form of /rapportera into one question a screen: photo, what, where, done. The form stays the form: what is
// sent is what it says, and without this file it works as one page. Sent is what outbox.js has kept first.

import { Draft } from './draft.js';
import { fieldsOf, Files, uuid } from './fields.js';
import { offerFacts } from './offers.js';
import { SEEN } from './outbox.js';
import { Questions } from './questions.js';
import { Sending, tell } from './sending.js';
import { Where } from './where.js';

const MOST_BYTES = 24_000_000;
const SAME_PATIENCE_MS = 1_500;
const STEPS = ['photo', 'what', 'where', 'same', 'done', 'sent'];
const DOTS = { what: 1, where: 2, same: 2, done: 3 };

const form = document.getElementById('report');
const one = (selector, within = form) => within.querySelector(selector);
const all = (selector, within = form) => [...within.querySelectorAll(selector)];
const words = form.dataset;
const files = { camera: one('#camera'), gallery: one('#gallery') };
const heading = document.querySelector('[data-heading]');
const startHeading = heading.textContent;
let now = 'photo';

// ---- Steps

function show(step) {
  now = step;
  const within = step in DOTS;
  for (const section of all('[data-step]')) section.classList.toggle('is-now', section.dataset.step === step);
  for (const thing of all('[data-at-start]', document)) thing.hidden = step !== 'photo';
  all('[data-dots]', document).forEach((dots, at) => { dots.hidden = at !== DOTS[step]; });
  document.querySelector('[data-back]').hidden = !within;
  document.querySelector('.phone-head').classList.toggle('phone-head-start', step === 'photo');
  document.querySelector('.phone-head').hidden = step === 'sent';
  heading.textContent = one(`[data-step="${step}"]`).dataset.word || startHeading;
  heading.classList.toggle('visually-hidden', step === 'photo');
  if (step === 'where') startWhere();
  if (step === 'done') showChosen();
  window.scrollTo(0, 0);
}

function go(step) {
  history.pushState({ step }, '');
  show(step);
  heading.focus({ preventScroll: true });
  draft.save(now);
}

// Back and forward lead only to a question that the earlier ones have been answered for; from a report that is sent, to a new one.
function reachable(step) {
  const chosen = one('[name="category"]:checked');
  if (step === 'same' && !same?.drawn) return 'where';
  return STEPS.includes(step) && (step === 'photo' || step === 'what' || (step !== 'sent' && chosen)) ? step : 'photo';
}

// Enter in a field sends a form; on the way here it means "go on".
function goOn() {
  if (now === 'what' && one('[name="category"]:checked')) go('where');
  else if (now === 'where') where.missing ? where.address.focus() : placeChosen();
}

// A tap chooses and goes on. Arrow keys only choose, since they pass over what is not meant; then a button appears.
function categoryClicked({ target, detail }) {
  if (!target.matches('input')) return;
  if (detail > 0) go('where');
  else one('[data-step="what"] .phone-foot').hidden = false;
}

// ---- Same?

// Neither is part of the first load. Without contact nothing is found, and that is an answer too.
async function startWhere() {
  where.show();
  loading.same ??= import('./same.js').then((module) => { same = new module.Same(form, stillThere); }).catch(() => null);
  const [here] = await Promise.all([where.here(), loading.same]);
  if (here && same && now === 'where') same.ask(here, form.elements.category.value);
}

async function placeChosen() {
  const { point } = where;
  await Promise.race([loading.same, new Promise((resolve) => { setTimeout(resolve, SAME_PATIENCE_MS); })]);
  const found = point && same && await same.found(point, form.elements.category.value).catch(() => false);
  if (now === 'where') go(found ? 'same' : 'done');
}

function somethingNew() {
  same.deny();
  go('done');
}

// Nothing of one's own is sent: that one is still there is all that is new. The photo is not needed.
async function stillThere({ id, category }) {
  if (telling) return; // cold fingers tap twice
  telling = true;
  const about = { category, address: where.said };
  try {
    await sending.begin({ id: uuid() }, [], { to: words.sightings.replace('{id}', id), kind: SEEN, about });
  } finally {
    telling = false;
  }
}

// ---- Photo

// What makes photos small, shows and covers them, fetched while the camera is open. Where it cannot be had, nothing is
// sent before it is said that nobody could look at the photo.
function album() {
  loading.album ??= import('./photos.js').then(({ Photos }) => { photos = new Photos(form); }).catch(() => null);
  return loading.album;
}

async function photoChosen(chosen) {
  if (!chosen.files.length) return;
  const moment = chosen === files.camera ? new Date() : null;
  files[chosen === files.camera ? 'gallery' : 'camera'].value = '';
  where.start();
  go('what');
  await album();
  if (chosen.files.length) photos.choose(chosen.files, moment); // else it was taken back meanwhile
}

function withoutPhoto() {
  files.camera.value = files.gallery.value = '';
  photos.clear();
  draft.dropPhotos();
  where.start();
  go('what');
}

// A tab is often ended when the camera opens.
function choose(name) {
  album();
  draft.save(now);
  files[name].click();
}

function dropPhoto() {
  photos.dropShown();
  files.camera.value = files.gallery.value = '';
}

// ---- Done

function showChosen() {
  const category = one('[name="category"]:checked');
  const cell = category && one(`label[for="${category.id}"]`);
  one('[data-chosen-category]').textContent = cell ? one('.category-words', cell).firstChild.textContent : '';
  one('[data-chosen-picture]').replaceChildren(...(cell ? [small(one('svg', cell))] : []));
  one('[data-chosen-place]').textContent = where.said;
}

function small(picture) {
  const copy = picture.cloneNode(true);
  copy.setAttribute('width', 32);
  copy.setAttribute('height', 32);
  return copy;
}

function trouble(...sentences) {
  if (sentences.length && now !== 'done') show('done');
  tell(one('[data-trouble]'), sentences);
}

// ---- Send

async function send(event) {
  event.preventDefault();
  if (now !== 'done') return goOn();
  if (one('[data-send]').disabled) return;
  trouble();
  busy(true);
  try {
    await loading.album;
    const pictures = await photos.finished();
    if (photos instanceof Files && pictures.length && !unseen) {
      unseen = true; // the next press means it
      return trouble(words.wordsUnseen);
    }
    if (pictures.length > words.mostPhotos) return trouble(words.wordsMany);
    if (pictures.reduce((bytes, picture) => bytes + picture.size, 0) > MOST_BYTES) return trouble(words.wordsLarge);
    const fields = fieldsOf(form, { facts: await photos.facts(), moment: photos.moment, point: where.point });
    await sending.begin(fields, pictures);
  } catch (error) {
    trouble(error.notCovered ? words.wordsUncovered : words.wordsAway);
  } finally {
    busy(false);
  }
}

function busy(yes) {
  const button = one('[data-send]');
  button.disabled = yes;
  button.dataset.word ??= button.textContent;
  button.textContent = yes ? words.wordsSending : button.dataset.word;
}

function kept() {
  photos.forget();
  draft.drop();
  history.replaceState({ step: 'sent' }, '');
  show('sent');
}

// The service has looked at it and said what is wrong: it is this form again, and a report that nobody has seen.
function refused(why) {
  form.elements.id.value = uuid();
  history.replaceState({ step: 'done' }, '');
  show('done');
  draft.save(now);
  photos.keep();
  trouble(...why);
  questions.ask();
}

function startAnew() {
  form.reset();
  form.elements.id.value = uuid();
  for (const name of ['latitude', 'longitude', 'accuracy_m', 'asked']) form.elements[name].value = '';
  photos.clear();
  unseen = false;
  where.forget();
  same?.forget();
  draft.drop();
  trouble();
  countNote();
  history.replaceState({ step: 'photo' }, '');
  show('photo');
  document.getElementById('main').focus({ preventScroll: true });
}

// ---- Begin

const loading = {};
let photos = new Files(Object.values(files));
let same = null;
let telling = false;
let unseen = false;
const where = new Where(form, placeChosen);
const questions = new Questions(form);
const draft = new Draft(form);
const sending = new Sending(form, { kept, refused, trouble });

function countNote() {
  const note = one('#note');
  one('[data-note-left]').textContent = note.maxLength - note.value.length;
}

function listen() {
  for (const input of Object.values(files)) input.addEventListener('change', () => photoChosen(input));
  for (const button of all('[data-choose]')) button.addEventListener('click', () => choose(button.dataset.choose));
  for (const button of all('[data-go]')) button.addEventListener('click', () => go(button.dataset.go));
  for (const button of all('[data-next]')) button.addEventListener('click', goOn);
  for (const button of all('[data-anew]')) button.addEventListener('click', startAnew);
  one('[data-no-photo]').addEventListener('click', withoutPhoto);
  one('[data-drop-photo]').addEventListener('click', dropPhoto);
  one('.category-grid').addEventListener('click', categoryClicked);
  one('#note').addEventListener('input', countNote);
  one('[data-new]').addEventListener('click', somethingNew);
  form.addEventListener('photos', () => offerFacts(form, photos));
  form.addEventListener('change', () => draft.save(now));
  form.addEventListener('submit', send);
  document.querySelector('[data-back]').addEventListener('click', () => history.back());
  window.addEventListener('popstate', ({ state }) => (now === 'sent' ? startAnew() : show(reachable(state?.step))));
  window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
}

async function begin() {
  for (const thing of all('[data-with-script]')) thing.hidden = false;
  document.body.classList.add('stepped');
  form.elements.id.value = uuid();
  listen();
  offerFacts(form, photos);
  history.replaceState({ step: 'photo' }, '');
  show('photo');
  where.showHere();
  const isNew = () => now === 'photo' && !Object.values(files).some((input) => input.files.length);
  const found = await draft.restore(isNew);
  if (found?.photos.length) await album();
  document.dispatchEvent(new CustomEvent('report-begins', { detail: { draft: Boolean(found) } })); // to first.js
  if (found && isNew()) {
    photos.restore(found.photos);
    if (reachable(found.step) !== 'photo') go(reachable(found.step));
  }
  countNote();
}

if (!('plain' in words)) begin(); // a page that came back with an error is shown whole
