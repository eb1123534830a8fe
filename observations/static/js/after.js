// The after-photo: the photo from before lies over the camera's picture, so that the same view is found again. It goes
// through the outbox as a report does. Without this file the page is a form with a file in it.

import { Boxes } from './boxes-phone.js';
import { Camera } from './camera.js';
import { rfc3339, uuid } from './fields.js';
import { covered, prepared, still } from './photo.js';
import { Sending, tell } from './sending.js';

const KIND = 'after';
const SHAKE_MS = 30;

const form = document.getElementById('after');
const one = (selector, within = form) => within.querySelector(selector);
const all = (selector, within = form) => [...within.querySelectorAll(selector)];
const words = form?.dataset;
let now = 'camera';
let photo = null; // { blob, boxes, moment }
let turns = 0;

// ---- Steps

function show(step) {
  now = step;
  for (const section of all('[data-step]')) section.classList.toggle('is-now', section.dataset.step === step);
  document.querySelector('.phone-head').hidden = step === 'sent';
  const heading = document.querySelector('[data-heading]');
  heading.textContent = one(`[data-step="${step}"]`).dataset.word;
  window.scrollTo(0, 0);
  step === 'camera' ? look() : camera.stop();
}

function go(step) {
  history.pushState({ step }, '');
  show(step);
  document.querySelector('[data-heading]').focus({ preventScroll: true });
}

function back(event) {
  if (now !== 'look') return;
  event.preventDefault();
  history.back();
}

// ---- The camera and what lies over it

async function look() {
  note(words.wordsStarting);
  if (!(await camera.start()) && now === 'camera') note(words.wordsNone);
}

function note(sentence) {
  const place = one('[data-note]');
  place.textContent = sentence;
  place.hidden = !sentence;
}

// The photo from before lies exactly on the camera's picture, which is fitted into the screen; alone, it is shown as it is.
function lay() {
  const [video, ghost, sight] = [one('[data-live]'), one('[data-ghost]'), one('[data-sight]')];
  video.hidden = !camera.isLive;
  one('[data-own-camera]').hidden = !camera.isLive;
  sight.classList.toggle('is-live', camera.isLive);
  if (camera.isLive) note(ghost && isOtherWay(video, ghost) ? words.wordsTurn : '');
  if (!ghost) return;
  one('.ghost-row').hidden = !camera.isLive;
  ghost.style.opacity = camera.isLive ? one('[data-strength]').value / 100 : 1;
  const { clientWidth: width, clientHeight: height } = sight;
  const scale = camera.isLive ? Math.min(width / video.videoWidth, height / video.videoHeight) : 0;
  const [across, down] = scale ? [video.videoWidth * scale, video.videoHeight * scale] : [width, height];
  const edges = { left: (width - across) / 2, top: (height - down) / 2, width: across, height: down };
  for (const [edge, px] of Object.entries(edges)) ghost.style[edge] = `${px}px`;
}

const isOtherWay = (video, ghost) => (video.videoWidth - video.videoHeight) * (ghost.naturalWidth - ghost.naturalHeight) < 0;

// ---- The photo

async function shoot() {
  if (!camera.isLive) return one('#camera').click();
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) navigator.vibrate?.(SHAKE_MS);
  await taken(still(one('[data-live]')), new Date());
}

async function chosen({ target }) {
  const [file] = target.files;
  if (!file) return;
  const moment = target.id === 'gallery' ? new Date(Math.min(file.lastModified, Date.now())) : new Date();
  await taken(prepared(file), moment);
  target.value = '';
}

// The last one that was asked for counts: of two taps one photo, and none that comes late over one with boxes on it.
async function taken(picture, moment) {
  const turn = turns += 1;
  try {
    const blob = await picture;
    if (turn === turns && now === 'camera') take(blob, moment);
  } catch {
    note(words.wordsEmpty);
  }
}

function take(blob, moment) {
  const preview = one('[data-preview]');
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(blob);
  photo = { blob, boxes: [], moment };
  boxes.show(photo.boxes);
  tools();
  trouble();
  go('look');
}

function tools() {
  one('[data-undo]').hidden = !photo?.boxes.length;
}

const trouble = (...sentences) => tell(one('[data-trouble]'), sentences);

// ---- Send

async function send(event) {
  event.preventDefault();
  const button = one('[data-send]');
  if (now !== 'look' || button.disabled) return;
  trouble();
  button.disabled = true;
  try {
    const fields = { id: form.elements.id.value, taken_at: rfc3339(photo.moment) };
    const about = { category: words.category, address: words.address };
    await sending.begin(fields, [await covered(photo.blob, photo.boxes)], { to: words.to, kind: KIND, about });
  } catch (error) {
    trouble(error.notCovered ? words.wordsUncovered : words.wordsAway);
  } finally {
    button.disabled = false;
  }
}

function kept() {
  form.elements.id.value = uuid(); // what is taken from here on is another one
  history.replaceState({ step: 'sent' }, '');
  show('sent');
}

function refused(why) {
  history.replaceState({ step: 'look' }, '');
  show('look');
  trouble(...why);
}

// ---- Begin

const camera = form && new Camera(one('[data-live]'), lay, shape(one('[data-ghost]')));
const boxes = form && new Boxes(one('[data-cover]'), tools);
const sending = form && new Sending(form, { kept, refused, trouble });

// Long side by short side of the photo from before: the camera is asked for the same.
function shape(ghost) {
  const [short, long] = ['width', 'height'].map((side) => Number(ghost?.getAttribute(side))).sort((one, other) => one - other);
  return short ? long / short : undefined;
}

function listen() {
  for (const name of ['camera', 'gallery']) one(`#${name}`).addEventListener('change', chosen);
  for (const button of all('[data-choose]')) button.addEventListener('click', () => one(`#${button.dataset.choose}`).click());
  one('[data-shutter]').addEventListener('click', shoot);
  one('[data-strength]')?.addEventListener('input', lay);
  one('[data-ghost]')?.addEventListener('load', lay);
  one('[data-again]').addEventListener('click', () => history.back());
  one('[data-undo]').addEventListener('click', () => boxes.undo());
  form.addEventListener('submit', send);
  document.querySelector('[data-back]').addEventListener('click', back);
  new ResizeObserver(lay).observe(one('[data-sight]'));
  window.addEventListener('popstate', ({ state }) => {
    if (now === 'sent') photo = null; // it is on its way, and not to be sent once more
    show(state?.step === 'look' && photo ? 'look' : 'camera');
  });
  window.addEventListener('pagehide', () => camera.stop());
  window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') camera.stop();
    else if (now === 'camera') look();
  });
}

function begin() {
  for (const thing of all('[data-with-script]')) thing.hidden = false;
  document.body.classList.add('stepped');
  form.elements.id.value = uuid();
  listen();
  history.replaceState({ step: 'camera' }, '');
  show('camera');
}

if (form && !('plain' in words)) begin(); // a page that came back with an error is shown whole
