/** A page's state in its address, as a pair like React's own. */
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { decodeState, encodeState, type Fields } from './codec'

export function useAddress<S extends object>(fields: Fields<S>): [S, (some: Partial<S>) => void] {
  const [told, setTold] = useSearchParams()
  const state = useMemo(() => decodeState(fields, told), [fields, told])
  const change = useCallback(
    (some: Partial<S>) =>
      setTold((before) => encodeState(fields, { ...decodeState(fields, before), ...some }), { replace: true }),
    [fields, setTold],
  )
  return [state, change]
}
