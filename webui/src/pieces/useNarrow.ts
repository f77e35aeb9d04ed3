/** Whether the window is as narrow as a phone; the one breakpoint of the console, as in styles.css. */
import { useSyncExternalStore } from 'react'

const NARROW = matchMedia('(max-width: 767px)')

function watch(listener: () => void): () => void {
  NARROW.addEventListener('change', listener)
  return () => NARROW.removeEventListener('change', listener)
}

export const useNarrow = (): boolean => useSyncExternalStore(watch, () => NARROW.matches)
