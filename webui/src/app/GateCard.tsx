/** The card in the middle of the window, before anybody is in. */
import type { ReactNode } from 'react'
import { Button } from 'antd'
import { usePreferences } from '../preferences/preferences'
import { useWords } from '../words/words'

export function GateCard({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const t = useWords()
  const { lang, choose } = usePreferences()
  return (
    <main className="centre">
      <title>{`${title} · ${t('app.name')}`}</title>
      <div className="gate stack">
        <div className="row apart">
          <span className="brand" style={{ padding: 0 }}>
            <img src="/icon.svg" alt="" />
            {t('app.name')}
          </span>
          <Button type="text" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => choose({ lang: lang === 'zh' ? 'en' : 'zh' })}>
            {t('shell.switch_language')}
          </Button>
        </div>
        <div className="card stack" style={{ padding: 24 }}>
          <div>
            <h1>{title}</h1>
            {lead && <p className="quiet">{lead}</p>}
          </div>
          {children}
        </div>
      </div>
    </main>
  )
}
