/** One way to the server: JSON in, JSON out, the server's sentence in every failure, and word to the banner when it is away. */
import { connection } from './connection'
import type { ErrorBody, Lang } from './types'

const PREFIX = '/api/v1'

/** A refusal or fault as the server worded it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message)
    this.name = 'ApiError'
  }
}

/** Nobody answered: no network, or the server is being restarted. */
export class Unreachable extends Error {
  constructor() {
    super('unreachable')
    this.name = 'Unreachable'
  }
}

export type Query = Record<string, string | number | boolean | string[] | null | undefined>

let spoken: Lang = 'zh'

/** The language in which the server is to word its sentences. */
export function speak(lang: Lang): void {
  spoken = lang
}

/** The address of a resource; empty values are left out and lists repeat their name. */
export function addressOf(path: string, query: Query = {}): string {
  const told = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) told.append(name, String(one))
  }
  const text = told.toString()
  return PREFIX + path + (text ? `?${text}` : '')
}

interface Sending {
  query?: Query
  body?: unknown
  form?: FormData
  /** A file that is the whole body. */
  file?: File
  signal?: AbortSignal
}

/** Send a request; throws ApiError or Unreachable. */
export async function send<T>(method: string, path: string, sending: Sending = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': spoken }
  if (method !== 'GET') headers['X-Zhanggui'] = '1'
  if (sending.body !== undefined) headers['Content-Type'] = 'application/json'
  if (sending.file) headers['Content-Type'] = 'application/zip'
  const body = sending.file ?? sending.form ?? (sending.body === undefined ? null : JSON.stringify(sending.body))
  const response = await reach(addressOf(path, sending.query), { method, headers, body, signal: sending.signal ?? null })
  if (!response.ok) throw new ApiError(response.status, await readError(response))
  return (response.status === 204 ? null : await response.json()) as T
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(address, { ...init, credentials: 'same-origin' })
    // The worker answers from what it kept where the server is away.
    if (response.headers.get('X-From-Cache') === null) connection.isBack()
    else connection.isLost()
    return response
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    connection.isLost()
    throw new Unreachable()
  }
}

async function readError(response: Response): Promise<ErrorBody> {
  try {
    const told = (await response.json()) as { error?: ErrorBody }
    if (told.error?.message) return told.error
  } catch {
    // Not JSON: a proxy answered, or the server broke before it could.
  }
  return { code: `http_${response.status}`, message: `HTTP ${response.status}` }
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  send<T>('GET', path, { ...(query && { query }), ...(signal && { signal }) })

export const post = <T>(path: string, body: unknown = {}): Promise<T> => send<T>('POST', path, { body })
