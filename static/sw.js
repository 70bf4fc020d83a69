/* Keeps the page for when there is no network: everything that the build made, and nothing else. */
const name = 'acl-playground'

/** Fetches what the build lists and is not kept yet; forgets what it lists no more. */
async function fill() {
  const cache = await caches.open(name)
  const response = await fetch('./.vite/manifest.json', { cache: 'no-cache' })
  if (!response.ok) return
  const listed = Object.values(await response.json()).flatMap((entry) => [entry.file, ...(entry.css ?? []), ...(entry.assets ?? [])])
  const wanted = new Set([...listed, '', 'icon.svg', 'manifest.webmanifest'].map((path) => new URL(path, self.registration.scope).href))
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request)
  for (const url of wanted) if (!(await cache.match(url))) await cache.add(url)
}

/** The newest page where there is a network, else the kept one. */
async function page(request) {
  const cache = await caches.open(name)
  const scope = self.registration.scope
  try {
    const response = await fetch(request)
    if (response.ok) await cache.put(scope, response.clone())
    return response
  } catch {
    return (await cache.match(scope)) ?? Response.error()
  }
}

/** Files have their content's hash in their names: a kept one is the right one. */
async function file(request) {
  const cache = await caches.open(name)
  const kept = await cache.match(request)
  return kept ?? fetch(request)
}

self.addEventListener('install', (event) => event.waitUntil(fill().then(() => self.skipWaiting())))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope) || request.url.includes('/.vite/')) return
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request))
})
self.addEventListener('message', (event) => {
  if (event.data === 'fill') event.waitUntil(fill())
})
