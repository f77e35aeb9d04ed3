/** What is shown, as a file: the server writes it, with cells that a spreadsheet would run made harmless. */
import { DownloadOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { addressOf, type Query } from '../api/http'
import { usePreferences } from '../preferences/preferences'
import { useWords } from '../words/words'

export function ExportMenu({ question, query }: { question: string; query: Query }) {
  const t = useWords()
  const { lang } = usePreferences()
  const link = (format: string, label: string) => ({
    key: format,
    label: (
      <a href={addressOf(`/downloads/${question}`, { ...query, format, lang })} download>
        {label}
      </a>
    ),
  })
  const items = [link('csv', t('do.export_csv')), link('xlsx', t('do.export_xlsx'))]
  return (
    <Dropdown trigger={['click']} menu={{ items }}>
      <Button icon={<DownloadOutlined aria-hidden />}>{t('do.export')}</Button>
    </Dropdown>
  )
}
