/** The page of one thing: its facts, its history, and its parts, each a question of its own. */
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { rowsOf, useQuestion } from '../../api/asking'
import type { Query } from '../../api/http'
import { PageHead } from '../../pieces/PageHead'
import { Empty, Fetched } from '../../pieces/States'
import { shorten } from '../../pieces/Terms'
import { AnswerTable } from '../../tables/AnswerTable'
import type { Drawing } from '../../tables/columns'
import { type Key, useWords } from '../../words/words'
import { Facts } from './Facts'

/** Orders in a part lead to their own page. */
const linkOrder: Drawing['render'] = (column, row) => {
  if (column.name !== 'platform_order_id' || !row['shop_id'] || !row['platform_order_id']) return undefined
  const [shop, order] = [String(row['shop_id']), String(row['platform_order_id'])]
  return <Link to={`/orders/${encodeURIComponent(shop)}/${encodeURIComponent(order)}`}>{order}</Link>
}

export interface Part {
  question: string
  query: Query
  title: Key
}

interface ThingPageProps {
  id: string
  question: string
  query: Query
  list: string
  listTitle: Key
  parts: Part[]
  children?: ReactNode
}

export function ThingPage({ id, question, query, list, listTitle, parts, children }: ThingPageProps) {
  const t = useWords()
  const answer = useQuestion(question, query)
  const title = String(rowsOf(answer.data)[0]?.['title'] ?? (question === 'customer' ? `${t('column.buyer_key')} ${shorten(id)}` : id))
  return (
    <div className="stack">
      <PageHead title={title} lead={<Link to={list}>{`‹ ${t(listTitle)}`}</Link>} />
      <Fetched of={answer}>
        {(found) =>
          found.rows.length === 0 ? (
            <div className="card">
              <Empty title={t('things.not_found', { id })} next={t('things.not_found_next')} />
            </div>
          ) : (
            <>
              <section className="card">
                <h2>{t('things.facts')}</h2>
                {found.rows.length === 1 ? <Facts answer={found} /> : <AnswerTable answer={found} label={t('things.facts')} />}
              </section>
              {children}
              {parts.map((part) => (
                <PartTable key={part.question} part={part} />
              ))}
            </>
          )
        }
      </Fetched>
    </div>
  )
}

function PartTable({ part }: { part: Part }) {
  const t = useWords()
  const answer = useQuestion(part.question, part.query)
  return (
    <section className="card">
      <h2>{t(part.title)}</h2>
      <Fetched of={answer}>{(found) => <AnswerTable answer={found} label={t(part.title)} render={linkOrder} />}</Fetched>
    </section>
  )
}
