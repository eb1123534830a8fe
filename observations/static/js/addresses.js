// Addresses for when there is no contact: the squares of the map that this phone has been in, each fetched once a week.
// The register is public. Which squares are kept tells roughly where the phone was on which day, and stays on the phone.

import { openDB } from '../vendor/idb.js';

const NAME = 'ogon-places';
const VERSION = 1;
const COLUMNS = 2 ** 14; // as observations/places/squares.py has them
const MOST_SQUARES = 40;
const SQUARES_AROUND = 4;
const AROUND_M = 600;
const DAY_MS = 24 * 3_600_000;
const LASTS_DAYS = 7; // an older one is renewed when there is contact, and used without however old it is
const FORGOTTEN_AFTER_DAYS = 90;
const FETCH_TIMEOUT_MS = 20_000;
const EARTH_RADIUS_M = 6_371_008.8;
const METRES_PER_DEGREE = EARTH_RADIUS_M * Math.PI / 180;
const SLOW = new Set(['slow-2g', '2g']);

let opened = null;
const read = new Map(); // id → streets, as they are in the database: it is read once a page

function database() {
  opened ??= openDB(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore('squares');
      db.createObjectStore('seen'); // { at, used }, as days since 1970; apart, since it changes with the visits
    },
    terminated() { opened = null; },
    blocking() { opened?.then((db) => db.close()); opened = null; },
  });
  opened.catch(() => { opened = null; });
  return opened;
}

// ---- Squares

const column = (longitude) => Math.floor((longitude + 180) / 360 * COLUMNS);
const row = (latitude) => Math.floor((1 - Math.asinh(Math.tan(latitude * Math.PI / 180)) / Math.PI) / 2 * COLUMNS);

// The squares that are nearer than so many metres, that of the point itself first.
function squaresAround({ latitude, longitude }, metres) {
  const high = metres / METRES_PER_DEGREE;
  const wide = high / Math.max(0.01, Math.cos(latitude * Math.PI / 180));
  const found = [`${column(longitude)}/${row(latitude)}`];
  for (let x = column(longitude - wide); x <= column(longitude + wide); x += 1) {
    for (let y = row(latitude + high); y <= row(latitude - high); y += 1) found.push(`${x}/${y}`);
  }
  return [...new Set(found)];
}

// ---- Fetching

// Keeps the squares around the phone; `address` is where squares are had. Nothing is fetched where data is dear or slow.
export async function gather(here, address) {
  const db = await database();
  const today = Math.floor(Date.now() / DAY_MS);
  const due = [];
  for (const id of squaresAround(here, AROUND_M).slice(0, SQUARES_AROUND)) {
    const seen = await db.get('seen', id);
    if (seen) await db.put('seen', { ...seen, used: today }, id);
    if (!seen || today - seen.at > LASTS_DAYS) due.push(id);
  }
  if (mayFetch()) for (const id of due) await fetchSquare(db, id, address, today);
}

function mayFetch() {
  const { saveData = false, effectiveType = '' } = navigator.connection ?? {};
  return !saveData && !SLOW.has(effectiveType);
}

async function fetchSquare(db, id, address, today) {
  const answer = await fetch(`${address}${id}`, { cache: 'no-store', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!answer.ok || answer.redirected) throw new Error(`addresses: ${answer.status}`);
  const { streets } = await answer.json();
  const change = db.transaction(['squares', 'seen'], 'readwrite');
  const [squares, seen] = ['squares', 'seen'].map((name) => change.objectStore(name));
  squares.put(streets, id);
  seen.put({ at: today, used: today }, id);
  read.set(id, streets);
  const [ids, times] = await Promise.all([seen.getAllKeys(), seen.getAll()]);
  const forgotten = ids.filter((_id, place) => today - times[place].used > FORGOTTEN_AFTER_DAYS);
  const leastUsedFirst = ids.map((each, at) => ({ id: each, used: times[at].used })).sort((one, other) => one.used - other.used);
  const tooMany = leastUsedFirst.slice(0, Math.max(0, ids.length - MOST_SQUARES)).map(({ id: old }) => old);
  for (const old of new Set([...forgotten, ...tooMany])) {
    squares.delete(old);
    seen.delete(old);
    read.delete(old);
  }
  await change.done;
}

// ---- Reading

async function streetsOf(id) {
  if (!read.has(id)) {
    const kept = await (await database()).get('squares', id);
    if (!kept) return null;
    read.set(id, kept);
  }
  return read.get(id);
}

async function allStreets() {
  const ids = await (await database()).getAllKeys('squares');
  return (await Promise.all(ids.map(streetsOf))).flatMap((streets) => streets ?? []);
}

// As the service says it: { items: [{ label, latitude, longitude, distance_m }], whole }, nearest first, each address
// once. `whole` is whether every square of the surroundings is kept, so that nothing nearer can be missing.
export async function nearest(here, { limit = 3, within_m: within = 300 } = {}) {
  const around = await Promise.all(squaresAround(here, within).map(streetsOf));
  const near = around.flatMap((streets) => places(streets ?? [])).map((place) => ({ ...place, distance_m: distance(here, place) }));
  near.sort((one, other) => one.distance_m - other.distance_m);
  return { items: eachOnce(near.filter((place) => place.distance_m <= within)).slice(0, limit), whole: around.every(Boolean) };
}

// What begins as `text` does, forgiving about case, accents, hyphens and spaces: "nygardsg 12". First with å, ä and ö as
// they were typed, last what only has another word that begins so; the number that was typed before longer ones.
export async function search(text, { limit = 5 } = {}) {
  const [, name, number] = /^(.*\S)\s+(\d\S*(?:\s+\p{L})?)\s*$/u.exec(text) ?? [null, text, ''];
  if (!squeezed(name)) return [];
  const wanted = squeezed(number);
  const found = (await allStreets()).flatMap((street) => {
    const rank = rankOf(street.name, name);
    const there = rank === null ? [] : places([street]).filter((place) => squeezed(place.number).startsWith(wanted));
    return there.map((place) => ({ ...place, rank }));
  });
  found.sort((one, other) => one.rank - other.rank || byName(one.street, other.street)
    || one.number.length - other.number.length || byName(one.number, other.number));
  return eachOnce(found).slice(0, limit);
}

const byName = new Intl.Collator('sv').compare;
const eachOnce = (all) => [...all.reduce((each, place) => each.has(place.label) ? each : each.set(place.label, place), new Map()).values()];
const places = (streets) => streets.flatMap(({ name, places: all }) => all.map(([number, latitude, longitude]) => (
  { street: name, number, label: `${name} ${number}`, latitude, longitude }
)));

function rankOf(street, typed) {
  if (tidy(street).startsWith(tidy(typed))) return 0;
  const wanted = squeezed(typed);
  if (squeezed(street).startsWith(wanted)) return 1;
  return street.split(/[\s-]+/).some((word, at, words) => squeezed(words.slice(at).join('')).startsWith(wanted)) ? 2 : null;
}

const tidy = (text) => text.normalize('NFC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
const squeezed = (text) => tidy(text.normalize('NFD').replace(/\p{M}/gu, ''));

// Metres along the Earth. Source: haversine, as observations/places/queries.py has it.
function distance(here, there) {
  const [from, to, east] = [here.latitude, there.latitude, there.longitude - here.longitude].map((degrees) => degrees * Math.PI / 180);
  const half = Math.sin((to - from) / 2) ** 2 + Math.cos(from) * Math.cos(to) * Math.sin(east / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(Math.min(1, half)));
}
