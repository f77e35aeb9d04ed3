/** Which SKU a listing stands for: suggestions to confirm or reject, and every link with the way back. */
import { useQueryClient } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useMay } from '../../api/asking'
import { useCommand } from '../../api/jobs'
import type { Row } from '../../api/types'
import { useTerms } from '../../pieces/Terms'
import { useTelling } from '../../pieces/useTelling'
import { PagedTable } from '../../tables/PagedTable'
import { useWords } from '../../words/words'
import { MoveDialog } from './MoveDialog'

const STATES = ['suggested', 'none', 'confirmed', 'rejected', 'exact'] as const
type State = (typeof STATES)[number]

const QUESTION_OF: Partial<Record<State, string>> = { suggested: 'link_suggestions', none: 'unmapped_skus' }

const SUGGESTED = ['scope', 'alias', 'title', 'seller_sku_code', 'sku_title', 'net_amount', 'rule', 'confidence'] as const
const LINKED = ['scope', 'alias_kind', 'alias', 'seller_sku_code', 'rule', 'confidence', 'decided_by', 'decided_at'] as const
const SOLD = ['shop_id', 'title', 'variant_text', 'platform_listing_id', 'amount', 'line_count'] as const
const SOLD_KEY = ['shop_id', 'platform_listing_id', 'platform_variant_id', 'variant_text', 'title', 'currency']
const SHOWN: Partial<Record<State, readonly string[]>> = { suggested: SUGGESTED, none: SOLD }
const EMPTY = { suggested: { title: 'links.none', next: 'links.none_next' }, none: { title: 'links.all', next: 'links.none_next' } } as const

export function Links() {
  const t = useWords()
  const nameOf = useTerms()
  const [state, setState] = useState<State>('suggested')
  const empty = state === 'suggested' || state === 'none' ? EMPTY[state] : undefined
  return (
    <section className="card stack">
      <div className="row apart">
        <div>
          <h2>{t('links.title')}</h2>
          <p className="quiet">{t('links.lead')}</p>
        </div>
        <CloseNow />
      </div>
      <div className="scroll">
        <Segmented<State>
          aria-label={t('column.status')}
          value={state}
          onChange={setState}
          options={STATES.map((one) => ({ value: one, label: t(`links.status.${one}`) }))}
        />
      </div>
      <PagedTable
        key={state}
        question={QUESTION_OF[state] ?? 'links'}
        query={state in QUESTION_OF ? {} : { status: state }}
        label={t('links.title')}
        shown={SHOWN[state] ?? LINKED}
        keys={state === 'none' ? SOLD_KEY : ['scope', 'alias_kind', 'alias']}
        search={t('do.search')}
        empty={empty ? { title: t(empty.title), next: t(empty.next) } : { title: t('state.empty') }}
        render={(column, row) => (column.name === 'scope' ? <span style={{ whiteSpace: 'nowrap' }}>{nameOf('shop', String(row['scope'] ?? ''))}</span> : undefined)}
        actions={(row) => <LinkAnswers row={row} />}
      />
    </section>
  )
}

function CloseNow() {
  const t = useWords()
  const telling = useTelling()
  const closing = useCommand('close')
  if (!useMay('close')) return null
  return (
    <Button loading={closing.isPending} onClick={() => closing.mutate({}, { onError: telling.failed })}>
      {t('links.close_next')}
    </Button>
  )
}

function LinkAnswers({ row }: { row: Row }) {
  const t = useWords()
  const telling = useTelling()
  const store = useQueryClient()
  const [isMoving, setMoving] = useState(false)
  const linking = useCommand('link')
  const mayLink = useMay('link')
  if (!mayLink || row['alias'] === null) return null
  const say = (verdict: string, sku?: string) =>
    linking.mutate(
      { scope: row['scope'] ?? row['shop_id'], alias_kind: row['alias_kind'], alias: row['alias'], verdict, ...(sku && { sku }) },
      {
        onError: telling.failed,
        onSuccess: () => {
          telling.done(t('links.said'))
          void store.invalidateQueries({ queryKey: ['question', 'links'] })
        },
      },
    )
  const said = linking.data && linking.variables?.['verdict'] !== 'undo'
  const status = row['status']
  return (
    <div className="row" style={{ flexWrap: 'nowrap' }}>
      {said || status === 'confirmed' || status === 'rejected' ? (
        <Button size="small" onClick={() => say('undo')}>
          {t('do.undo')}
        </Button>
      ) : (
        <>
          {status === 'suggested' && (
            <Button size="small" type="primary" onClick={() => say('confirm', String(row['seller_sku_code']))}>
              {t('links.confirm')}
            </Button>
          )}
          {status !== undefined && (
            <Button size="small" onClick={() => say('reject')}>
              {t('links.reject')}
            </Button>
          )}
          <Button size="small" onClick={() => setMoving(true)}>
            {t(status === undefined ? 'links.choose' : 'links.move')}
          </Button>
        </>
      )}
      {isMoving && (
        <MoveDialog
          onClose={() => setMoving(false)}
          onChoose={(sku) => {
            say('confirm', sku)
            setMoving(false)
          }}
        />
      )}
    </div>
  )
}
