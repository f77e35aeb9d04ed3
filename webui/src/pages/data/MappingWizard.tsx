/** Teaching the books a report that they do not know: choose the file, check the draft, bring it in. */
import { Button, Steps } from 'antd'
import { useState } from 'react'
import { type Fields, text } from '../../address/codec'
import { useAddress } from '../../address/useAddress'
import { useCommand, useJobs } from '../../api/jobs'
import type { Job } from '../../api/types'
import { Empty, Failed } from '../../pieces/States'
import { useWords } from '../../words/words'
import { DraftEditor } from './DraftEditor'
import { shopFields } from './uploads'

interface Wanted {
  upload: string
  path: string
}

const FIELDS: Fields<Wanted> = { upload: text(), path: text() }

/** Files of the newest imports that were refused and still wait on the server. */
function refusedOf(jobs: Job[]): Wanted[] {
  return jobs.flatMap((job) =>
    job.upload
      ? job.log.filter((line) => line.code === 'file' && line['status'] === 'refused').map((line) => ({ upload: job.upload ?? '', path: String(line['path']) }))
      : [],
  )
}

export function MappingWizard() {
  const t = useWords()
  const [wanted, change] = useAddress(FIELDS)
  const drafting = useCommand('suggest-mapping')
  const importing = useCommand('import')
  const [mapping, setMapping] = useState('')
  const [shop, setShop] = useState('')
  const draft = (file: Wanted) => {
    change(file)
    importing.reset()
    drafting.mutate({ ...file }, { onSuccess: ({ result }) => setMapping(String(result?.['mapping'] ?? '')) })
  }
  const step = importing.isSuccess ? 3 : drafting.isSuccess ? 1 : 0
  const titles = (['file', 'columns', 'try'] as const).map((one) => ({ title: t(`mapping.step.${one}`) }))
  const error = importing.error ?? drafting.error
  return (
    <section className="card stack">
      <h2>{t('mapping.title')}</h2>
      <Steps size="small" current={step} items={titles} />
      {error && <Failed error={error} />}
      {step === 0 && <Choice wanted={wanted} isBusy={drafting.isPending} onDraft={draft} />}
      {step === 1 && (
        <DraftEditor
          mapping={mapping}
          onMapping={setMapping}
          isBusy={importing.isPending}
          onBack={drafting.reset}
          shop={shop}
          onShop={setShop}
          onImport={() => importing.mutate({ upload: wanted.upload, path: wanted.path, mapping, ...shopFields(shop) })}
        />
      )}
      {step === 3 && <Empty title={t('mapping.done')} />}
    </section>
  )
}

function Choice({ wanted, isBusy, onDraft }: { wanted: Wanted; isBusy: boolean; onDraft: (file: Wanted) => void }) {
  const t = useWords()
  const waiting = refusedOf(useJobs())
  const named = wanted.upload && !waiting.some((one) => one.upload === wanted.upload && one.path === wanted.path) ? [wanted] : []
  const files = [...named, ...waiting]
  if (files.length === 0) return <Empty title={t('mapping.none')} next={t('mapping.none_next')} />
  return (
    <div className="stack">
      <p className="quiet">{t('mapping.file_lead')}</p>
      <ul>
        {files.map((file) => (
          <li key={`${file.upload}|${file.path}`} className="file-line">
            <span className="grow cut">{file.path}</span>
            <Button type={file.path === wanted.path ? 'primary' : 'default'} loading={isBusy} onClick={() => onDraft(file)}>
              {t('mapping.draft')}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}
