/** What a list is told by: the question that fills it, where its rows lead, and what of it a phone shows. */
import { type Members, count, list, members, text } from '../address/codec'
import type { Row } from '../api/types'
import type { Query } from '../api/http'
import type { Key } from '../words/words'

export interface Listing {
  question: string
  title: Key
  lead: Key
  empty: Key
  search: Key
  keys: readonly string[]
  /** The page of a row's thing. */
  address: (row: Row) => string
  /** Columns that lead there. */
  linked: readonly string[]
  /** Columns that a phone shows below the linked ones. */
  near: readonly string[]
}

export interface ListState {
  page: number
  size: number
  sort: string
  search: string
  only: Members
  columns: string[]
}

export const SIZES = [50, 100, 200, 500] as const

export const LIST_FIELDS = {
  page: count(1),
  size: count(50, 1, 500),
  sort: text(),
  search: text(),
  only: members(),
  columns: list(),
}

/** Parameters that the list itself sets. */
export const OWN_PARAMETERS = new Set(['page', 'size', 'sort', 'search', 'generation'])

/** The query of a page of the list. */
export function queryOfList(state: ListState): Query {
  const only = Object.fromEntries(Object.entries(state.only).map(([name, values]) => [name, values[0]]))
  return { ...only, page: state.page, size: state.size, sort: state.sort, search: state.search }
}
