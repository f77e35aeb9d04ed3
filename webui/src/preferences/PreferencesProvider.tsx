/** Holds the choices, and tells the document about them so that plain CSS can follow. */
import { type ReactNode, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { speak } from '../api/http'
import { keepPreferences, PreferencesContext, type Preferences, readPreferences } from './preferences'

const DARK = matchMedia('(prefers-color-scheme: dark)')

function watchSystem(listener: () => void): () => void {
  DARK.addEventListener('change', listener)
  return () => DARK.removeEventListener('change', listener)
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [kept, setKept] = useState<Preferences>(readPreferences)
  const isSystemDark = useSyncExternalStore(watchSystem, () => DARK.matches)
  const isDark = kept.theme === 'system' ? isSystemDark : kept.theme === 'dark'
  speak(kept.lang)

  const choose = useCallback((some: Partial<Preferences>) => setKept((before) => ({ ...before, ...some })), [])
  useEffect(() => {
    keepPreferences(kept)
    const root = document.documentElement
    root.lang = kept.lang === 'zh' ? 'zh-CN' : 'en'
    root.dataset['theme'] = isDark ? 'dark' : 'light'
    root.dataset['convention'] = kept.convention
  }, [kept, isDark])

  const value = useMemo(() => ({ ...kept, isDark, choose }), [kept, isDark, choose])
  return <PreferencesContext value={value}>{children}</PreferencesContext>
}
