/** Which SKU a listing stands for: suggestions to confirm or reject, and every link with the way back. */
import { useQueryClient } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useMay } from '../../api/asking'
import { useCommand } from '../../api/jobs'
import type { Row } from '../../api/types'
import { useTelling } from '../../pieces/useTelling'
import { PagedTable } from '../../tables/PagedTable'
import { useWords } from '../../words/words'
import { MoveDialog } from './MoveDialog'

const STATES = ['suggested', 'confirmed', 'rejected', 'exact'] as const
type State = (typeof STATES)[number]

const SUGGESTED = ['scope', 'alias', 'title', 'seller_sku_code', 'sku_title', 'net_amount', 'rule', 'confidence'] as const
const LINKED = ['scope', 'alias_kind', 'alias', 'seller_sku_code', 'rule', 'confidence', 'decided_by', 'decided_at'] as const

export function Links() {
  const t = useWords()
  const [state, setState] = useState<State>('suggested')
  const isSuggested = state === 'suggested'
  return (
    <section className="card stack">
      <div className="row apart">
        <div>
          <h2>{t('links.title')}</h2>
          <p className="quiet">{t('links.lead')}</p>
        </div>
        <CloseNow />
      </div>
      <Segmented<State>
        aria-label={t('column.status')}
        value={state}
        onChange={setState}
        options={STATES.map((one) => ({ value: one, label: t(`links.status.${one}`) }))}
        style={{ alignSelf: 'start' }}
      />
      <PagedTable
        key={state}
        question={isSuggested ? 'link_suggestions' : 'links'}
        query={isSuggested ? {} : { status: state }}
        label={t('links.title')}
        shown={isSuggested ? SUGGESTED : LINKED}
        keys={['scope', 'alias_kind', 'alias']}
        search={t('do.search')}
        empty={isSuggested ? { title: t('links.none'), next: t('links.none_next') } : { title: t('state.empty') }}
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
  if (!useMay('link')) return null
  const say = (verdict: string, sku?: string) =>
    linking.mutate(
      { scope: row['scope'], alias_kind: row['alias_kind'], alias: row['alias'], verdict, ...(sku && { sku }) },
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
          <Button size="small" onClick={() => say('reject')}>
            {t('links.reject')}
          </Button>
          <Button size="small" onClick={() => setMoving(true)}>
            {t('links.move')}
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
