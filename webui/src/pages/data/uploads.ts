/**
 * Uploads of this visit, in a store of their own so that leaving the page does not lose them. A drop is one request
 * (several where it is large); how far each file is follows from the bytes sent, in the order of the files.
 */
import { client } from '../../api/client'
import { addressOf, ApiError, Unreachable } from '../../api/http'
import { JOBS_KEY, putJob } from '../../api/jobs'
import type { ErrorBody, Job } from '../../api/types'
import type { Picked } from './picking'

const MIB = 1024 * 1024

/** As the server's own limits are; larger files go by the command line. */
export const MAX_FILE_MB = 512
const MAX_BATCH_FILES = 500
const MAX_BATCH_BYTES = 900 * MIB

export interface Sending {
  path: string
  size: number
  sent: number
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'too_large'
  message?: string
}

export interface Upload {
  number: number
  files: Sending[]
  jobId?: string
}

let uploads: Upload[] = []
const listeners = new Set<() => void>()

export const uploading = {
  all: (): Upload[] => uploads,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

function change(number: number, how: (upload: Upload) => Upload): void {
  uploads = uploads.map((one) => (one.number === number ? how(one) : one))
  for (const listener of listeners) listener()
}

/** Parts of what was picked that one request can carry. */
export function batchesOf(picked: Picked[]): Picked[][] {
  const batches: Picked[][] = []
  let bytes = 0
  for (const one of picked) {
    const last = batches.at(-1)
    if (!last || last.length >= MAX_BATCH_FILES || bytes + one.file.size > MAX_BATCH_BYTES) {
      batches.push([one])
      bytes = one.file.size
    } else {
      last.push(one)
      bytes += one.file.size
    }
  }
  return batches
}

/** How many bytes of each file have gone when so many have gone in all. */
export function spread(files: readonly { size: number }[], total: number): number[] {
  let left = total
  return files.map(({ size }) => {
    const sent = Math.max(0, Math.min(size, left))
    left -= size
    return sent
  })
}

/** Send what was picked; the import of each request is a job. */
export async function sendFiles(picked: Picked[], shop: string): Promise<void> {
  const isFitting = (one: Picked) => one.file.size <= MAX_FILE_MB * MIB
  const large = picked.filter((one) => !isFitting(one))
  if (large.length) begin(large, 'too_large')
  const begun = batchesOf(picked.filter(isFitting)).map((batch) => ({ batch, number: begin(batch, 'waiting') }))
  for (const { batch, number } of begun) await sendBatch(batch, number, shop)
}

function begin(batch: Picked[], state: Sending['state']): number {
  const number = (uploads[0]?.number ?? 0) + 1
  uploads = [{ number, files: batch.map(({ file, path }) => ({ path, size: file.size, sent: 0, state })) }, ...uploads]
  for (const listener of listeners) listener()
  return number
}

/** A shop "taobao/main" as the import takes it: the channel, and the name within it. */
export function shopFields(shop: string): Record<string, string> {
  const [channel = '', name = ''] = shop.split('/')
  return shop ? { channel, shop: name } : {}
}

async function sendBatch(batch: Picked[], number: number, shop: string): Promise<void> {
  const form = new FormData()
  for (const { file, path } of batch) form.append('files', file, path)
  for (const { file } of batch) form.append('modified', String(file.lastModified))
  for (const [name, text] of Object.entries(shopFields(shop))) form.append(name, text)
  try {
    const { job } = await carry(form, (bytes) => change(number, (upload) => progressed(upload, bytes)))
    change(number, (upload) => ({ ...finished(upload, 'sent'), jobId: job.job_id }))
    client.setQueryData<Job[]>(JOBS_KEY, (jobs) => putJob(jobs ?? [], job))
  } catch (error) {
    const message = error instanceof ApiError ? error.message : ''
    change(number, (upload) => finished(upload, 'failed', message))
  }
}

function progressed(upload: Upload, bytes: number): Upload {
  const sent = spread(upload.files, bytes)
  return { ...upload, files: upload.files.map((one, place) => ({ ...one, sent: sent[place] ?? 0, state: 'sending' })) }
}

const finished = (upload: Upload, state: Sending['state'], message?: string): Upload => ({
  ...upload,
  files: upload.files.map((one) => ({ ...one, state, ...(state === 'sent' && { sent: one.size }), ...(message && { message }) })),
})

/** fetch cannot tell how much of a body has gone; XMLHttpRequest can. */
function carry(form: FormData, onSent: (bytes: number) => void): Promise<{ job: Job }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', addressOf('/files'))
    request.setRequestHeader('X-Zhanggui', '1')
    request.setRequestHeader('Accept-Language', document.documentElement.lang)
    request.responseType = 'json'
    request.upload.onprogress = (event) => onSent(event.loaded)
    request.onerror = () => reject(new Unreachable())
    request.onload = () => {
      if (request.status === 202) return resolve(request.response as { job: Job })
      const told = (request.response as { error?: ErrorBody } | null)?.error
      reject(new ApiError(request.status, told ?? { code: `http_${request.status}`, message: `HTTP ${request.status}` }))
    }
    request.send(form)
  })
}
