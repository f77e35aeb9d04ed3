/** Everything that stands around the pages: choices, theme, language of the controls, the store of answers, the gate. */
import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { client } from '../api/client'
import { usePreferences } from '../preferences/preferences'
import { PreferencesProvider } from '../preferences/PreferencesProvider'
import { themeOf } from '../preferences/theme'
import { Gate } from './Gate'

function Themed() {
  const { lang, isDark } = usePreferences()
  dayjs.locale(lang === 'zh' ? 'zh-cn' : 'en')
  return (
    <ConfigProvider
      locale={lang === 'zh' ? zhCN : enGB}
      theme={themeOf(isDark, lang)}
      // Ant Design would put a space into two-character Chinese buttons.
      button={{ autoInsertSpace: false }}
    >
      <AntApp>
        <Gate />
      </AntApp>
    </ConfigProvider>
  )
}

export function App() {
  return (
    <QueryClientProvider client={client}>
      <PreferencesProvider>
        <Themed />
      </PreferencesProvider>
    </QueryClientProvider>
  )
}
