/** Something came in since the last close: say so, and offer the close. */
import { Alert, Button } from 'antd'
import { useCommand } from '../../api/jobs'
import { useTelling } from '../../pieces/useTelling'
import { useWords } from '../../words/words'

export function StaleBooks() {
  const t = useWords()
  const telling = useTelling()
  const closing = useCommand('close')
  const close = (
    <Button loading={closing.isPending} onClick={() => closing.mutate({}, { onError: telling.failed })}>
      {t('today.close_now')}
    </Button>
  )
  return <Alert type="warning" title={t('today.stale')} action={close} />
}
