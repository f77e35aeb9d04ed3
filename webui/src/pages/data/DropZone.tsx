/** Where files and folders are dropped; the buttons do the same for those who cannot drag. */
import { CloudUploadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ChangeEvent, type DragEvent, useRef, useState } from 'react'
import { useWords } from '../../words/words'
import { pickDropped, type Picked, pickedOf } from './picking'

export function DropZone({ onPicked }: { onPicked: (picked: Picked[]) => void }) {
  const t = useWords()
  const [isOver, setOver] = useState(false)
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void pickDropped(event.dataTransfer.items).then(onPicked)
  }
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    if (event.target.files) onPicked(pickedOf(event.target.files))
    // The same file may be chosen again once it was mended.
    event.target.value = ''
  }
  const over = (event: DragEvent) => {
    event.preventDefault()
    setOver(true)
  }
  return (
    <div className={isOver ? 'drop over' : 'drop'} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop}>
      <CloudUploadOutlined aria-hidden style={{ fontSize: 32 }} />
      <strong>{t('data.drop')}</strong>
      <span className="quiet">{t('data.drop_hint')}</span>
      <div className="row">
        <Button type="primary" onClick={() => files.current?.click()}>
          {t('data.choose_files')}
        </Button>
        <Button onClick={() => folder.current?.click()}>{t('data.choose_folder')}</Button>
      </div>
      <input ref={files} type="file" multiple hidden aria-label={t('data.choose_files')} onChange={choose} />
      <input ref={folder} type="file" multiple hidden aria-label={t('data.choose_folder')} onChange={choose} {...{ webkitdirectory: '' }} />
    </div>
  )
}
