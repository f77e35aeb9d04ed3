/** The ranked list of decisions, page by page, and what is said when nothing is left. */
import { Pagination, Select, Switch } from 'antd'
import { useState } from 'react'
import { TODO_SIZE, useTodo } from '../../api/asking'
import type { Todo } from '../../api/types'
import { Fetched, Empty } from '../../pieces/States'
import { todayWords } from '../../words/today'
import { type Key, useWords } from '../../words/words'
import { DecisionCard } from './DecisionCard'

const KIND = 'decision.'
const KINDS = Object.keys(todayWords).filter((key) => key.startsWith(KIND)) as Key[]

export function Decisions() {
  const t = useWords()
  const [isAll, setAll] = useState(false)
  const [kind, setKind] = useState('')
  const [page, setPage] = useState(1)
  const todo = useTodo(isAll, kind, page)
  const from = (act: () => void) => {
    setPage(1)
    act()
  }
  return (
    <section aria-labelledby="decisions-head" className="stack tight">
      <div className="row apart">
        <h2 id="decisions-head">
          {t('today.decisions')} <span className="quiet small">{t('today.ranked')}</span>
        </h2>
        <div className="row wide">
          <KindChoice kind={kind} onKind={(one) => from(() => setKind(one))} />
          <label className="row">
            <Switch size="small" checked={isAll} onChange={(all) => from(() => setAll(all))} aria-label={t('today.show_all')} />
            {t('today.show_all')}
          </label>
        </div>
      </div>
      <Fetched of={todo} rows={8}>
        {(found) => <Ranked todo={found} page={page} onPage={setPage} />}
      </Fetched>
    </section>
  )
}

function KindChoice({ kind, onKind }: { kind: string; onKind: (kind: string) => void }) {
  const t = useWords()
  const options = KINDS.map((key) => ({ value: key.slice(KIND.length), label: t(key) }))
  return (
    <Select
      aria-label={t('today.kind_all')}
      size="small"
      value={kind}
      onChange={onKind}
      options={[{ value: '', label: t('today.kind_all') }, ...options]}
      popupMatchSelectWidth={false}
    />
  )
}

function Ranked({ todo, page, onPage }: { todo: Todo; page: number; onPage: (page: number) => void }) {
  const t = useWords()
  const total = todo.total ?? todo.decisions.length
  if (todo.decisions.length === 0) {
    const next = t('today.nothing_next', { wait: todo.wait_count, unsaid: todo.cannot_say_count })
    return (
      <div className="card">
        <Empty title={t('today.nothing')} next={next} />
      </div>
    )
  }
  return (
    <>
      <ol className="stack tight">
        {todo.decisions.map((one) => (
          <DecisionCard key={one.decision_id} decision={one} />
        ))}
      </ol>
      {total > TODO_SIZE && (
        <Pagination
          align="end"
          size="small"
          current={page}
          pageSize={TODO_SIZE}
          total={total}
          showSizeChanger={false}
          showTotal={(count) => t('word.total', { count })}
          onChange={onPage}
        />
      )}
    </>
  )
}
