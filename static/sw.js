/* Keeps the page for when there is no network: what offline.json lists (the build makes it), the page itself, and nothing else. */
const name = 'acl-playground'
const page = new URL('./', self.registration.scope).href
/** How long a page may take to come over a network that is there in name only. */
const patience = 4000

const fresh = (url) => fetch(url, { cache: 'no-cache' })

/** Takes a file whose name stays while its content changes. Without an answer, the kept one stays. */
async function renew(cache, url) {
  const response = await fresh(url)
  if (response.ok) await cache.put(url, response)
}

/**
 * Fetches what the build lists and is not kept yet. The page comes last, so that a kept page never asks for what is not
 * kept; only then is what is listed no more forgotten, unless other windows may still need it.
 */
async function fill() {
  const response = await fresh('./offline.json')
  if (!response.ok) return
  const list = await response.json()
  const cache = await caches.open(name)
  const address = (path) => new URL(path, page).href
  const built = list.built.map(address)
  const plain = list.plain.map(address)
  const kept = new Set((await cache.keys()).map((request) => request.url))
  await Promise.all(built.filter((url) => !kept.has(url)).map((url) => cache.add(url)))
  for (const url of [...plain, page]) await renew(cache, url)
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (windows.length > 1) return
  const wanted = new Set([...built, ...plain, page])
  await Promise.all([...kept].filter((url) => !wanted.has(url)).map((url) => cache.delete(url)))
}

/** The newest page where a network brings it in time, else the kept one. */
async function answerPage(request) {
  const cache = await caches.open(name)
  const kept = await cache.match(page)
  if (kept === undefined) return fetch(request)
  const late = new Promise((resolve) => setTimeout(resolve, patience, kept))
  return Promise.race([fetch(request).catch(() => kept), late])
}

/** Built files have their content's hash in their names: a kept one is the right one. */
async function answerFile(request) {
  const cache = await caches.open(name)
  return (await cache.match(request.url)) ?? fetch(request)
}

const isPage = (url) => url === page || url === `${page}index.html`

self.addEventListener('install', (event) => event.waitUntil(fill().then(() => self.skipWaiting())))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = request.url.replace(/[?#].*$/, '')
  if (request.method !== 'GET' || !url.startsWith(page)) return
  if (request.mode !== 'navigate') event.respondWith(answerFile(request))
  else if (isPage(url)) event.respondWith(answerPage(request))
})
self.addEventListener('message', (event) => {
  if (event.data === 'fill') event.waitUntil(fill().catch(() => undefined))
})
