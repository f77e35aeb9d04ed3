/** The console's own words. Sentences about errors, reasons and notes are the server's; titles, buttons and hints stand here. */
import type { Lang, Named } from '../api/types'
import { usePreferences } from '../preferences/preferences'
import { auditWords } from './audit'
import { columnWords } from './columns'
import { dataWords } from './data'
import { exploreWords } from './explore'
import { performanceWords } from './performance'
import { settingsWords } from './settings'
import { shellWords } from './shell'
import { stateWords } from './states'
import { thingWords } from './things'
import { todayWords } from './today'

export const BOOKS = {
  shell: shellWords,
  states: stateWords,
  columns: columnWords,
  today: todayWords,
  things: thingWords,
  performance: performanceWords,
  explore: exploreWords,
  data: dataWords,
  settings: settingsWords,
  audit: auditWords,
} as const

export const WORDS = {
  ...shellWords,
  ...stateWords,
  ...columnWords,
  ...todayWords,
  ...thingWords,
  ...performanceWords,
  ...exploreWords,
  ...dataWords,
  ...settingsWords,
  ...auditWords,
} as const

export type Key = keyof typeof WORDS

export type Fields = Record<string, string | number>

/** The words with their `{fields}` filled in. */
export function say(lang: Lang, key: Key, fields: Fields = {}): string {
  const text: string = WORDS[key][lang === 'zh' ? 0 : 1]
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(fields[name] ?? whole))
}

/** The words for a key that is put together at run time; the fallback where the console has none. */
export function sayIfKnown(lang: Lang, key: string, fallback: string): string {
  return key in WORDS ? say(lang, key as Key) : fallback
}

/** Whichever of two names is in the language. */
export const named = (lang: Lang, one: Named): string => (lang === 'zh' ? one.zh : one.en)

export type Say = (key: Key, fields?: Fields) => string

/** The words in the language chosen; changing it changes them in place. */
export function useWords(): Say {
  const { lang } = usePreferences()
  return (key, fields) => say(lang, key, fields)
}
