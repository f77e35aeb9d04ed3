/** What a guest sees: the questions that were granted, one at a time, each as a table that can be taken along. */
import { Button, Form, Input, Select } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useCatalogue, useMetrics, useQuestion, useSession } from '../../api/asking'
import { send } from '../../api/http'
import type { Answer, Parameter, QuestionEntry } from '../../api/types'
import { LanguageButton } from '../../app/LanguageButton'
import { Notes } from '../../pieces/Notes'
import { Empty, Fetched } from '../../pieces/States'
import { useTerms } from '../../pieces/Terms'
import { useTelling } from '../../pieces/useTelling'
import { usePreferences } from '../../preferences/preferences'
import { AnswerTable } from '../../tables/AnswerTable'
import { named, useWords } from '../../words/words'

const METRIC = 'metric:'
const SIZE = 200

export function Guest() {
  const t = useWords()
  const { lang } = usePreferences()
  const session = useSession().data
  const nameOf = useTerms()
  const catalogue = useCatalogue().data
  const [chosen, setChosen] = useState('')
  const questions = catalogue?.questions ?? []
  const options = [
    ...questions.map((one) => ({ value: one.name, label: named(lang, one) })),
    ...(catalogue?.metrics ?? []).map((one) => ({ value: METRIC + one.name, label: named(lang, one) })),
  ]
  const wanted = chosen || (options[0]?.value ?? '')
  const question = questions.find((one) => one.name === wanted)
  return (
    <main className="main stack" style={{ margin: '0 auto' }}>
      <title>{`${t('guest.title')} · ${t('app.name')}`}</title>
      <header className="page-head">
        <h1>{session?.company || t('guest.title')}</h1>
        <p className="lead quiet">{t('guest.lead', { name: session?.name ?? '', shops: (session?.shops ?? []).map((one) => nameOf('shop', one)).join(', ') })}</p>
        <div className="acts row">
          <LanguageButton />
          <Leave />
        </div>
      </header>
      {options.length === 0 && <Empty title={t('state.empty')} />}
      {options.length > 0 && (
        <section className="card stack">
          <label className="labelled">
            {t('guest.choose')}
            <Select aria-label={t('guest.choose')} value={wanted} options={options} showSearch={{ optionFilterProp: 'label' }} onChange={setChosen} />
          </label>
          {question && <Asked key={wanted} question={question} />}
          {wanted.startsWith(METRIC) && <Measured key={wanted} metric={wanted.slice(METRIC.length)} />}
        </section>
      )}
    </main>
  )
}

function Leave() {
  const t = useWords()
  const store = useQueryClient()
  const telling = useTelling()
  const leave = () => void send('DELETE', '/session').then(() => store.resetQueries()).catch(telling.failed)
  return <Button onClick={leave}>{t('shell.sign_out')}</Button>
}

/** A question that needs to be told something first asks for it. */
function Asked({ question }: { question: QuestionEntry }) {
  const t = useWords()
  const { lang } = usePreferences()
  const needed: Parameter[] = question.parameters.filter((one) => one.required)
  const [given, setGiven] = useState<Record<string, string> | null>(needed.length === 0 ? {} : null)
  const paged = question.listing ? { page: 1, size: SIZE } : {}
  const answer = useQuestion(question.name, { ...given, ...paged }, given !== null)
  return (
    <>
      {needed.length > 0 && (
        <Form<Record<string, string>> layout="inline" onFinish={setGiven}>
          {needed.map((one) => (
            <Form.Item key={one.name} name={one.name} label={named(lang, one)} rules={[{ required: true, message: t('sign_in.needed') }]}>
              <Input />
            </Form.Item>
          ))}
          <Button htmlType="submit">{t('do.open')}</Button>
        </Form>
      )}
      {given !== null && <Fetched of={answer}>{(found) => <Told answer={found} label={named(lang, question)} />}</Fetched>}
    </>
  )
}

function Measured({ metric }: { metric: string }) {
  const answer = useMetrics({ names: [metric], grain: 'month' })
  return <Fetched of={answer}>{(found) => <Told answer={found} label={metric} />}</Fetched>
}

function Told({ answer, label }: { answer: Answer; label: string }) {
  return (
    <>
      <Notes notes={answer.notes} isCut={answer.is_cut} />
      <AnswerTable answer={answer} label={label} size={50} />
    </>
  )
}
