// Reads of a JPEG when and where it was taken, for two suggestions that the person confirms. Reads nothing else.
// Source: CIPA DC-008 (Exif 3.0), 4.5 and 4.6.

const START_BYTES = 262_144; // the block stands first, and is no longer than 64 kB
const [JPEG, APP1, SCAN] = [0xffd8, 0xffe1, 0xffda];
const EXIF = 0x45786966;
const [EXIF_BLOCK, GPS_BLOCK, TAKEN, OFFSET] = [0x8769, 0x8825, 0x9003, 0x9011];
const [LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE] = [1, 2, 3, 4];

// { takenAt: Date or null, latitude, longitude: numbers or null }; all null where the file says nothing, or is damaged.
export async function facts(file) {
  const nothing = { takenAt: null, latitude: null, longitude: null };
  try {
    const view = new DataView(await file.slice(0, START_BYTES).arrayBuffer());
    const start = blockStart(view);
    return start ? { ...nothing, ...read(new Tiff(view, start)) } : nothing;
  } catch {
    return nothing;
  }
}

function blockStart(view) {
  if (view.getUint16(0) !== JPEG) return 0;
  for (let at = 2; view.getUint16(at) !== SCAN; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint16(at) === APP1 && view.getUint32(at + 4) === EXIF) return at + 10;
  }
  return 0;
}

class Tiff {
  constructor(view, start) {
    Object.assign(this, { view, start, little: view.getUint16(start) === 0x4949 });
  }

  short(at) { return this.view.getUint16(this.start + at, this.little); }

  long(at) { return this.view.getUint32(this.start + at, this.little); }

  first() { return this.block(this.long(4)); }

  // Tag → where its four bytes of value stand, and how many values it has.
  block(at) {
    const entries = Array.from({ length: this.short(at) }, (_, number) => at + 2 + 12 * number);
    return new Map(entries.map((entry) => [this.short(entry), { at: entry + 8, count: this.long(entry + 4) }]));
  }

  text(entry) {
    const from = entry.count > 4 ? this.long(entry.at) : entry.at;
    const bytes = new Uint8Array(this.view.buffer, this.start + from, entry.count);
    return String.fromCharCode(...bytes).replace(/\0.*$/s, '');
  }

  degrees(entry) {
    const at = this.long(entry.at);
    const [degrees, minutes, seconds] = [0, 8, 16].map((part) => this.long(at + part) / this.long(at + part + 4));
    return degrees + minutes / 60 + seconds / 3600;
  }
}

function read(tiff) {
  const first = tiff.first();
  const more = first.has(EXIF_BLOCK) ? tiff.block(tiff.long(first.get(EXIF_BLOCK).at)) : new Map();
  const gps = first.has(GPS_BLOCK) ? tiff.block(tiff.long(first.get(GPS_BLOCK).at)) : new Map();
  return { takenAt: moment(tiff, more), ...point(tiff, gps) };
}

// Without an offset it is the phone's own time: most often the photo is its own.
function moment(tiff, entries) {
  if (!entries.has(TAKEN)) return null;
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(tiff.text(entries.get(TAKEN)));
  const offset = entries.has(OFFSET) ? /^[+-]\d\d:\d\d$/.exec(tiff.text(entries.get(OFFSET)).trim()) : null;
  const taken = parts && new Date(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}${offset ?? ''}`);
  return taken && !Number.isNaN(taken.getTime()) ? taken : null;
}

// 0, 0 means that the camera did not know.
function point(tiff, entries) {
  if (![LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE].every((tag) => entries.has(tag))) return {};
  const latitude = tiff.degrees(entries.get(LATITUDE)) * (tiff.text(entries.get(LATITUDE_REF)) === 'S' ? -1 : 1);
  const longitude = tiff.degrees(entries.get(LONGITUDE)) * (tiff.text(entries.get(LONGITUDE_REF)) === 'W' ? -1 : 1);
  const known = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude || longitude);
  return known ? { latitude, longitude } : {};
}
