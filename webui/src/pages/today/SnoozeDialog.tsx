/** Until which day a decision is put off: a few usual ones, or any. */
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { useSession } from '../../api/asking'
import { shiftDay, todayIn } from '../../formatting/dates'
import { DayField } from '../../pieces/DayField'
import { useWords } from '../../words/words'
import type { DialogProps } from './DismissDialog'

const USUAL_DAYS = [1, 3, 7, 14]

export function SnoozeDialog({ onGive, onClose }: DialogProps) {
  const t = useWords()
  const today = todayIn(useSession().data?.timezone ?? 'UTC')
  const tomorrow = shiftDay(today, 1)
  const [until, setUntil] = useState(tomorrow)
  return (
    <Modal
      open
      title={t('today.snooze_title')}
      okText={t('today.snooze')}
      cancelText={t('do.cancel')}
      okButtonProps={{ disabled: until <= today }}
      onOk={() => onGive({ command: 'snooze', body: { until } })}
      onCancel={onClose}
    >
      <div className="stack">
        <div className="row">
          {USUAL_DAYS.map((count) => (
            <Button key={count} type={until === shiftDay(today, count) ? 'primary' : 'default'} onClick={() => setUntil(shiftDay(today, count))}>
              {count === 1 ? t('today.tomorrow') : t('today.in_days', { count })}
            </Button>
          ))}
        </div>
        <DayField label={t('today.until')} min={tomorrow} value={until} onChange={setUntil} />
      </div>
    </Modal>
  )
}
