// What the form says, as the fields of POST /api/v1/observations.

const two = (number) => String(number).padStart(2, '0');

// 2026-09-10T14:32:05+02:00, as the phone's own clock has it. Source: RFC 3339.
export function rfc3339(moment) {
  const minutes = -moment.getTimezoneOffset();
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-');
  return `${day}T${[moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':')}${offset}`;
}

// A random UUID, version 4; where the page is not served safely the browser has no call for it. Source: RFC 9562.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? '-' : '') + byte.toString(16).padStart(2, '0')).join('');
}

// The photos as they were chosen: what stands in for photos.Photos until that is there, or where it cannot be had.
export class Files {
  count = 0;
  moment = null;
  #inputs;
  #kept = [];

  constructor(inputs) {
    this.#inputs = inputs;
  }

  async facts() { return {}; }

  // Throws rather than let anything go that was to be covered.
  async finished() {
    const chosen = this.#inputs.flatMap(({ files }) => [...files]);
    if (chosen.length) return chosen;
    if (this.#kept.some(({ boxes }) => boxes?.length)) throw Object.assign(new Error('not covered'), { notCovered: true });
    return this.#kept.map((one) => one.blob ?? one);
  }

  restore(kept) { this.#kept = kept; }

  clear() {
    for (const input of this.#inputs) input.value = '';
    this.#kept = [];
  }

  choose() {}

  dropShown() { this.clear(); }

  keep() {}

  forget() {}
}

// `facts` are what the first photo says of itself, used only where the person chose them; `moment` when the camera took
// it; `point` where the chosen place lies, if that is known. Whatever is left empty is not sent.
export function fieldsOf(form, { facts, moment, point }) {
  const typed = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
  return {
    id: typed.id,
    category: typed.category ?? '',
    ...when(typed, facts, moment),
    ...where(typed, facts, point),
    address: typed.address.trim(),
    note: typed.note.trim(),
    urgent: typed.urgent ?? '',
  };
}

function when({ time, observed_at: observedAt }, facts, moment) {
  if (time === 'photo' && facts.takenAt) return { observed_at: rfc3339(facts.takenAt), time_source: 'photo' };
  if (time === 'other') {
    const typed = new Date(observedAt);
    return { observed_at: Number.isNaN(typed.getTime()) ? observedAt : rfc3339(typed), time_source: 'typed' };
  }
  return { observed_at: rfc3339(moment ?? new Date()), time_source: 'sent' };
}

function where({ place, latitude, longitude, accuracy_m: accuracy }, facts, point) {
  if (place === 'address' && point) return { latitude: point.latitude, longitude: point.longitude, position_source: 'address' }; // of two Storgatan 1 the one that was tapped
  if ((place === 'device' || place === 'map') && latitude) return { latitude, longitude, accuracy_m: accuracy, position_source: place };
  if (place === 'photo' && facts.latitude) return { latitude: facts.latitude, longitude: facts.longitude, position_source: 'photo' };
  return {};
}
