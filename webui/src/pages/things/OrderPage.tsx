/** One order with its lines, claims, money and parcels, and what each report says about it. */
import { useParams } from 'react-router'
import { type Part, ThingPage } from './ThingPage'

export function OrderPage() {
  const { shop = '', id = '' } = useParams()
  const query = { shop, order: id }
  const parts: Part[] = [
    { question: 'order_lines', query, title: 'things.lines' },
    { question: 'order_refunds', query, title: 'things.refunds' },
    { question: 'order_ledger', query, title: 'things.ledger' },
    { question: 'order_parcels', query, title: 'things.parcels' },
    { question: 'order', query: { order: id }, title: 'things.said' },
  ]
  return <ThingPage id={id} question="order_head" query={query} list="/orders" listTitle="orders.title" parts={parts} />
}
