/** The one store of answers: old ones stay on the page while new ones are fetched, and faults of the network are tried again. */
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { connection } from './connection'
import { ApiError } from './http'

const STALE_MS = 30_000
const KEPT_MS = 30 * 60_000
const MOST_RETRIES = 2

function isWorthTrying(count: number, error: Error): boolean {
  if (error instanceof ApiError) return error.status === 503 && count < MOST_RETRIES
  return connection.isOnline() && count < MOST_RETRIES
}

const SESSION_KEY = ['session']

/** Somebody who was shut out, or whose session ended, is asked who they are: the gate shows the sign-in then. */
export function noticeStranger(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) void client.invalidateQueries({ queryKey: SESSION_KEY })
}

export const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== SESSION_KEY[0]) noticeStranger(error)
    },
  }),
  defaultOptions: {
    queries: { staleTime: STALE_MS, gcTime: KEPT_MS, retry: isWorthTrying, networkMode: 'always', refetchOnWindowFocus: false },
    mutations: { networkMode: 'always' },
  },
})

/** Ask again for everything on the page, once the server is back or the books have a new generation. */
export function refreshAll(): void {
  void client.invalidateQueries()
}

const generationOf = (data: unknown): number | null =>
  typeof data === 'object' && data !== null && 'generation' in data && typeof data.generation === 'number' ? data.generation : null

/** Ask again where something on the page is of older books: not for those that it was just made from. */
export function refreshOlder(generation: number): void {
  const known = client.getQueryCache().getAll().map((query) => generationOf(query.state.data))
  if (known.some((one) => one !== null && one < generation)) refreshAll()
}

let wasOnline = true
connection.subscribe(() => {
  const isOnline = connection.isOnline()
  if (isOnline && !wasOnline) refreshAll()
  wasOnline = isOnline
})
