/** Questions, figures and lists as hooks; every key carries the language, because the server words titles and notes. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { usePreferences } from '../preferences/preferences'
import { get, type Query } from './http'
import type { Answer, Catalogue, Metrics, Row, Session, Todo, View } from './types'

const LONG_MS = 10 * 60_000

/** Who is signed in; fails with 401 where nobody is. */
export function useSession(): UseQueryResult<Session> {
  return useQuery({ queryKey: ['session'], queryFn: () => get<Session>('/session'), staleTime: LONG_MS, retry: false })
}

/** Metrics, dimensions, channels, vocabularies and what may be asked. */
export function useCatalogue(): UseQueryResult<Catalogue> {
  return useQuery({ queryKey: ['catalogue'], queryFn: () => get<Catalogue>('/catalogue'), staleTime: LONG_MS })
}

/** The answer to a question of the register; the one before stays while the next is fetched. */
export function useQuestion(name: string, query: Query = {}, isWanted = true): UseQueryResult<Answer> {
  const { lang } = usePreferences()
  return useQuery({
    queryKey: ['question', name, query, lang],
    queryFn: ({ signal }) => get<Answer>(`/questions/${name}`, query, signal),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  })
}

/** The query that asks for figures. */
export function queryOf(asked: Metrics): Query {
  const where = Object.entries(asked.where ?? {}).flatMap(([name, values]) => values.map((value) => `${name}:${value}`))
  return {
    names: asked.names.join(','),
    by: asked.by?.join(','),
    grain: asked.grain,
    from: asked.from,
    to: asked.to,
    currency: asked.currency,
    compare: asked.compare,
    where,
  }
}

/** Figures of the metric layer. */
export function useMetrics(asked: Metrics, isWanted = true): UseQueryResult<Answer> {
  const { lang } = usePreferences()
  const query = queryOf(asked)
  return useQuery({
    queryKey: ['metrics', query, lang],
    queryFn: ({ signal }) => get<Answer>('/metrics', query, signal),
    placeholderData: keepPreviousData,
    enabled: isWanted && asked.names.length > 0,
  })
}

export const TODO_SIZE = 30

/** A page of what waits for a person; the first page without a kind is what can be read offline. */
export function useTodo(isAll = false, kind = '', page = 1): UseQueryResult<Todo> {
  const { lang } = usePreferences()
  return useQuery({
    queryKey: ['todo', isAll, kind, page, lang],
    queryFn: ({ signal }) => get<Todo>('/todo', { size: TODO_SIZE, all: isAll || undefined, kind, page: page > 1 ? page : undefined }, signal),
    placeholderData: keepPreviousData,
  })
}

/** A resource of the people's side: settings, people, tokens, grants, views, audit. */
export function useResource<T>(path: string, query: Query = {}, isWanted = true): UseQueryResult<T> {
  const { lang } = usePreferences()
  return useQuery({
    queryKey: ['resource', path, query, lang],
    queryFn: ({ signal }) => get<T>(path, query, signal),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  })
}

/** Whether the caller may give a command, and the server has it. */
export function useMay(command: string): boolean {
  return useCatalogue().data?.commands.some((one) => one.name === command) ?? false
}

/** Saved views of a page. */
export function useViews(page: string): View[] {
  return useResource<{ views: View[] }>('/views', { page }).data?.views ?? []
}

/** The rows of an answer by the names of their columns. */
export function rowsOf(answer: Answer | undefined): Row[] {
  if (!answer) return []
  const names = answer.columns.map((column) => column.name)
  return answer.rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place] ?? null])))
}
