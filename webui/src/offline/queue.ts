/**
 * What a person said while the server was away: kept in IndexedDB in the order said, sent in that order later.
 * A refusal ends an entry; no answer leaves it for the next time.
 */
const NAME = 'zhanggui'
const STORE = 'said'

export interface Said {
  id?: number
  command: string
  body: Record<string, unknown>
  said_at: string
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id', autoIncrement: true })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('indexedDB'))
  })
}

async function within<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await opened()
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = base.transaction(STORE, mode)
      const request = act(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error ?? new Error('indexedDB'))
    })
  } finally {
    base.close()
  }
}

/** Keep what was said. */
export async function keepSaid(command: string, body: Record<string, unknown>, now = new Date()): Promise<void> {
  const said: Said = { command, body, said_at: now.toISOString() }
  await within('readwrite', (store) => store.add(said))
}

/** What waits, in the order said. */
export const readSaid = (): Promise<Said[]> => within('readonly', (store) => store.getAll() as IDBRequest<Said[]>)

/** Forget everything, at signing out. */
export async function forgetSaid(): Promise<void> {
  await within('readwrite', (store) => store.clear())
}

export interface Outcome {
  sent: number
  refused: Error[]
  waiting: number
}

/** Send what waits; `isAway` tells a failure that should be tried again from a refusal. */
export async function sendSaid(
  deliver: (said: Said) => Promise<unknown>,
  isAway: (error: unknown) => boolean,
): Promise<Outcome> {
  const waiting = await readSaid()
  const outcome: Outcome = { sent: 0, refused: [], waiting: waiting.length }
  for (const said of waiting) {
    try {
      await deliver(said)
      outcome.sent += 1
    } catch (error) {
      if (isAway(error)) return outcome
      outcome.refused.push(error as Error)
    }
    await within('readwrite', (store) => store.delete(said.id ?? -1))
    outcome.waiting -= 1
  }
  return outcome
}
