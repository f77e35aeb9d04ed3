/**
 * Word from the server as it happens: jobs, and new generations of the books. A broken stream is opened again after
 * a growing pause; until then jobs are asked for, so that progress goes on where a proxy swallows streams.
 */
import { noticeStranger } from './client'
import { addressOf, get } from './http'
import type { Job } from './types'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000
const ASKING_MS = 3000

export interface Hearing {
  onJob: (job: Job) => void
  /** The books have this generation: now, or since before the stream was opened. */
  onGeneration: (generation: number) => void
}

/** Listen until the returned function is called. */
export function hearEvents(hearing: Hearing): () => void {
  let source: EventSource | undefined
  let pause = FIRST_PAUSE_MS
  let again: ReturnType<typeof setTimeout> | undefined
  let asking: ReturnType<typeof setInterval> | undefined

  const stopAsking = () => {
    clearInterval(asking)
    asking = undefined
  }
  const open = () => {
    source = new EventSource(addressOf('/events'))
    source.onopen = () => {
      pause = FIRST_PAUSE_MS
      stopAsking()
    }
    source.addEventListener('job', (event) => hearing.onJob(JSON.parse((event as MessageEvent<string>).data) as Job))
    source.addEventListener('generation', (event) => {
      hearing.onGeneration((JSON.parse((event as MessageEvent<string>).data) as { generation: number }).generation)
    })
    source.onerror = () => {
      source?.close()
      asking ??= setInterval(() => void askJobs(hearing), ASKING_MS)
      again = setTimeout(open, pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }
  open()
  return () => {
    source?.close()
    clearTimeout(again)
    stopAsking()
  }
}

async function askJobs(hearing: Hearing): Promise<void> {
  try {
    const jobs = readJobs(await get<unknown>('/jobs'))
    jobs.forEach(hearing.onJob)
  } catch (error) {
    // The banner says that the server is away, and the next tick asks again; where it is not, the session has ended.
    noticeStranger(error)
  }
}

/** Jobs come bare or under their name. */
export function readJobs(told: unknown): Job[] {
  if (Array.isArray(told)) return told as Job[]
  return (told as { jobs?: Job[] }).jobs ?? []
}
