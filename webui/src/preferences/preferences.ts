/** What a person chose for this browser: language, light or dark, and which way colours run for up and down. */
import { createContext, useContext } from 'react'
import type { Lang } from '../api/types'

export type Theme = 'system' | 'light' | 'dark'
export type Convention = 'red_up' | 'green_up'

export interface Preferences {
  lang: Lang
  theme: Theme
  convention: Convention
}

export interface Chosen extends Preferences {
  isDark: boolean
  choose: (some: Partial<Preferences>) => void
}

const KEY = 'zhanggui.preferences'

/** The browser's own language where nobody chose; Chinese sellers read red as up. */
export function readPreferences(): Preferences {
  const lang: Lang = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  const first: Preferences = { lang, theme: 'system', convention: lang === 'zh' ? 'red_up' : 'green_up' }
  try {
    return { ...first, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) }
  } catch {
    return first
  }
}

/** Keep the choice for the next visit, where the browser lets us. */
export function keepPreferences(chosen: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen))
  } catch {
    // A private window without storage: the choice lives as long as the page.
  }
}

export const PreferencesContext = createContext<Chosen | null>(null)

/** The choices and the way to change them. */
export function usePreferences(): Chosen {
  const chosen = useContext(PreferencesContext)
  if (!chosen) throw new Error('usePreferences is used outside PreferencesProvider')
  return chosen
}
