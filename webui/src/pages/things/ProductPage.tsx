/** One SKU: facts, history over its channels, its shops, its listings and its stock. */
import { useParams } from 'react-router'
import { History } from './History'
import { type Part, ThingPage } from './ThingPage'

export function ProductPage() {
  const id = useParams()['id'] ?? ''
  const query = { sku: id }
  const parts: Part[] = [
    { question: 'product_shops', query, title: 'things.shops' },
    { question: 'stock_item', query, title: 'things.stock' },
    { question: 'product_listings', query, title: 'things.listings' },
  ]
  return (
    <ThingPage id={id} question="product" query={query} list="/products" listTitle="products.title" parts={parts}>
      <History question="product_history" query={query} figures={['net_amount', 'units']} by="channel" />
    </ThingPage>
  )
}
