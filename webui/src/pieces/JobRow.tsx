/** One job: what it is, how far, what it says, and how to stop it. */
import { Button, Progress } from 'antd'
import { cancelJob, isOver } from '../api/jobs'
import type { Job } from '../api/types'
import { usePreferences } from '../preferences/preferences'
import { sayIfKnown, useWords } from '../words/words'
import { useTelling } from './useTelling'

const STATUS = { queued: 'normal', running: 'active', done: 'success', failed: 'exception', cancelled: 'normal', stopped: 'exception' } as const

export function JobRow({ job }: { job: Job }) {
  const t = useWords()
  const { lang } = usePreferences()
  const telling = useTelling()
  const name = sayIfKnown(lang, `job.${job.kind}`, job.kind)
  const percent = job.state === 'done' ? 100 : Math.round((job.progress ?? 0) * 100)
  const cancel = () => void cancelJob(job).catch((error: Error) => telling.failed(error))
  return (
    <div>
      <div className="row apart">
        <strong>{name}</strong>
        <span className="quiet small">{t(`job.state.${job.state}`)}</span>
      </div>
      <Progress percent={percent} size="small" status={STATUS[job.state]} aria-label={name} />
      <div className="row apart">
        <span className="quiet small grow">{job.error?.message ?? job.message ?? job.stage}</span>
        {!isOver(job) && (
          <Button size="small" type="link" onClick={cancel}>
            {t('data.job_cancel')}
          </Button>
        )}
      </div>
    </div>
  )
}
