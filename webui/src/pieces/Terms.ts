/** Names of codes: channels, states, components, as the catalogue's vocabularies have them. */
import { useCatalogue } from '../api/asking'
import type { Catalogue } from '../api/types'
import { usePreferences } from '../preferences/preferences'
import { named } from '../words/words'

/** Columns whose codes come from a vocabulary of another name. */
const VOCABULARY_OF: Record<string, string> = {
  component: 'settlement_component',
  refund_kind: 'refund_kind',
  refund_basis: 'refund_basis',
  settlement_status: 'settlement_status',
  order_status: 'order_status',
  channel: 'channel',
  refund_state: 'refund_state',
  link_status: 'link_status',
  verdict: 'verdict',
  alias_kind: 'alias_kind',
  report: 'format',
}

const PSEUDONYM_CHARS = 10

/** A pseudonym by its first characters: what people compare, in the width of a column. */
export const shorten = (key: string): string => (key.length > PSEUDONYM_CHARS + 2 ? `${key.slice(0, PSEUDONYM_CHARS)}…` : key)

function termsOf(catalogue: Catalogue | undefined, vocabulary: string) {
  if (vocabulary === 'channel') return catalogue?.channels ?? []
  return catalogue?.vocabularies?.[vocabulary] ?? []
}

export type NameOf = (column: string, code: string, vocabulary?: string | null) => string

/** The name of a code in the column, or the code itself; a shop "taobao/main" is named by its channel. */
export function useTerms(): NameOf {
  const { lang } = usePreferences()
  const catalogue = useCatalogue().data
  const nameOf: NameOf = (column, code, vocabulary) => {
    if (column === 'shop' || column === 'shop_id') {
      const [channel, ...rest] = code.split('/')
      return rest.length ? `${nameOf('channel', channel ?? '')} · ${rest.join('/')}` : nameOf('channel', code)
    }
    if (column === 'buyer_key') return shorten(code)
    const list = termsOf(catalogue, vocabulary ?? VOCABULARY_OF[column] ?? column)
    const term = list.find((one) => one.code === code)
    return term ? named(lang, term) : code
  }
  return nameOf
}
