/** A page's state in its address, as a pair like React's own; only a change that is a step can be gone back from. */
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { decodeState, encodeState, type Fields } from './codec'

export function useAddress<S extends object>(fields: Fields<S>): [S, (some: Partial<S>, isStep?: boolean) => void] {
  const [told, setTold] = useSearchParams()
  const state = useMemo(() => decodeState(fields, told), [fields, told])
  const change = useCallback(
    (some: Partial<S>, isStep = false) =>
      setTold((before) => encodeState(fields, { ...decodeState(fields, before), ...some }), { replace: !isStep }),
    [fields, setTold],
  )
  return [state, change]
}
