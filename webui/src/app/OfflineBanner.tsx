/** Says that the server is away while the page stays, and how many answers wait; sends them once it is back. */
import { useEffect, useSyncExternalStore } from 'react'
import { connection } from '../api/connection'
import { refreshAll } from '../api/client'
import { queued, sendWaiting } from '../offline/sending'
import { tellError } from '../pieces/States'
import { useTelling } from '../pieces/useTelling'
import { useWords } from '../words/words'

export function OfflineBanner() {
  const t = useWords()
  const isOnline = useSyncExternalStore(connection.subscribe, connection.isOnline)
  const waiting = useSyncExternalStore(queued.subscribe, queued.count)
  useSending(isOnline)
  if (isOnline && waiting === 0) return null
  return (
    <aside className="banner" role="status">
      {!isOnline && <span>{t('offline.banner')} </span>}
      {waiting > 0 && <span>{t('offline.queued', { count: waiting })}</span>}
    </aside>
  )
}

/** Whenever the server is there: what waits goes out, and what it refused is said. */
function useSending(isOnline: boolean): void {
  const t = useWords()
  const telling = useTelling()
  useEffect(() => {
    if (!isOnline) return
    void sendWaiting().then((outcome) => {
      if (outcome.sent > 0) {
        telling.done(t('offline.sent', { count: outcome.sent }))
        refreshAll()
      }
      for (const error of outcome.refused) telling.failed(new Error(t('offline.refused', { message: tellError(error, t).what })))
    })
    // The words and the teller change with every drawing; only coming back is a reason to send.
  }, [isOnline])
}
