/** A barcode scanned or typed, and the product it stands on. */
import { Button, Input } from 'antd'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { text } from '../../address/codec'
import { useAddress } from '../../address/useAddress'
import { rowsOf, useQuestion } from '../../api/asking'
import type { Answer } from '../../api/types'
import { PageHead } from '../../pieces/PageHead'
import { Empty, Fetched } from '../../pieces/States'
import { useWords } from '../../words/words'
import { Facts } from '../things/Facts'
import { canScan, useScanner } from './useScanner'

const FIELDS = { code: text() }

export function LookUp() {
  const t = useWords()
  const [{ code }, change] = useAddress(FIELDS)
  const scanner = useScanner((found) => change({ code: found }))
  useEffect(() => scanner.stop, [scanner.stop])
  return (
    <div className="stack lookup">
      <PageHead title={t('lookup.title')} />
      <div className="card stack">
        {canScan() ? (
          <>
            <video ref={scanner.video} muted playsInline hidden={!scanner.isOn} className="scanner" aria-label={t('lookup.scan')} />
            <Button size="large" onClick={scanner.isOn ? scanner.stop : () => void scanner.start()}>
              {scanner.isOn ? t('lookup.stop') : t('lookup.scan')}
            </Button>
            {scanner.hasFailed && <p role="alert">{t('lookup.no_camera')}</p>}
          </>
        ) : (
          <p className="quiet">{t('lookup.cannot_scan')}</p>
        )}
        <label className="labelled">
          {t('lookup.typed')}
          <Input.Search
            key={code}
            size="large"
            defaultValue={code}
            allowClear
            enterButton={t('do.search')}
            onSearch={(typed) => change({ code: typed.trim() })}
          />
        </label>
      </div>
      {code ? <Found code={code} /> : <Empty title={t('lookup.begin')} />}
    </div>
  )
}

function Found({ code }: { code: string }) {
  const answer = useQuestion('product_by_code', { code })
  return (
    <div aria-live="polite">
      <Fetched of={answer}>{(found) => <Products answer={found} code={code} />}</Fetched>
    </div>
  )
}

function Products({ answer, code }: { answer: Answer; code: string }) {
  const t = useWords()
  const rows = rowsOf(answer)
  if (rows.length === 0) return <Empty title={t('lookup.none', { code })} next={t('lookup.none_next')} />
  return (
    <div className="stack tight">
      {rows.map((row, place) => (
        <section key={place} className="card stack tight">
          <h2>
            <Link to={`/products/${encodeURIComponent(String(row['sku_id']))}`}>{String(row['title'] ?? row['sku_id'])}</Link>
          </h2>
          <Facts answer={{ ...answer, rows: answer.rows.slice(place, place + 1) }} />
        </section>
      ))}
    </div>
  )
}
