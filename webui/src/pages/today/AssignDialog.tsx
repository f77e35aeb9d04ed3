/** To whom a decision is given. */
import { Modal, Select } from 'antd'
import { useState } from 'react'
import { usePeople } from '../../api/people'
import { useWords } from '../../words/words'
import type { DialogProps } from './DismissDialog'

export function AssignDialog({ onGive, onClose }: DialogProps) {
  const t = useWords()
  const people = usePeople()
  const [person, setPerson] = useState<string>()
  return (
    <Modal
      open
      title={t('today.assign_title')}
      okText={t('today.assign')}
      cancelText={t('do.cancel')}
      okButtonProps={{ disabled: !person }}
      onOk={() => person && onGive({ command: 'assign', body: { person } })}
      onCancel={onClose}
    >
      <Select
        autoFocus
        style={{ width: '100%' }}
        aria-label={t('today.assign_title')}
        showSearch
        value={person}
        onChange={setPerson}
        options={people.map((name) => ({ value: name, label: name }))}
        notFoundContent={t('today.assign_none')}
      />
    </Modal>
  )
}
