/** One customer by pseudonym: what they bought, where, and what came back. */
import { useParams } from 'react-router'
import { History } from './History'
import { type Part, ThingPage } from './ThingPage'

export function CustomerPage() {
  const id = useParams()['id'] ?? ''
  const query = { buyer: id }
  const parts: Part[] = [{ question: 'orders', query: { ...query, page: 1, size: 100 }, title: 'things.orders' }]
  return (
    <ThingPage id={id} question="customer" query={query} list="/customers" listTitle="customers.title" parts={parts}>
      <History question="customer_history" query={query} figures={['paid_amount', 'order_count']} by="channel" />
    </ThingPage>
  )
}
