/** The four lists: each told in a few lines, drawn by the one list page. */
import type { Listing } from '../../tables/listing'

const enc = (value: unknown): string => encodeURIComponent(String(value))

export const PRODUCTS: Listing = {
  question: 'products',
  title: 'products.title',
  lead: 'products.lead',
  empty: 'products.empty',
  search: 'products.search',
  keys: ['sku_id'],
  address: (row) => `/products/${enc(row['sku_id'])}`,
  linked: ['sku_id', 'title'],
  near: ['recent_net_amount', 'recent_units', 'margin_rate', 'on_hand'],
}

export const STOCK: Listing = {
  question: 'stock_items',
  title: 'stock.title',
  lead: 'stock.lead',
  empty: 'stock.empty',
  search: 'stock.search',
  keys: ['warehouse_id', 'seller_sku_code'],
  address: (row) => `/stock/${enc(row['sku_id'] ?? row['seller_sku_code'])}`,
  linked: ['seller_sku_code', 'title'],
  near: ['warehouse_id', 'on_hand', 'available', 'cover_days'],
}

export const ORDERS: Listing = {
  question: 'orders',
  title: 'orders.title',
  lead: 'orders.lead',
  empty: 'orders.empty',
  search: 'orders.search',
  keys: ['shop_id', 'platform_order_id'],
  address: (row) => `/orders/${enc(row['shop_id'])}/${enc(row['platform_order_id'])}`,
  linked: ['platform_order_id'],
  near: ['shop_id', 'status', 'paid_amount', 'created_on', 'paid_on'],
}

export const CUSTOMERS: Listing = {
  question: 'customers',
  title: 'customers.title',
  lead: 'customers.lead',
  empty: 'customers.empty',
  search: 'customers.search',
  keys: ['buyer_key', 'shop_id'],
  address: (row) => `/customers/${enc(row['buyer_key'])}`,
  linked: ['buyer_key'],
  near: ['order_count', 'paid_amount', 'last_paid_on'],
}
