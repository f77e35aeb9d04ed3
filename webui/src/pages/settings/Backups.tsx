/** Backups: make one, see that it is sound, take it away, bring one in, and put one back in place of the books. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { type ChangeEvent, useRef } from 'react'
import { useResource } from '../../api/asking'
import { addressOf, send } from '../../api/http'
import { useCommand, useJobs } from '../../api/jobs'
import { JobRow } from '../../pieces/JobRow'
import { Empty, Fetched } from '../../pieces/States'
import { useTelling } from '../../pieces/useTelling'
import { useWords } from '../../words/words'

interface Backup {
  name: string
  bytes: number
}

const MIB = 1024 * 1024
const KINDS = new Set(['backup', 'check-backup', 'restore-here'])
const MOST_JOBS = 2

export function Backups() {
  const t = useWords()
  const telling = useTelling()
  const backing = useCommand('backup')
  const jobs = useJobs().filter((job) => KINDS.has(job.kind))
  const newest = jobs[0]
  // A backup that has just been written stands in the list from then on.
  const backups = useResource<{ backups: Backup[] }>('/backups', { after: newest?.ended_at ?? '' })
  return (
    <>
      <section className="card stack">
        <div className="row apart">
          <div>
            <h2>{t('settings.tab.backup')}</h2>
            <p className="quiet">{t('backup.lead')}</p>
          </div>
          <Button type="primary" loading={backing.isPending} onClick={() => backing.mutate({}, { onError: telling.failed })}>
            {t('backup.make')}
          </Button>
        </div>
        {jobs.slice(0, MOST_JOBS).map((job) => (
          <JobRow key={job.job_id} job={job} />
        ))}
        <Fetched of={backups}>
          {(found) =>
            found.backups.length === 0 ? (
              <Empty title={t('backup.none')} next={t('backup.none_next')} />
            ) : (
              <ul>
                {found.backups.map((one) => (
                  <BackupLine key={one.name} backup={one} />
                ))}
              </ul>
            )
          }
        </Fetched>
      </section>
      <section className="card stack tight">
        <h2>{t('backup.restore')}</h2>
        <p>{t('backup.restore_lead')}</p>
        <BringIn />
        <p>
          <a href={addressOf('/export', { format: 'parquet' })} download>
            {t('backup.tables')}
          </a>
        </p>
      </section>
    </>
  )
}

/** A backup that was kept elsewhere comes into the list. */
function BringIn() {
  const t = useWords()
  const telling = useTelling()
  const store = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const bringing = useMutation({
    mutationFn: (file: File) => send<Backup>('POST', '/backups', { file }),
    onError: telling.failed,
    onSuccess: ({ name }) => {
      telling.done(t('backup.brought', { name }))
      void store.invalidateQueries({ queryKey: ['resource', '/backups'] })
    },
  })
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    if (file) bringing.mutate(file)
    event.target.value = ''
  }
  return (
    <div>
      <Button loading={bringing.isPending} onClick={() => input.current?.click()}>
        {t('backup.bring')}
      </Button>
      <input ref={input} type="file" accept=".zip" hidden aria-label={t('backup.bring')} onChange={choose} />
    </div>
  )
}

function BackupLine({ backup }: { backup: Backup }) {
  const t = useWords()
  const telling = useTelling()
  const checking = useCommand('check-backup')
  const restoring = useCommand('restore-here')
  return (
    <li className="file-line">
      <span className="grow mono cut">{backup.name}</span>
      <span className="quiet small">{(backup.bytes / MIB).toFixed(1)} MB</span>
      <a href={addressOf(`/backups/${encodeURIComponent(backup.name)}`)} download>
        {t('backup.download')}
      </a>
      <Button size="small" loading={checking.isPending} onClick={() => checking.mutate({ name: backup.name }, { onError: telling.failed })}>
        {t('backup.check')}
      </Button>
      <Popconfirm
        title={t('backup.restore_sure')}
        okText={t('backup.restore')}
        cancelText={t('do.cancel')}
        onConfirm={() => restoring.mutate({ name: backup.name }, { onError: telling.failed })}
      >
        <Button size="small" loading={restoring.isPending}>
          {t('backup.restore')}
        </Button>
      </Popconfirm>
    </li>
  )
}
