/** The stock of one SKU in every warehouse, and how it stood at the end of each month. */
import { useParams } from 'react-router'
import { History } from './History'
import { type Part, ThingPage } from './ThingPage'

export function StockPage() {
  const id = useParams()['id'] ?? ''
  const query = { sku: id }
  const parts: Part[] = [{ question: 'product_shops', query, title: 'things.shops' }]
  return (
    <ThingPage id={id} question="stock_item" query={query} list="/stock" listTitle="stock.title" parts={parts}>
      <History question="stock_history" query={query} figures={['on_hand']} by="warehouse_id" />
    </ThingPage>
  )
}
