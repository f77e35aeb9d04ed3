/** Keeps the pages' answers in step with what the server says: progress of jobs, and new books. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { refreshOlder } from '../api/client'
import { hearEvents } from '../api/events'
import { JOBS_KEY, putJob } from '../api/jobs'
import type { Job } from '../api/types'

export function useHearing(): void {
  const store = useQueryClient()
  useEffect(
    () =>
      hearEvents({
        onJob: (job) => store.setQueryData<Job[]>(JOBS_KEY, (jobs) => putJob(jobs ?? [], job)),
        onGeneration: refreshOlder,
      }),
    [store],
  )
}
