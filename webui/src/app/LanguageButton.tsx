/** One press changes the language in place: the page, its filters and what is typed stay. */
import { TranslationOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { usePreferences } from '../preferences/preferences'
import { useWords } from '../words/words'

export function LanguageButton() {
  const t = useWords()
  const { lang, choose } = usePreferences()
  const other = lang === 'zh' ? 'en' : 'zh'
  return (
    <Button
      type="text"
      icon={<TranslationOutlined aria-hidden />}
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => choose({ lang: other })}
      style={{ justifyContent: 'flex-start' }}
    >
      {t('shell.switch_language')}
    </Button>
  )
}
