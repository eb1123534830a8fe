/* The map page: pins for what the filter holds, a card for the one that is pressed, a mark for the row pointed at.
   All words come from the server; the list beside the map says the same without this file. */

import './filters.js';

const container = document.querySelector('[data-map]');
const note = document.querySelector('[data-map-note]');
const trouble = document.querySelector('[data-map-trouble]');
const drawings = document.querySelector('[data-pins]').content;

const AROUND = 0.12; // what is fetched beyond each edge, so that pins stand there before they are dragged into view
const CLOSE_ZOOM = 17; // from here on several at one place are listed rather than parted
const CARD_PX = 370;

if (container) start().catch((error) => console.error(error));

async function start() {
  const { createMap, maplibre } = await import('./basemap.js');
  const bounds = container.dataset.bounds?.split(',').map(Number);
  const borders = await get(new URL(container.dataset.borders, location.href)).then((answer) => answer.json());
  const { map, ready } = createMap(container, { bounds, onStyle: (drawn) => addBorders(drawn, borders) });
  await ready;
  note.hidden = true;
  const page = { map, maplibre, pins: new Map(), card: null, mark: null, asked: 0 };
  map.on('moveend', () => refresh(page));
  map.on('click', () => close(page));
  document.addEventListener('keydown', (event) => event.key === 'Escape' && close(page, true));
  watchRows(page);
  await refresh(page);
}

function addBorders(map, borders) {
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--ink-2').trim();
  const below = map.getStyle().layers.find((layer) => layer.type === 'symbol')?.id;
  map.addSource('areas', { type: 'geojson', data: borders });
  const paint = { 'line-color': colour, 'line-width': 1.2, 'line-dasharray': [4, 3], 'line-opacity': 0.75 };
  map.addLayer({ id: 'area-borders', type: 'line', source: 'areas', paint }, below);
}

/* Pins */

async function refresh(page) {
  const number = ++page.asked;
  const address = new URL(container.dataset.points, location.href);
  address.searchParams.set('bbox', box(page.map));
  address.searchParams.set('zoom', Math.max(0, Math.round(page.map.getZoom())));
  const features = await get(address).then((answer) => answer.json()).then((found) => found.features).catch(() => null);
  if (number !== page.asked) return; // the map has moved on meanwhile
  trouble.hidden = features !== null;
  if (features) show(page, features);
}

function box(map) {
  const bounds = map.getBounds();
  const wide = (bounds.getEast() - bounds.getWest()) * AROUND;
  const high = (bounds.getNorth() - bounds.getSouth()) * AROUND;
  return [
    Math.max(-180, bounds.getWest() - wide),
    Math.max(-85, bounds.getSouth() - high),
    Math.min(180, bounds.getEast() + wide),
    Math.min(85, bounds.getNorth() + high),
  ].map((degrees) => degrees.toFixed(6)).join(',');
}

function show(page, features) {
  const wanted = new Map(features.map((feature) => [keyOf(feature), feature]));
  for (const [key, marker] of page.pins) {
    if (!wanted.has(key)) {
      marker.remove();
      page.pins.delete(key);
    }
  }
  for (const [key, feature] of wanted) {
    if (page.pins.has(key)) continue;
    const element = pin(page, feature);
    const marker = new page.maplibre.Marker({ element, anchor: container.dataset.cards ? 'bottom' : 'center' });
    marker.setLngLat(feature.geometry.coordinates).addTo(page.map);
    element.setAttribute('aria-label', feature.properties.title); // MapLibre has put its own word there
    element.removeAttribute('role');
    page.pins.set(key, marker);
  }
}

function keyOf({ geometry, properties }) {
  return [geometry.coordinates, properties.count, properties.category, properties.id].join();
}

function pin(page, { geometry, properties }) {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = container.dataset.cards ? 'pin' : 'pin pin-square'; // the council's stand for a square, not a point
  element.append(drawing(properties.category));
  if (properties.count !== 1) {
    const count = document.createElement('span');
    count.className = 'pin-count';
    count.textContent = properties.count;
    element.append(count);
  }
  element.addEventListener('click', (event) => {
    event.stopPropagation();
    press(page, element, geometry.coordinates, properties, event.detail === 0);
  });
  return element;
}

function drawing(category) {
  return drawings.querySelector(`[data-pin="${category}"]`).firstElementChild.cloneNode(true);
}

function press(page, element, coordinates, { id, count }, byKey) {
  const { map } = page;
  close(page);
  const cards = container.dataset.cards;
  if (id && cards) return openCard(page, element, coordinates, { id }, byKey);
  if (cards && map.getZoom() >= CLOSE_ZOOM) {
    return openCard(page, element, coordinates, { bbox: around(map, coordinates) }, byKey);
  }
  return map.easeTo({ center: coordinates, zoom: Math.min(map.getZoom() + 2, CLOSE_ZOOM + 1) });
}

/** The box that the pin's square can reach into: 64 px to each side. */
function around(map, coordinates) {
  const { x, y } = map.project(coordinates);
  const [west, north] = map.unproject([x - 64, y - 64]).toArray();
  const [east, south] = map.unproject([x + 64, y + 64]).toArray();
  return [west, south, east, north].map((degrees) => degrees.toFixed(7)).join(',');
}

/* The card */

async function openCard(page, element, coordinates, which, byKey) {
  const address = new URL(container.dataset.cards, location.href);
  for (const [name, value] of Object.entries(which)) address.searchParams.set(name, value);
  element.setAttribute('aria-expanded', 'true');
  element.classList.add('pin-chosen');
  page.chosen = element;
  const html = await get(address).then((answer) => answer.text()).catch(() => null);
  if (page.chosen !== element) return; // another pin was pressed meanwhile
  if (html === null) {
    close(page);
    trouble.hidden = false;
    return;
  }
  const card = document.createElement('div');
  card.className = 'popover map-card';
  card.innerHTML = html; // made and escaped by our own server
  card.addEventListener('click', (event) => event.stopPropagation());
  page.card = put(page, card, coordinates);
  card.removeAttribute('role');
  card.removeAttribute('aria-label');
  if (byKey) card.querySelector('a')?.focus({ preventScroll: true });
}

/** Beside the pin, on the side that has room; across the foot of the map where neither has. */
function put({ map, maplibre }, card, coordinates) {
  const { x, y } = map.project(coordinates);
  const { clientWidth, clientHeight } = container;
  if (clientWidth < 2 * CARD_PX) {
    card.classList.add('map-card-foot');
    container.parentElement.append(card);
    return card;
  }
  const right = x + CARD_PX < clientWidth;
  card.classList.add(right ? 'map-card-right' : 'map-card-left');
  const up = Math.min(0, clientHeight - y - 90) + Math.max(0, 110 - y); // kept within the map at its upper and lower edge
  const marker = new maplibre.Marker({ element: card, anchor: right ? 'left' : 'right', offset: [right ? 32 : -32, up - 26] });
  return marker.setLngLat(coordinates).addTo(map);
}

function close(page, byKey = false) {
  page.card?.remove();
  page.card = null;
  const { chosen } = page;
  page.chosen = null;
  chosen?.classList.remove('pin-chosen');
  chosen?.removeAttribute('aria-expanded');
  if (byKey) chosen?.focus({ preventScroll: true });
}

/* The list: the row that is pointed at or has focus is marked on the map. */

function watchRows(page) {
  const rows = document.querySelector('[data-rows]');
  if (!rows) return;
  const mark = (event) => {
    const row = event.target.closest('[data-category]');
    if (row) markRow(page, row);
  };
  const unmark = () => {
    page.mark?.remove();
    page.mark = null;
  };
  rows.addEventListener('mouseover', mark);
  rows.addEventListener('focusin', mark);
  rows.addEventListener('mouseleave', unmark);
  rows.addEventListener('focusout', unmark);
}

function markRow(page, { dataset: { latitude, longitude, category } }) {
  page.mark?.remove();
  const element = document.createElement('div');
  element.className = 'pin pin-chosen pin-mark';
  element.append(drawing(category));
  page.mark = new page.maplibre.Marker({ element, anchor: 'bottom' }).setLngLat([longitude, latitude]).addTo(page.map);
  element.removeAttribute('role');
  element.removeAttribute('aria-label');
  element.setAttribute('aria-hidden', 'true'); // the row itself is what is read aloud
}

async function get(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${address.pathname}: ${answer.status}`);
  return answer;
}
