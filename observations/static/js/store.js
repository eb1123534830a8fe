// What the phone keeps until the service has it: reports, their photos, and the draft under way.

import { openDB } from '../vendor/idb.js';

const NAME = 'ogon';
const VERSION = 1;
const FIELDS = 'fields';
const PHOTOS = 'photos';

let opened = null;

function database() {
  opened ??= openDB(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore('reports', { keyPath: 'id' });
      db.createObjectStore('photos', { keyPath: ['report', 'place'] });
      db.createObjectStore('draft');
    },
    terminated() { opened = null; },
    blocking() { opened?.then((db) => db.close()); opened = null; },
  });
  opened.catch(() => { opened = null; });
  return opened;
}

const photosOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

// Report and photos in one transaction: all of it is kept or none. Throws QuotaExceededError when there is no room.
export async function keep(report, photos) {
  const change = (await database()).transaction(['reports', 'photos'], 'readwrite', { durability: 'strict' });
  await Promise.all([
    change.objectStore('reports').add(report), // never over one that is on its way
    ...photos.map((blob, place) => change.objectStore('photos').put({ report: report.id, place, blob })),
    change.done,
  ]);
}

// What `next` makes of the report as it is now, in one step that no other tab comes between: a report to keep in its
// place, or null to leave it. Answers with what was kept, or null.
export async function change(id, next) {
  const change = (await database()).transaction('reports', 'readwrite', { durability: 'strict' });
  const report = await change.store.get(id);
  const changed = report ? next(report) : null;
  if (changed) await change.store.put(changed);
  await change.done;
  return changed;
}

// The report and its photos go, if `may` says so of the report as it is now; whether they went.
export async function forget(id, may = () => true) {
  const change = (await database()).transaction(['reports', 'photos'], 'readwrite', { durability: 'strict' });
  const report = await change.objectStore('reports').get(id);
  const goes = Boolean(report) && may(report);
  if (goes) {
    await change.objectStore('reports').delete(id);
    await change.objectStore('photos').delete(photosOf(id));
  }
  await change.done;
  return goes;
}

// Oldest first.
export async function reports() {
  const all = await (await database()).getAll('reports');
  return all.sort((one, other) => one.at - other.at);
}

export async function report(id) {
  return (await database()).get('reports', id);
}

export async function photos(id) {
  return (await (await database()).getAll('photos', photosOf(id))).map(({ blob }) => blob);
}

export async function forgetPhotos(id) {
  await (await database()).delete('photos', photosOf(id));
}

// ---- The draft: fields and photos apart, since the fields change with every step and the photos seldom.

export async function draft() {
  const db = await database();
  const [fields, pictures] = await Promise.all([db.get('draft', FIELDS), db.get('draft', PHOTOS)]);
  return fields && { ...fields, photos: pictures ?? [] };
}

export async function saveDraft(fields) {
  await (await database()).put('draft', fields, FIELDS);
}

export async function saveDraftPhotos(pictures) {
  await (await database()).put('draft', pictures, PHOTOS);
}

export async function dropDraft() {
  await (await database()).clear('draft');
}
