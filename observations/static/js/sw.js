// The service worker: the page opens in a cellar, and what waits is sent when there is contact again, also when no page
// is open. Keeps the pages that hold nothing of anybody, and the files that they are made of; never a photo or a report.

import { Outbox, SYNC } from './outbox.js';

const PREFIX = 'ogon-';
const PATIENCE_MS = 1_500;

// `version` is the digest of all static files; `pages` are kept, `away` says which page stands in for one that is not.
export function begin({ version, files, later, pages, away }) {
  const name = PREFIX + version;
  const kept = () => caches.open(name);

  self.addEventListener('install', (event) => event.waitUntil(install()));
  self.addEventListener('activate', (event) => event.waitUntil(activate()));
  self.addEventListener('fetch', (event) => {
    const { request } = event;
    const { pathname, origin } = new URL(request.url);
    if (request.method !== 'GET' || origin !== location.origin) return;
    if (pathname.startsWith('/static/')) event.respondWith(file(request));
    else if (request.mode !== 'navigate') return;
    else if (pages.includes(pathname)) {
      event.respondWith(page(pathname, request));
      event.waitUntil(bringLater());
    } else {
      const instead = away.find(([start]) => (start === '/' ? pathname === '/' : pathname.startsWith(start)));
      if (instead) event.respondWith(fetch(request).catch(() => Response.redirect(instead[1])));
    }
  });
  self.addEventListener('sync', (event) => { if (event.tag === SYNC) event.waitUntil(send()); });

  // What was loaded with the page comes from the browser's own cache and costs nothing.
  async function install() {
    await (await kept()).addAll(files);
    await Promise.all(pages.map((path) => renew(path).catch(() => null))); // signed out: the page comes with the next visit
    await self.skipWaiting(); // an open page goes on with the files of its own version, which stay until the one after this
  }

  async function activate() {
    const others = (await caches.keys()).filter((other) => other.startsWith(PREFIX) && other !== name);
    for (const other of others.slice(0, -1)) await caches.delete(other);
    await self.clients.claim();
    bringLater(); // not waited for: a worker that is not active yet holds everything up that the page asks for
  }

  // What one can report without. What could not be had is asked for again at the next visit.
  async function bringLater() {
    const cache = await kept();
    for (const path of later) if (!(await cache.match(path))) await cache.add(path).catch(() => null);
  }

  async function file(request) {
    return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
  }

  // The net first, for as long as one waits gladly; then the copy. Where there is none the net may take its time.
  async function page(path, request) {
    const cached = await (await kept()).match(path, { ignoreVary: true });
    const fresh = renew(path, cached);
    if (!cached) return fresh.catch(() => fetch(request));
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, cached.clone()); });
    return Promise.race([fresh.catch(() => cached.clone()), late]);
  }

  // Asks for the page, and keeps it if it is the page and made of the files that are kept here. 304: the copy is the page.
  async function renew(path, cached = null) {
    const headers = cached?.headers.has('ETag') ? { 'If-None-Match': cached.headers.get('ETag') } : {};
    const answer = await fetch(path, { headers, credentials: 'same-origin', cache: 'no-store' });
    if (answer.status === 304 && cached) return cached.clone();
    if (answer.status >= 500) throw new Error('busy');
    if (answer.redirected) return Response.redirect(answer.url);
    if (answer.ok && (await answer.clone().text()).includes(`/static/${version}/`)) await (await kept()).put(path, answer.clone());
    return answer;
  }

  // The browser tries again in its own time when this fails.
  async function send() {
    const outbox = new Outbox();
    await outbox.flush({ now: true });
    if ((await outbox.list()).some(({ state }) => state === 'waiting')) throw new Error('some still wait');
  }
}
