/** Bringing files in: the place to drop them, how far each is, and everything that came in before. */
import { Select } from 'antd'
import { useState } from 'react'
import { rowsOf, useMay, useQuestion } from '../../api/asking'
import { useJobs } from '../../api/jobs'
import { useTerms } from '../../pieces/Terms'
import { useWords } from '../../words/words'
import { DropZone } from './DropZone'
import { FilesReceived } from './FilesReceived'
import { ImportJob } from './ImportJob'
import { Sendings } from './Sendings'
import { sendFiles } from './uploads'

const MOST_JOBS = 5

export function Files() {
  const t = useWords()
  const nameOf = useTerms()
  const [shop, setShop] = useState('')
  const shops = rowsOf(useQuestion('shops', { page: 1, size: 200 }).data)
  const imports = useJobs().filter((job) => job.kind === 'import')
  const options = shops.map((row) => ({ value: String(row['shop_id']), label: nameOf('shop', String(row['shop_id'])) }))
  return (
    <div className="stack">
      {useMay('import') && (
        <section className="card stack">
          <DropZone onPicked={(picked) => void sendFiles(picked, shop)} />
          <label className="labelled" style={{ maxWidth: 420 }}>
            {t('data.shop')}
            <Select
              allowClear
              aria-label={t('data.shop')}
              value={shop || undefined}
              onChange={(one?: string) => setShop(one ?? '')}
              options={options}
              showSearch={{ optionFilterProp: 'label' }}
            />
          </label>
          <Sendings />
          {imports.slice(0, MOST_JOBS).map((job) => (
            <ImportJob key={job.job_id} job={job} />
          ))}
        </section>
      )}
      <FilesReceived />
    </div>
  )
}
