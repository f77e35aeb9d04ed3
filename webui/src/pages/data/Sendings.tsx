/** Files on their way to the server, each with how much of it has gone. */
import { Progress } from 'antd'
import { useSyncExternalStore } from 'react'
import { useWords } from '../../words/words'
import { MAX_FILE_MB, type Sending, uploading } from './uploads'

const isShown = (one: Sending): boolean => one.state !== 'sent'

export function Sendings() {
  const t = useWords()
  const uploads = useSyncExternalStore(uploading.subscribe, uploading.all)
  const files = uploads.flatMap((upload) => upload.files.filter(isShown).map((one) => ({ ...one, number: upload.number })))
  if (files.length === 0) return null
  return (
    <ul className="stack tight" aria-live="polite">
      {files.map((one) => (
        <li key={`${one.number}|${one.path}`} className="file-line">
          <span className="grow cut">{one.path}</span>
          {one.state === 'too_large' ? (
            <span className="down-text">{t('data.too_large', { limit: MAX_FILE_MB })}</span>
          ) : (
            <Progress
              aria-label={one.path}
              size="small"
              percent={one.size ? Math.floor((one.sent / one.size) * 100) : 100}
              {...(one.state === 'failed' && { status: 'exception' as const })}
              style={{ width: 160 }}
            />
          )}
          <span className="quiet small">{one.state === 'too_large' ? '' : (one.message ?? t(`data.state.${one.state as 'waiting' | 'sending' | 'failed'}`))}</span>
        </li>
      ))}
    </ul>
  )
}
