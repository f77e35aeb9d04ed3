/** Jobs: what runs, what ended, and how to ask for one or stop it. */
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { get, post } from './http'
import { readJobs } from './events'
import type { Job } from './types'

export const JOBS_KEY = ['jobs']

const MOST_KEPT = 50

/** The jobs with one of them put in its place, the newest first. */
export function putJob(jobs: Job[], job: Job): Job[] {
  const others = jobs.filter((one) => one.job_id !== job.job_id)
  return [job, ...others].sort((a, b) => b.created_at.localeCompare(a.created_at)).slice(0, MOST_KEPT)
}

export const isOver = (job: Job): boolean => !['queued', 'running'].includes(job.state)

/** The newest jobs; progress arrives by the stream of events. */
export function useJobs(): Job[] {
  const found = useQuery({ queryKey: JOBS_KEY, queryFn: async () => readJobs(await get<unknown>('/jobs')) })
  return found.data ?? []
}

interface Commanded {
  job?: Job
  result?: Record<string, unknown>
}

/** Give a command; a long one is a job, whose progress the store then shows. */
export function useCommand(name: string): UseMutationResult<Commanded, Error, Record<string, unknown>> {
  const store = useQueryClient()
  return useMutation({
    mutationFn: (body) => post<Commanded>(`/commands/${name}`, body),
    onSuccess: ({ job }) => {
      if (job) store.setQueryData<Job[]>(JOBS_KEY, (jobs) => putJob(jobs ?? [], job))
    },
  })
}

/** Ask a job to stop. */
export const cancelJob = (job: Job): Promise<unknown> => post(`/jobs/${job.job_id}/cancel`)
