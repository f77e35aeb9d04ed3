/** Loading, empty and failed: each says what it is and what to do next. */
import { Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { ApiError, Unreachable } from '../api/http'
import { useWords } from '../words/words'

/** Bars where the content will stand. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const t = useWords()
  return (
    <div role="status" aria-label={t('state.loading')} style={{ padding: 16 }}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  )
}

interface EmptyProps {
  title: string
  next?: string | undefined
  children?: ReactNode
}

/** Nothing here, and what brings something here. */
export function Empty({ title, next, children }: EmptyProps) {
  return (
    <div className="state">
      <strong>{title}</strong>
      {next && <span>{next}</span>}
      {children}
    </div>
  )
}

/** What the server said went wrong, its next step, and another try. */
export function Failed({ error, onRetry }: { error: Error; onRetry?: (() => void) | undefined }) {
  const t = useWords()
  const told = tellError(error, t)
  return (
    <div className="state" role="alert">
      <strong>{told.what}</strong>
      {told.next && <span>{told.next}</span>}
      {onRetry && <Button onClick={onRetry}>{t('state.retry')}</Button>}
    </div>
  )
}

/** The sentence and the next step of a failure. */
export function tellError(error: Error, t: ReturnType<typeof useWords>): { what: string; next: string } {
  if (error instanceof Unreachable) return { what: t('state.unreachable'), next: t('state.unreachable_next') }
  if (!(error instanceof ApiError)) return { what: t('state.failed'), next: error.message }
  const incident = error.body.fields?.['incident']
  const report = typeof incident === 'string' ? t('state.incident', { incident }) : ''
  return { what: error.body.message, next: [error.body.next, report].filter(Boolean).join(' ') }
}

interface Fetched<T> {
  data: T | undefined
  error: Error | null
  refetch: () => unknown
}

interface FetchedProps<T> {
  of: Fetched<T>
  rows?: number
  children: (data: T) => ReactNode
}

/** The content once it is there; old content stays where a new fetch failed. */
export function Fetched<T>({ of, rows, children }: FetchedProps<T>) {
  if (of.data !== undefined) return <>{children(of.data)}</>
  if (of.error) return <Failed error={of.error} onRetry={() => void of.refetch()} />
  return <Loading {...(rows !== undefined && { rows })} />
}
