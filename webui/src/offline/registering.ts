/** The worker is registered in the built console only; what it keeps is forgotten when a person signs out. */
import { forgetSaid } from './queue'

const ANSWERS_CACHE = 'answers'

export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  addEventListener('load', () => {
    // Without a worker (a private window, plain http) the console works all the same, only not offline.
    navigator.serviceWorker.register('/sw.js').catch(() => undefined)
  })
}

/** Leave nothing of this person on the machine: figures kept for reading offline, and answers not sent. */
export async function forgetPerson(): Promise<void> {
  if ('caches' in window) await caches.delete(ANSWERS_CACHE)
  await forgetSaid()
}
