/** Answers go to the server at once where it is there, and into the queue where it is not. One sender at a time. */
import { ApiError, post, Unreachable } from '../api/http'
import { keepSaid, type Outcome, readSaid, type Said, sendSaid } from './queue'

/** Refused for now, not for good: signed out, busy, too many. */
const PASSING = new Set([401, 429, 503])

const isAway = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ApiError && PASSING.has(error.status))

const listeners = new Set<(count: number) => void>()
let waiting = 0
let running: Promise<Outcome> | null = null

function tell(count: number): void {
  waiting = count
  for (const listener of listeners) listener(count)
}

/** How many answers wait, as a store. */
export const queued = {
  count: (): number => waiting,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

/** Give an answer; tells whether it was sent or waits. Throws ApiError where the server refuses. */
export async function giveAnswer(command: string, body: Record<string, unknown>): Promise<'sent' | 'waits'> {
  try {
    await post(`/commands/${command}`, body)
    return 'sent'
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    await keepSaid(command, body)
    tell((await readSaid()).length)
    return 'waits'
  }
}

const deliver = (said: Said): Promise<unknown> =>
  post(`/commands/${said.command}`, { ...said.body, said_at: said.said_at })

/** Send what waits, unless that is going on already. */
export function sendWaiting(): Promise<Outcome> {
  running ??= sendSaid(deliver, isAway)
    .then((outcome) => {
      tell(outcome.waiting)
      return outcome
    })
    .finally(() => {
      running = null
    })
  return running
}
