/** Who works here, as far as the caller may know: the list for owners, else only oneself. */
import { useCatalogue, useSession } from './asking'

export function usePeople(): string[] {
  const self = useSession().data?.name
  const known = useCatalogue().data?.people
  return known ?? (self ? [self] : [])
}
