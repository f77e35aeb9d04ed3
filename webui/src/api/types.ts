/** The shapes that the server speaks; one place, so that a change of the contract is a change here. */

export type Lang = 'zh' | 'en'

export interface SetUpState {
  needed: boolean
  needs_code?: boolean
  company?: string
  base_currency?: string
  timezone?: string
}

export type Value = string | number | boolean | null

export type Permission = 'read' | 'import' | 'decide' | 'own' | 'finance' | 'export'

export interface Session {
  kind: 'person' | 'token' | 'guest'
  name: string
  role: string
  permissions: string[]
  shops: string[] | null
  lang: Lang | null
  company: string
  base_currency: string
  timezone: string
}

export interface Column {
  name: string
  type: 'text' | 'count' | 'decimal' | 'date' | 'instant' | 'flag'
  unit: string | null
  title?: string
  vocabulary?: string | null
}

export interface Note {
  code: string
  message?: string
  [field: string]: unknown
}

export interface Answer {
  columns: Column[]
  rows: Value[][]
  generation: number
  as_of: string | null
  notes: Note[]
  is_cut: boolean
  total?: number | null
}

/** A row by the names of its columns. */
export type Row = Record<string, Value>

export interface Reason {
  code: string
  value: string
  unit: string
  source: string
}

export interface Decision {
  decision_id: string
  kind: string
  subject_kind: string
  subject_id: string
  verdict: 'act' | 'wait' | 'cannot_say'
  quantity: string | null
  unit: string | null
  impact_amount: string | null
  impact_low: string | null
  impact_high: string | null
  currency: string | null
  impact_basis: string | null
  reasons: Reason[]
  sentences?: { title: string; verdict?: string; why: string[]; basis?: string | null }
  model?: string
  expires_on?: string | null
  answer: string | null
  why: string | null
  until_on: string | null
  assignee?: string | null
  link?: { page: string; id: string; shop?: string | null } | null
}

export interface Todo {
  decisions: Decision[]
  generation: number
  as_of: string | null
  wait_count: number
  cannot_say_count: number
  is_stale?: boolean
  total?: number
}

export interface Named {
  zh: string
  en: string
}

export interface Parameter extends Named {
  name: string
  kind: string
  required: boolean
  default: string | null
  vocabulary: string | null
}

export interface QuestionEntry extends Named {
  name: string
  listing?: { sorts: string[]; default: string; searches: string[] } | null
  parameters: Parameter[]
  permission: string
}

export interface MetricEntry extends Named {
  name: string
  definition_zh: string
  definition_en: string
  unit: string
  dimensions: string[]
  subject?: string
}

export interface Term extends Named {
  code: string
}

export interface Shop {
  shop_id: string
  channel: string
  name: string
}

export interface Catalogue {
  questions: QuestionEntry[]
  commands: QuestionEntry[]
  metrics: MetricEntry[]
  dimensions: (Named & { name: string })[]
  channels: Term[]
  vocabularies?: Record<string, Term[]>
  shops?: Shop[]
  people?: string[]
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'stopped'

export interface LogLine {
  at: string
  code: string
  message: string
  [field: string]: Value | undefined
}

export interface Job {
  job_id: string
  kind: string
  state: JobState
  progress: number | null
  stage: string | null
  message: string | null
  log: LogLine[]
  result: Record<string, unknown> | null
  error: ErrorBody | null
  created_at: string
  started_at: string | null
  ended_at: string | null
  created_by: string
  upload?: string | null
  is_cancelling?: boolean
}

export interface ErrorBody {
  code: string
  message: string
  next?: string | null
  fields?: Record<string, unknown>
}

export interface View {
  view_id: number
  page: string
  name: string
  state: { search?: string }
}

export interface Metrics {
  names: string[]
  by?: string[]
  grain?: string
  from?: string
  to?: string
  currency?: string
  where?: Record<string, string[]>
  compare?: string
}
