// A point on the map: the pin stands still in the middle and the map is moved under it, which a gloved thumb can do.
// Fetched when it is asked for, and MapLibre after it: together they weigh ten times what the form does.

const CLOSE_ZOOM = 17;
const LABEL_WITHIN_M = 50;
const HALF_A_FINGER_PX = 24;
const LEAST_ACCURACY_M = 5;
const ROUGH_M = 100; // from here on the sentence asks to come closer
const PAUSE_MS = 300;
const STYLE_TIMEOUT_MS = 15_000;
const EQUATOR_M = 40_075_016.686;
const TILE_PX = 512; // of MapLibre, at zoom 0

/**
 * Puts the map on `screen`, a copy of the template data-pin-screen.
 *
 * words: the sentences · away(sentence): says that there is no map and offers words · start(): where to begin, { latitude, longitude, zoom } or nothing · here(): where the phone is, or null
 * nearest(point): { label, distance_m } or nothing · looked(place): told where the map was moved to
 * use({ latitude, longitude, accuracy }, label): told what was chosen
 *
 * Rejects where a file does not come. Ends with the screen's event "close".
 */
export async function show(screen, { words, away, start, here, nearest, looked, use }) {
  let closed = false;
  screen.addEventListener('close', () => { closed = true; });
  await style('css/pin.css');
  if (!document.createElement('canvas').getContext('webgl2')) return away(words.wordsMapUnable);
  const [sources, from] = await Promise.all([mapSources(), Promise.resolve(start()).catch(() => null)]);
  if (!sources.length) return away(words.wordsMapNone);
  const [{ createMap, maplibre }] = await Promise.all([import('./basemap.js'), style('vendor/maplibre-gl.css'), style('css/basemap.css')]);
  if (closed) return;
  const { map, ready } = createMap(one(screen, 'map'), from ? { center: [from.longitude, from.latitude], zoom: from.zoom ?? CLOSE_ZOOM } : {});
  let moved = false; // by the person
  map.on('movestart', ({ originalEvent }) => { moved ||= Boolean(originalEvent); });
  screen.addEventListener('close', () => { if (moved) looked({ ...middle(map), zoom: map.getZoom() }); map.remove(); });
  map.on('error', () => say(screen, words.wordsMapPart)); // a piece of the map that does not come
  map.on('movestart', () => say(screen, ''));
  await ready;
  if (closed) return;
  screen.classList.add('is-ready');
  say(screen, '');
  one(screen, 'use').hidden = false;
  map.getCanvas().focus({ preventScroll: true });
  nameWhatIsUnder(screen, map, { words, nearest, use });
  showHere(screen, map, maplibre, { here, mayGo: () => !from && !moved });
}

const one = (screen, name) => screen.querySelector(`[data-pin-${name}]`);
const say = (screen, sentence) => { one(screen, 'note').textContent = sentence; };

// Asked for first: a few bytes that tell whether there is contact and a map, before a megabyte is fetched.
async function mapSources() {
  const answer = await fetch('/tiles/style-light.json', { signal: AbortSignal.timeout(STYLE_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`the map's style: ${answer.status}`);
  return Object.keys((await answer.json()).sources);
}

function style(name) {
  const href = new URL(`../${name}`, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return null;
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
  const loaded = new Promise((resolve, reject) => {
    link.addEventListener('load', resolve);
    link.addEventListener('error', () => { link.remove(); reject(new Error(name)); });
  });
  document.head.append(link);
  return loaded;
}

// ---- The point

function middle(map) {
  const { lat, lng } = map.getCenter();
  const metresPerPixel = EQUATOR_M * Math.cos(lat * Math.PI / 180) / (TILE_PX * 2 ** map.getZoom());
  const accuracy = Math.max(LEAST_ACCURACY_M, Math.round(HALF_A_FINGER_PX * metresPerPixel));
  return { latitude: Number(lat.toFixed(6)), longitude: Number(lng.toFixed(6)), accuracy };
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// The sentence below the map follows its middle; the address in it goes with the point if it is near enough to be meant.
function nameWhatIsUnder(screen, map, { words, nearest, use }) {
  let asked = 0;
  let label = '';
  const follow = async () => {
    const number = asked += 1;
    label = '';
    await pause(PAUSE_MS);
    if (number !== asked) return;
    const point = middle(map);
    const near = point.accuracy < ROUGH_M ? await nearest(point) : null;
    if (number !== asked) return;
    label = near?.distance_m <= LABEL_WITHIN_M ? near.label : '';
    one(screen, 'said').textContent = sentence(near, point, words);
  };
  map.on('moveend', follow);
  follow();
  one(screen, 'use').addEventListener('click', () => use(middle(map), label), { once: true });
}

function sentence(near, { accuracy }, words) {
  if (near) return `${near.label} ·\u00a0${Math.round(near.distance_m)}\u00a0m`;
  return accuracy < ROUGH_M ? words.wordsUnlisted : words.wordsMapCloser.replace('{m}', accuracy);
}

// ---- The phone

// A dot where the phone is, and a button that leads there; the map itself goes there if it had nowhere to begin.
async function showHere(screen, map, maplibre, { here, mayGo }) {
  const found = await here();
  if (!found || !screen.isConnected) return;
  const center = [found.longitude, found.latitude];
  const go = () => map.easeTo({ center, zoom: Math.max(CLOSE_ZOOM, map.getZoom()) });
  const element = Object.assign(document.createElement('div'), { className: 'pin-phone' });
  new maplibre.Marker({ element }).setLngLat(center).addTo(map);
  for (const name of ['role', 'aria-label']) element.removeAttribute(name); // the button says the same
  element.setAttribute('aria-hidden', 'true');
  one(screen, 'here').hidden = false;
  one(screen, 'here').addEventListener('click', go);
  if (mayGo()) go();
}
