// Turns the form of /rapportera into one question a screen: photo, what, where, done. The form stays the form: what is
// sent is what it holds, and without this file it works as one page.

import { Position } from './position.js';
import { Questions } from './questions.js';

const NEAR_ENOUGH_TO_TRUST_M = 100;
const MOST_BYTES = 24_000_000;
const SEND_TIMEOUT_MS = 180_000;
const STEPS = ['photo', 'what', 'where', 'done'];

const form = document.getElementById('report');
const one = (selector, within = form) => within.querySelector(selector);
const all = (selector, within = form) => [...within.querySelectorAll(selector)];
const words = form.dataset;
const files = { camera: one('#camera'), gallery: one('#gallery') };
const address = one('#address');
const position = new Position();
const questions = new Questions(form);

// ---- Steps

const heading = document.querySelector('[data-heading]');
const startHeading = heading.textContent;
let now = 'photo';

function show(step) {
  now = step;
  const number = STEPS.indexOf(step);
  for (const section of all('[data-step]')) section.classList.toggle('is-now', section.dataset.step === step);
  for (const thing of all('[data-at-start]', document)) thing.hidden = number > 0;
  all('[data-dots]', document).forEach((dots, at) => { dots.hidden = at !== number || number === 0; });
  document.querySelector('[data-back]').hidden = number === 0;
  document.querySelector('.phone-head').classList.toggle('phone-head-start', number === 0);
  heading.textContent = one(`[data-step="${step}"]`).dataset.word || startHeading;
  heading.classList.toggle('visually-hidden', number === 0);
  if (step === 'where') showNear();
  if (step === 'done') showChosen();
  window.scrollTo(0, 0);
}

function go(step) {
  history.pushState({ step }, '');
  show(step);
  heading.focus({ preventScroll: true });
}

// Enter in a field sends a form; on the way here it means "go on".
function goOn() {
  if (now === 'photo') return;
  if (now === 'what' && one('[name="category"]:checked')) go('where');
  if (now === 'where') placeMissing() ? address.focus() : go('done');
}

// A tap chooses and goes on. Arrow keys only choose, since they pass over what is not meant; then a button appears.
function categoryClicked({ target, detail }) {
  if (!target.matches('input')) return;
  if (detail > 0) go('where');
  else one('[data-step="what"] .phone-foot').hidden = false;
}

// ---- Photo

const chosenFiles = () => [...files.camera.files, ...files.gallery.files];

function dropPhotos() {
  files.camera.value = files.gallery.value = '';
  if (one('[name="time"][value="photo"]').checked) one('[name="time"][value="now"]').checked = true;
  if (one('[name="place"][value="photo"]').checked) addressTyped();
  showPhoto();
}

function photoChosen(chosen) {
  if (!chosen.files.length) return;
  files[chosen === files.camera ? 'gallery' : 'camera'].value = '';
  showPhoto();
  position.start();
  go('what');
}

// ---- Where

async function showNear() {
  const rows = one('[data-near-rows]');
  if (rows.childElementCount) return;
  nearSays(words.wordsWaiting);
  elsewhere(false);
  const here = await position.here();
  if (!here) {
    nearSays(position.refused ? words.wordsRefused : words.wordsLost);
    return elsewhere(true, { again: true });
  }
  const near = await nearest(here);
  const rough = here.accuracy > NEAR_ENOUGH_TO_TRUST_M ? ` (± ${Math.round(here.accuracy)} m)` : '';
  nearSays((near.length ? words.wordsNear : words.wordsUnlisted) + rough);
  if (!near.length) near.push({ label: '', distance_m: here.accuracy });
  rows.replaceChildren(...near.map((place, number) => row(place, number, here)));
}

function nearSays(sentence) {
  one('[data-near-status]').textContent = sentence;
}

// Another place than the nearest: words instead of a row. `again` offers to look for the position once more.
function elsewhere(yes, { again = false } = {}) {
  one('[data-elsewhere]').hidden = !yes;
  one('[data-other-place]').hidden = yes;
  one('[data-step="where"] [data-next]').hidden = !yes;
  one('[data-locate]').hidden = !again;
}

// On the first screen already, where the phone may be asked without a question to the person.
async function showHere() {
  const here = await position.here();
  const [place] = here ? await nearest(here) : [];
  if (!place) return;
  one('[data-here] span').textContent = place.label;
  one('[data-here]').hidden = false;
}

async function nearest(here) {
  try {
    const query = new URLSearchParams({ latitude: here.latitude, longitude: here.longitude });
    const answer = await fetch(`${words.near}?${query}`, { signal: AbortSignal.timeout(8000) });
    return answer.ok ? (await answer.json()).items : [];
  } catch {
    return []; // no contact: the point alone is a place too
  }
}

function row(place, number, here) {
  const button = one('template').content.firstElementChild.cloneNode(true);
  one('.place-number', button).textContent = number + 1;
  one('.row-name', button).textContent = place.label || words.wordsHere;
  one('.row-end', button).textContent = `${place.label ? '' : '± '}${Math.round(place.distance_m)} m`;
  button.addEventListener('click', () => choosePoint(here, place.label));
  return button;
}

function choosePoint(here, label) {
  address.value = label;
  for (const [name, value] of [['latitude', here.latitude], ['longitude', here.longitude], ['accuracy_m', here.accuracy]]) {
    form.elements[name].value = value;
  }
  one('[name="place"][value="device"]').checked = true;
  go('done');
}

function locateAgain() {
  position.restart();
  showNear();
}

// The words that are typed count from now on, not the point.
function addressTyped() {
  one('[name="place"][value="address"]').checked = true;
}

function suggest() {
  clearTimeout(suggest.timer);
  suggest.timer = setTimeout(async () => {
    if (address.value.trim().length < 2) return;
    try {
      const answer = await fetch(`${words.search}?${new URLSearchParams({ q: address.value.slice(0, 80) })}`);
      if (!answer.ok) return;
      const options = (await answer.json()).items.map(({ label }) => Object.assign(document.createElement('option'), { value: label }));
      one('#addresses').replaceChildren(...options);
    } catch { /* suggestions are a help; without contact there are none */ }
  }, 200);
}

function placeMissing() {
  return one('[name="place"][value="address"]').checked && !address.value.trim();
}

// ---- Done

function showChosen() {
  const category = one('[name="category"]:checked');
  const cell = category && one(`label[for="${category.id}"]`);
  one('[data-chosen-category]').textContent = cell ? one('.category-words', cell).firstChild.textContent : '';
  one('[data-chosen-picture]').replaceChildren(...(cell ? [small(one('svg', cell))] : []));
  const choice = one('[name="place"]:checked');
  one('[data-chosen-place]').textContent = choice.value === 'photo' ? choice.parentElement.textContent.trim()
    : address.value.trim() || words.wordsHere;
}

function small(picture) {
  const copy = picture.cloneNode(true);
  copy.setAttribute('width', 32);
  copy.setAttribute('height', 32);
  return copy;
}

function showPhoto() {
  const chosen = chosenFiles();
  URL.revokeObjectURL(showPhoto.address);
  showPhoto.address = chosen.length ? URL.createObjectURL(chosen[0]) : '';
  for (const preview of all('[data-preview]')) {
    preview.hidden = !chosen.length;
    one('img', preview).src = showPhoto.address;
  }
  one('[data-more-photos]').textContent = `+ ${chosen.length - 1}`;
  one('[data-more-photos]').hidden = chosen.length < 2;
}

// ---- Send

function trouble(...sentences) {
  const box = one('[data-trouble]');
  box.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement('p'), { className: 'urgent', textContent: sentence })));
  box.hidden = !sentences.length;
  if (sentences.length) box.scrollIntoView({ block: 'center' });
}

function sending(yes) {
  const button = one('[data-send]');
  button.disabled = yes;
  button.dataset.word ??= button.textContent;
  button.textContent = yes ? words.wordsSending : button.dataset.word;
}

async function send(event) {
  event.preventDefault();
  if (now !== 'done') return goOn();
  const photos = chosenFiles();
  trouble();
  if (photos.length > words.mostPhotos) return trouble(words.wordsMany);
  if (photos.reduce((bytes, photo) => bytes + photo.size, 0) > MOST_BYTES) return trouble(words.wordsLarge);
  sending(true);
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), signal: AbortSignal.timeout(SEND_TIMEOUT_MS) });
    if (answer.ok) return location.replace(answer.url);
    explain(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    trouble(words.wordsAway);
  }
  sending(false);
}

// The answer is the page that a browser without scripts would show; its sentences are what there is to say.
function explain(page) {
  questions.ask();
  const id = page.querySelector('#report [name="id"]');
  if (id) form.elements.id.value = id.value;
  const beside = all('.field-error', page).map((error) => {
    const label = page.querySelector(`label[for="${error.id.replace('-error', '')}"]`);
    const name = label ? `${label.firstChild.textContent.trim()}: ` : '';
    return name + error.textContent.trim();
  });
  trouble(...(beside.length ? beside : all('[data-problem], .lead', page).map((sentence) => sentence.textContent)));
}

// ---- Begin

function countNote() {
  const note = one('#note');
  one('[data-note-left]').textContent = note.maxLength - note.value.length;
}

function begin() {
  for (const thing of all('[data-with-script]')) thing.hidden = false;
  document.body.classList.add('stepped');
  if (crypto.randomUUID) form.elements.id.value = crypto.randomUUID();
  for (const input of Object.values(files)) input.addEventListener('change', () => photoChosen(input));
  for (const button of all('[data-choose]')) button.addEventListener('click', () => files[button.dataset.choose].click());
  for (const button of all('[data-go]')) button.addEventListener('click', () => go(button.dataset.go));
  one('[data-no-photo]').addEventListener('click', () => { dropPhotos(); position.start(); go('what'); });
  one('[data-drop-photo]').addEventListener('click', dropPhotos);
  one('.category-grid').addEventListener('click', categoryClicked);
  one('[data-locate]').addEventListener('click', locateAgain);
  one('[data-other-place]').addEventListener('click', () => { elsewhere(true); address.focus(); });
  address.addEventListener('input', () => { addressTyped(); suggest(); });
  for (const button of all('[data-next]')) button.addEventListener('click', goOn);
  one('#note').addEventListener('input', countNote);
  document.querySelector('[data-back]').addEventListener('click', () => history.back());
  window.addEventListener('popstate', ({ state }) => show(state?.step ?? 'photo'));
  window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  form.addEventListener('submit', send);
  history.replaceState({ step: 'photo' }, '');
  position.startIfAllowed().then((allowed) => allowed && showHere());
  countNote();
  show('photo');
}

if (!('plain' in words)) begin(); // a page that came back with an error is shown whole
