/** One import: its progress, and for each file what became of its rows, or what to do about it. */
import { Link } from 'react-router'
import { useSyncExternalStore } from 'react'
import { isOver } from '../../api/jobs'
import type { Job, LogLine } from '../../api/types'
import { Badge, type Tone } from '../../pieces/Badge'
import { JobRow } from '../../pieces/JobRow'
import { useTerms } from '../../pieces/Terms'
import { useWords } from '../../words/words'
import { uploading } from './uploads'

const TONES: Record<string, Tone> = { accepted: 'green', partial: 'amber', refused: 'red', duplicate: 'plain' }

/** Reasons for which a mapping is the remedy. */
const UNKNOWN = new Set(['format_unknown', 'FormatUnknown'])

export function ImportJob({ job }: { job: Job }) {
  const t = useWords()
  const uploads = useSyncExternalStore(uploading.subscribe, uploading.all)
  const lines = job.log.filter((line) => line.code === 'file')
  const read = new Set(lines.map((line) => line['path']))
  const sent = uploads.find((upload) => upload.jobId === job.job_id)?.files ?? []
  const waiting = isOver(job) ? [] : sent.filter((one) => !read.has(one.path))
  return (
    <div className="import-job">
      <JobRow job={job} />
      <ul className="stack tight">
        {lines.map((line) => (
          <FileLine key={`${String(line['path'])}|${String(line['member'] ?? '')}`} line={line} upload={job.upload ?? null} />
        ))}
        {waiting.map((one) => (
          <li key={one.path} className="file-line">
            <span className="grow cut">{one.path}</span>
            <span className="quiet small">{t(job.state === 'running' ? 'data.state.reading' : 'data.state.waiting')}</span>
          </li>
        ))}
      </ul>
      {job.state === 'done' && <p className="quiet small">{t('data.after')}</p>}
    </div>
  )
}

function FileLine({ line, upload }: { line: LogLine; upload: string | null }) {
  const t = useWords()
  const nameOf = useTerms()
  const status = String(line['status'])
  const path = String(line['path'])
  const count = (name: string) => Number(line[name] ?? 0).toLocaleString()
  const rows = { accepted: count('rows_accepted'), refused: count('rows_refused'), duplicate: count('rows_duplicate') }
  const isUnknown = status === 'refused' && UNKNOWN.has(String(line['reason']))
  return (
    <li className="file-line">
      <span className="grow">
        <span className="cut" style={{ display: 'block' }}>
          {path}
          {line['member'] ? ` › ${String(line['member'])}` : ''}
        </span>
        <span className="quiet small">{line['reason'] ? line.message : t('data.result', rows)}</span>
      </span>
      {isUnknown && upload && <Link to={`/data/mapping?upload=${encodeURIComponent(upload)}&path=${encodeURIComponent(path)}`}>{t('data.to_mapping')}</Link>}
      {rows.refused !== '0' && <Link to="/data/refused">{t('data.tab.refused')}</Link>}
      <Badge tone={TONES[status] ?? 'plain'}>{nameOf('import_status', status)}</Badge>
    </li>
  )
}
