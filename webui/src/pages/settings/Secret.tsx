/** A secret that is shown once, with the button to copy it. */
import { Button, Modal } from 'antd'
import { useTelling } from '../../pieces/useTelling'
import { useWords } from '../../words/words'

export function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useWords()
  const telling = useTelling()
  const copy = () => void navigator.clipboard.writeText(secret).then(() => telling.done(t('do.copied')), telling.failed)
  return (
    <Modal open title={t('tokens.shown_once')} onCancel={onClose} footer={<Button onClick={onClose}>{t('do.close')}</Button>}>
      <div className="row">
        <code className="mono grow" style={{ overflowWrap: 'anywhere' }}>
          {secret}
        </code>
        <Button type="primary" onClick={copy}>
          {t('do.copy')}
        </Button>
      </div>
    </Modal>
  )
}
