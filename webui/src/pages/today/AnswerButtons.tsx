/** Accept, dismiss with why, put off, give to somebody; an answered one can be opened again. */
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useMay } from '../../api/asking'
import type { Decision } from '../../api/types'
import { useWords } from '../../words/words'
import { AssignDialog } from './AssignDialog'
import { DismissDialog } from './DismissDialog'
import { SnoozeDialog } from './SnoozeDialog'
import { type Given, useAnswering } from './useAnswering'

type Dialog = 'dismiss' | 'snooze' | 'assign' | null

export function AnswerButtons({ decision }: { decision: Decision }) {
  const t = useWords()
  const mayDecide = useMay('accept')
  const mayAssign = useMay('assign')
  const answering = useAnswering(decision)
  const [dialog, setDialog] = useState<Dialog>(null)
  if (!mayDecide) return null
  const give = (given: Given) => {
    answering.mutate(given)
    setDialog(null)
  }
  const close = () => setDialog(null)
  if (decision.answer && decision.answer !== 'assign') {
    return (
      <div className="decision-answers">
        <Button size="small" onClick={() => give({ command: 'reopen' })}>
          {t('today.reopen')}
        </Button>
      </div>
    )
  }
  const more = [
    { key: 'snooze', label: t('today.snooze'), onClick: () => setDialog('snooze') },
    ...(mayAssign ? [{ key: 'assign', label: t('today.assign'), onClick: () => setDialog('assign') }] : []),
  ]
  return (
    <div className="decision-answers">
      <Button type="primary" size="small" loading={answering.isPending} onClick={() => give({ command: 'accept' })}>
        {t('today.accept')}
      </Button>
      <Button size="small" onClick={() => setDialog('dismiss')}>
        {t('today.dismiss')}
      </Button>
      <Dropdown trigger={['click']} menu={{ items: more }}>
        <Button size="small">{t('word.more')}</Button>
      </Dropdown>
      {dialog === 'dismiss' && <DismissDialog onGive={give} onClose={close} />}
      {dialog === 'snooze' && <SnoozeDialog onGive={give} onClose={close} />}
      {dialog === 'assign' && <AssignDialog onGive={give} onClose={close} />}
    </div>
  )
}
