/** A list of hundreds of thousands of things: the server sorts, filters, searches and pages; the address holds all of it. */
import { Input, Pagination } from 'antd'
import { useMemo } from 'react'
import { useAddress } from '../address/useAddress'
import { rowsOf, useCatalogue, useQuestion } from '../api/asking'
import type { Answer } from '../api/types'
import { PageHead } from '../pieces/PageHead'
import { Notes } from '../pieces/Notes'
import { Empty, Fetched } from '../pieces/States'
import { useNarrow } from '../pieces/useNarrow'
import { useWords } from '../words/words'
import { ColumnChoice } from './ColumnChoice'
import { ExportMenu } from './ExportMenu'
import { ListFilters } from './ListFilters'
import { LIST_FIELDS, type Listing, type ListState, queryOfList, SIZES } from './listing'
import { ListTable } from './ListTable'
import { ThingCards } from './ThingCards'

export function ListPage({ listing }: { listing: Listing }) {
  const t = useWords()
  const [state, change] = useAddress<ListState>(LIST_FIELDS)
  const query = useMemo(() => queryOfList(state), [state])
  const answer = useQuestion(listing.question, query)
  const { page: _page, size: _size, ...wanted } = query
  return (
    <div className="stack">
      <PageHead title={t(listing.title)} lead={t(listing.lead)}>
        <ColumnChoice answer={answer.data} chosen={state.columns} onChoose={(columns) => change({ columns })} />
        <ExportMenu question={listing.question} query={wanted} />
      </PageHead>
      <div className="filters">
        <label className="search">
          {t('do.search')}
          <Input.Search
            key={state.search}
            allowClear
            defaultValue={state.search}
            placeholder={t(listing.search)}
            onSearch={(search) => change({ search: search.trim(), page: 1 })}
          />
        </label>
        <ListFilters question={listing.question} only={state.only} onOnly={(only) => change({ only, page: 1 })} />
      </div>
      <Fetched of={answer} rows={12}>
        {(found) => <Body listing={listing} answer={found} state={state} change={change} isBusy={answer.isPlaceholderData} />}
      </Fetched>
    </div>
  )
}

interface BodyProps {
  listing: Listing
  answer: Answer
  state: ListState
  change: (some: Partial<ListState>, isStep?: boolean) => void
  isBusy: boolean
}

function Body({ listing, answer, state, change, isBusy }: BodyProps) {
  const t = useWords()
  const isNarrow = useNarrow()
  const catalogue = useCatalogue().data
  const rows = useMemo(() => rowsOf(answer), [answer])
  if (rows.length === 0) {
    const isFiltered = state.search !== '' || Object.keys(state.only).length > 0
    const title = isFiltered ? t('state.no_match') : t(listing.empty)
    return (
      <div className="card">
        <Empty title={title} next={isFiltered ? t('state.no_match_next') : t('things.empty_next')} />
      </div>
    )
  }
  const total = answer.total ?? (state.page - 1) * state.size + rows.length
  const sorts = catalogue?.questions.find((one) => one.name === listing.question)?.listing?.sorts ?? []
  const list = { listing, answer, rows, sorts, state, change, isBusy }
  return (
    <div className="stack tight" aria-busy={isBusy}>
      <Notes notes={answer.notes} />
      {isNarrow ? <ThingCards {...list} /> : <ListTable {...list} />}
      <Pagination
        align="end"
        size="small"
        current={state.page}
        pageSize={state.size}
        total={total}
        showSizeChanger
        pageSizeOptions={[...SIZES]}
        showTotal={(count) => t('word.total', { count: count.toLocaleString() })}
        onChange={(page, size) => change(size === state.size ? { page } : { page: 1, size }, true)}
      />
    </div>
  )
}
