/** The head of a column: the console's own word, else the metric's or dimension's name, else the server's title. */
import { useCatalogue } from '../api/asking'
import type { Column } from '../api/types'
import { usePreferences } from '../preferences/preferences'
import { named, sayIfKnown } from '../words/words'

export function useTitles(): (column: Pick<Column, 'name' | 'title'>) => string {
  const { lang } = usePreferences()
  const catalogue = useCatalogue().data
  const titleOf = ({ name, title }: Pick<Column, 'name' | 'title'>): string => {
    const dot = name.lastIndexOf('.')
    if (dot > 0) return `${titleOf({ name: name.slice(0, dot) })} · ${sayIfKnown(lang, `column.${name.slice(dot + 1)}`, name.slice(dot + 1))}`
    const entry = [...(catalogue?.metrics ?? []), ...(catalogue?.dimensions ?? [])].find((one) => one.name === name)
    const fallback = entry ? named(lang, entry) : (title ?? name.replaceAll('_', ' '))
    return sayIfKnown(lang, `column.${name}`, fallback)
  }
  return titleOf
}
