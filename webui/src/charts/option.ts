/** How figures are drawn: colours from the one table, words of the axes short, room for the legend above. */
import type { EChartsCoreOption } from 'echarts/core'
import type { Palette } from '../preferences/theme'
import type { Figures } from './series'

export type Kind = 'line' | 'bar'

export interface Drawn {
  figures: Figures
  kind: Kind
  palette: Palette
  font: string
  show: (value: number) => string
  showShort: (value: number) => string
  /** Members on a flat axis are read better lying down. */
  isLying: boolean
  isStacked: boolean
}

const MANY_PLACES = 60
const LONGEST_LABEL_PX = 150

export function optionOf(drawn: Drawn): EChartsCoreOption {
  const { figures, palette } = drawn
  const hasLegend = figures.series.length > 1
  const names = { type: 'category', data: figures.places, axisLine: { lineStyle: { color: palette.line } }, axisTick: { show: false } }
  const values = { type: 'value', splitLine: { lineStyle: { color: palette.line } } }
  const label = { color: palette.quiet, fontSize: 12 }
  const valueAxis = { ...values, axisLabel: { ...label, formatter: drawn.showShort } }
  const lying = { ...names, inverse: true, axisLabel: { ...label, width: LONGEST_LABEL_PX, overflow: 'truncate' } }
  return {
    color: palette.series,
    animationDuration: 200,
    aria: { enabled: false },
    textStyle: { fontFamily: drawn.font },
    grid: { left: 8, right: 16, bottom: figures.places.length > MANY_PLACES ? 44 : 8, top: hasLegend ? 64 : 16, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: palette.raised,
      borderColor: palette.line,
      textStyle: { color: palette.text },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? drawn.show(value) : '–'),
    },
    ...(hasLegend && { legend: { type: 'scroll', top: 8, textStyle: { color: palette.text }, pageTextStyle: { color: palette.quiet } } }),
    ...(figures.places.length > MANY_PLACES && !drawn.isLying && { dataZoom: [{ type: 'inside' }, { type: 'slider', height: 18, bottom: 8 }] }),
    xAxis: drawn.isLying ? valueAxis : { ...names, axisLabel: label },
    yAxis: drawn.isLying ? lying : valueAxis,
    series: figures.series.map((one) => ({
      type: drawn.kind,
      name: one.name,
      data: one.values,
      showSymbol: figures.places.length < 2,
      lineStyle: { width: 2 },
      barMaxWidth: 36,
      ...(drawn.isStacked && { stack: 'all' }),
    })),
  }
}
