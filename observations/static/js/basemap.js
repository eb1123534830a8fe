/* The municipality's own map: one function that every page with a map calls.
   Nothing is fetched from elsewhere: tiles, style, worker and font are this service's own. */

import * as maplibre from '../vendor/maplibre-gl.js';
import { Protocol } from '../vendor/pmtiles.js';

export { maplibre };

const SWEDEN = [[10.6, 55.2], [24.2, 69.1]];
const WORDS = {
  sv: {
    'Map.Title': 'Karta',
    'Marker.Title': 'Markering på kartan',
    'Popup.Close': 'Stäng',
    'NavigationControl.ZoomIn': 'Zooma in',
    'NavigationControl.ZoomOut': 'Zooma ut',
    'NavigationControl.ResetBearing': 'Vrid så att norr är uppåt',
    'AttributionControl.ToggleAttribution': 'Visa eller dölj varifrån kartan är',
    'GeolocateControl.FindMyLocation': 'Visa var jag är',
    'GeolocateControl.LocationNotAvailable': 'Platsen går inte att se',
    'ScaleControl.Meters': 'm',
    'ScaleControl.Kilometers': 'km',
  },
};

maplibre.setWorkerUrl(new URL('../vendor/maplibre-gl-worker.js', import.meta.url).href);
maplibre.addProtocol('pmtiles', new Protocol().tile);

const dark = matchMedia('(prefers-color-scheme: dark)');

/** "light" or "dark": the person's own choice on the page, else the device's. */
export function theme() {
  return document.documentElement.dataset.theme || (dark.matches ? 'dark' : 'light');
}

/**
 * Put a map in `container`.
 *
 * options: bounds [w, s, e, n] · center [lon, lat] and zoom · interactive (true) · locate (false: no "where am I" button)
 *          onStyle(map): called whenever a style has been loaded, at first and when the theme changes; add sources
 *          and layers there, since a new style begins empty.
 *
 * Returns { map, ready }; ready resolves with the map once it can be drawn on, and rejects when the style cannot be had.
 * Throws at once where the browser has no WebGL 2: the caller keeps the list and says so.
 * Without bounds or center it opens on the imported map; where none is imported, on Sweden and plain ground.
 */
export function createMap(container, { bounds, center, zoom, interactive = true, locate = false, onStyle } = {}) {
  const map = newMap(container, { bounds, center, zoom, interactive });
  addControls(map, interactive, locate);
  const ready = load(map, !bounds && !center, onStyle).then(() => map);
  const follow = () => load(map, false, onStyle).catch(console.error);
  dark.addEventListener('change', follow);
  const chosen = new MutationObserver(follow);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  map.once('remove', () => {
    dark.removeEventListener('change', follow);
    chosen.disconnect();
  });
  return { map, ready };
}

function newMap(container, { bounds, center, zoom, interactive }) {
  const where = center ? { center, zoom: zoom ?? 16 } : { bounds: bounds ?? SWEDEN, fitBoundsOptions: { padding: 32 } };
  const map = new maplibre.Map({
    container,
    ...where,
    interactive,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 19,
    locale: WORDS[document.documentElement.lang] ?? {},
  });
  map.touchZoomRotate?.disableRotation();
  map.keyboard?.disableRotation();
  return map;
}

function addControls(map, interactive, locate) {
  map.addControl(new maplibre.AttributionControl({ compact: false }), 'bottom-right');
  if (!interactive) return;
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right');
  if (locate) {
    const options = { positionOptions: { enableHighAccuracy: true }, trackUserLocation: false };
    map.addControl(new maplibre.GeolocateControl(options), 'top-right');
  }
}

async function load(map, fit, onStyle) {
  const answer = await fetch(`/tiles/style-${theme()}.json`, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`The map's style: ${answer.status}`);
  const style = await answer.json();
  for (const source of Object.values(style.sources)) {
    source.url = source.url.replace('pmtiles:///', `pmtiles://${location.origin}/`);
  }
  const drawn = new Promise((resolve) => map.once('style.load', resolve));
  map.setStyle(style, { diff: false });
  await drawn;
  if (fit && style.metadata?.bbox) map.fitBounds(style.metadata.bbox, { padding: 24, animate: false });
  onStyle?.(map);
}
