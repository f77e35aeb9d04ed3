/** One value of an answer, shown by the type and unit of its column. */
import type { Column, Row, Value } from '../api/types'
import { useSession } from '../api/asking'
import { formatDay, formatInstant } from '../formatting/dates'
import { formatCount, formatFigure } from '../formatting/money'
import { Change } from '../pieces/Change'
import { useTerms } from '../pieces/Terms'
import { usePreferences } from '../preferences/preferences'
import { useWords } from '../words/words'

export const isFigure = (column: Column): boolean => column.type === 'count' || column.type === 'decimal'

/** Amounts without a currency column of their own are in the currency of the books. */
export function useShow(): (column: Column, row: Row) => string {
  const t = useWords()
  const { lang } = usePreferences()
  const session = useSession().data
  const nameOf = useTerms()
  return (column, row) => {
    const value: Value = row[column.name] ?? null
    if (value === null) return '–'
    const currency = typeof row['currency'] === 'string' ? row['currency'] : (session?.base_currency ?? null)
    switch (column.type) {
      case 'decimal':
        return formatFigure(String(value), column.unit, currency, lang)
      case 'count':
        return formatCount(String(value), lang)
      case 'date':
        return formatDay(String(value), lang)
      case 'instant':
        return formatInstant(String(value), session?.timezone ?? 'UTC')
      case 'flag':
        return value ? t('word.yes') : t('word.no')
      default:
        return nameOf(column.name, String(value), column.vocabulary ?? null)
    }
  }
}

export function Cell({ column, row }: { column: Column; row: Row }) {
  const show = useShow()
  if (column.name.endsWith('.change')) return <Change value={row[column.name] as string | null} />
  return <>{show(column, row)}</>
}
