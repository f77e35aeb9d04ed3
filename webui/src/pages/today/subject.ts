/** Where the subject of a decision can be looked at: where the server says, else by its kind. */
import type { Decision } from '../../api/types'

const enc = encodeURIComponent

const ADDRESSES: Record<string, (id: string, shop: string) => string> = {
  product: (id) => `/products/${enc(id)}`,
  sku: (id) => `/products/${enc(id)}`,
  stock: (id) => `/stock/${enc(id)}`,
  stock_item: (id) => `/stock/${enc(id)}`,
  customer: (id) => `/customers/${enc(id)}`,
  order: (id, shop) => `/orders/${enc(shop)}/${enc(id)}`,
  links: () => '/data/links',
  files: () => '/data/files',
  completeness: () => '/data/calendar',
}

const PAGE_OF_KIND: Record<string, string> = {
  data_gap: 'completeness',
  unmapped_skus: 'links',
  control_total: 'files',
}

/** The address, or null where there is nothing to look at. */
export function subjectAddress(decision: Decision): string | null {
  const link = decision.link
  const page = link?.page ?? PAGE_OF_KIND[decision.kind] ?? decision.subject_kind
  return ADDRESSES[page]?.(link?.id ?? decision.subject_id, link?.shop ?? '') ?? null
}
