/** A drawing from options; made anew when the theme or the language changes, and as wide as its place. */
import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'
import { Loading } from '../pieces/States'

interface ChartProps {
  option: EChartsCoreOption
  label: string
  height?: number
}

export function Chart({ option, label, height = 320 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<EChartsType | null>(null)

  useEffect(() => {
    let made: EChartsType | null = null
    let isGone = false
    const resizing = new ResizeObserver(() => made?.resize())
    void import('./engine').then(({ init }) => {
      if (isGone || !place.current) return
      made = init(place.current)
      resizing.observe(place.current)
      setChart(made)
    })
    return () => {
      isGone = true
      resizing.disconnect()
      made?.dispose()
      setChart(null)
    }
  }, [])

  useEffect(() => {
    chart?.setOption(option, { notMerge: true })
  }, [chart, option])

  return (
    <div role="img" aria-label={label}>
      {!chart && <Loading rows={5} />}
      <div ref={place} style={{ height: chart ? height : 1 }} />
    </div>
  )
}
