/** Which columns a list shows; none chosen means all. A box is ticked at once, before the address and the table follow. */
import { Button, Checkbox, Popover } from 'antd'
import { useEffect, useState } from 'react'
import type { Answer } from '../api/types'
import { useNarrow } from '../pieces/useNarrow'
import { useWords } from '../words/words'
import { useTitles } from './useTitles'

interface ColumnChoiceProps {
  answer: Answer | undefined
  chosen: string[]
  onChoose: (columns: string[]) => void
}

export function ColumnChoice({ answer, chosen, onChoose }: ColumnChoiceProps) {
  const t = useWords()
  const titleOf = useTitles()
  const [ticked, setTicked] = useState(chosen)
  useEffect(() => setTicked(chosen), [chosen])
  if (useNarrow() || !answer) return null
  const all = answer.columns.map((column) => column.name)
  const options = answer.columns.map((column) => ({ value: column.name, label: titleOf(column) }))
  const choose = (some: string[]) => {
    const columns = some.length === all.length ? [] : all.filter((name) => some.includes(name))
    setTicked(columns)
    onChoose(columns)
  }
  const boxes = (
    <Checkbox.Group
      value={ticked.length ? ticked : all}
      options={options}
      onChange={choose}
      style={{ display: 'flex', flexDirection: 'column', gap: 4, maxHeight: 420, overflowY: 'auto', flexWrap: 'nowrap' }}
    />
  )
  return (
    <Popover trigger="click" placement="bottomRight" title={t('do.columns')} content={boxes}>
      <Button>{t('do.columns')}</Button>
    </Popover>
  )
}
