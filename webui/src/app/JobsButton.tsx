/** How many jobs run, and behind it each with its progress. */
import { SyncOutlined } from '@ant-design/icons'
import { Badge, Button, Popover } from 'antd'
import { isOver, useJobs } from '../api/jobs'
import { JobRow } from '../pieces/JobRow'
import { useWords } from '../words/words'

const MOST_SHOWN = 6

export function JobsButton({ isShort = false }: { isShort?: boolean }) {
  const t = useWords()
  const jobs = useJobs()
  const running = jobs.filter((job) => !isOver(job))
  const shown = jobs.slice(0, MOST_SHOWN)
  const list = (
    <div className="stack" style={{ width: 300, maxWidth: '80vw' }}>
      {shown.length === 0 && <p className="quiet">{t('shell.jobs_none')}</p>}
      {shown.map((job) => (
        <JobRow key={job.job_id} job={job} />
      ))}
    </div>
  )
  const label = running.length ? t('shell.jobs_running', { count: running.length }) : t('shell.jobs')
  return (
    <Popover trigger="click" placement="rightBottom" title={t('shell.jobs')} content={list}>
      <Button
        type="text"
        aria-label={label}
        icon={
          <Badge dot={running.length > 0}>
            <SyncOutlined aria-hidden spin={running.length > 0} />
          </Badge>
        }
        style={{ justifyContent: 'flex-start' }}
      >
        {!isShort && label}
      </Button>
    </Popover>
  )
}
