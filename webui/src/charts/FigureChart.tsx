/** One metric of an answer as a chart, in the theme and language chosen; amounts of different currencies never share an axis. */
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useCatalogue, useSession } from '../api/asking'
import type { Answer } from '../api/types'
import { formatFigure } from '../formatting/money'
import { useMetricName } from '../pieces/Definition'
import { useTerms } from '../pieces/Terms'
import { usePreferences } from '../preferences/preferences'
import { fontOf, paletteOf } from '../preferences/theme'
import { useWords } from '../words/words'
import { Chart } from './Chart'
import { inCurrency, listCurrencies } from './currencies'
import { type Kind, optionOf } from './option'
import { figuresOf } from './series'

interface FigureChartProps {
  answer: Answer
  metric: string
  by: string[]
  grain: string
  kind: Kind
  /** What the figure is called where it is no metric of the register. */
  name?: string
}

const LYING_ROW_PX = 26
const LEAST_HEIGHT_PX = 220
const HEIGHT_PX = 320

export function FigureChart({ answer, metric, by, grain, kind, name }: FigureChartProps) {
  const t = useWords()
  const { lang, isDark } = usePreferences()
  const nameOf = useTerms()
  const base = useSession().data?.base_currency ?? null
  const registered = useMetricName()(metric)
  const currencies = useMemo(() => listCurrencies(answer, metric), [answer, metric])
  const [chosen, setChosen] = useState('')
  const currency = currencies.find((one) => one === chosen) ?? currencies.find((one) => one === base) ?? currencies[0] ?? null
  const unit = answer.columns.find((column) => column.name === metric)?.unit ?? null
  const isNamed = useCatalogue().data !== undefined
  const restName = t('performance.rest')
  const figures = useMemo(
    () => figuresOf(inCurrency(answer, currency), metric, by, grain, nameOf, restName),
    // nameOf is made with every drawing and says the same while the language and the catalogue stay.
    [answer, currency, metric, by.join(), grain, restName, lang, isNamed],
  )
  const isLying = !grain
  const option = useMemo(() => {
    const show = (value: number, isShort: boolean) => formatFigure(value, unit, currency ?? base, lang, isShort)
    return optionOf({
      figures,
      kind: isLying ? 'bar' : kind,
      palette: paletteOf(isDark),
      font: fontOf(lang),
      show: (value) => show(value, false),
      showShort: (value) => show(value, true),
      isLying,
      isStacked: kind === 'bar' && !isLying && unit !== 'share' && !(unit ?? '').includes('/'),
    })
  }, [figures, kind, isDark, lang, unit, base, currency, isLying])
  const height = isLying ? Math.max(LEAST_HEIGHT_PX, figures.places.length * LYING_ROW_PX + 40) : HEIGHT_PX
  return (
    <div className="stack tight">
      {currencies.length > 1 && currency && (
        <Segmented<string> aria-label={t('performance.currency')} size="small" value={currency} onChange={setChosen} options={currencies} style={{ alignSelf: 'start' }} />
      )}
      <Chart option={option} label={t('performance.chart_label', { metric: name ?? registered })} height={height} />
    </div>
  )
}
