/**
 * The service worker: keeps the shell, and the last answers that the page Today needs, so that both open without a
 * network. It only ever looks at its own origin, and never at anything but GET.
 */
const worker = self as unknown as ServiceWorkerGlobalScope & typeof globalThis

/** Filled in by the build: the shell's files. */
const SHELL = '__SHELL__'
const FILES = SHELL.split(' ')
const FILES_CACHE = `files-${hash(SHELL)}`
const ANSWERS_CACHE = 'answers'
const KEPT_ANSWERS = /^\/api\/v1\/(session|catalogue|todo|questions\/(key_figures|late_data))$/
const STILL = ['/', '/manifest.webmanifest', '/icon.svg', '/icon-192.png']

interface ServiceWorkerGlobalScope {
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
}

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}

interface WorkerFetch extends WorkerEvent {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

/** A short name for a version of the shell. */
function hash(text: string): string {
  let sum = 5381
  for (const letter of text) sum = ((sum * 33) ^ (letter.codePointAt(0) ?? 0)) >>> 0
  return sum.toString(36)
}

async function install(): Promise<void> {
  const cache = await caches.open(FILES_CACHE)
  await cache.addAll([...STILL, ...FILES])
  await worker.skipWaiting()
}

async function activate(): Promise<void> {
  const names = await caches.keys()
  const old = names.filter((name) => name !== FILES_CACHE && name !== ANSWERS_CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
  await worker.clients.claim()
}

/** Files whose names carry their digest never change. */
async function fromCacheFirst(request: Request): Promise<Response> {
  const kept = await caches.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) await (await caches.open(FILES_CACHE)).put(request, response.clone())
  return response
}

/** Pages of the console are all the same shell. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await caches.match('/')
    if (kept) return kept
    throw error
  }
}

/** The newest answer, or the last one kept, marked as such so that the banner still tells the truth. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(ANSWERS_CACHE)
  try {
    const response = await fetch(request)
    if (response.ok) await cache.put(request.url, response.clone())
    return response
  } catch (error) {
    const kept = await cache.match(request.url)
    if (!kept) throw error
    const headers = new Headers(kept.headers)
    headers.set('X-From-Cache', '1')
    return new Response(kept.body, { status: kept.status, headers })
  }
}

function route(event: WorkerFetch): void {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (address.pathname.startsWith('/assets/')) event.respondWith(fromCacheFirst(request))
  else if (KEPT_ANSWERS.test(address.pathname)) event.respondWith(answer(request))
}

worker.addEventListener('install', (event) => (event as WorkerEvent).waitUntil(install()))
worker.addEventListener('activate', (event) => (event as WorkerEvent).waitUntil(activate()))
worker.addEventListener('fetch', (event) => route(event as WorkerFetch))
