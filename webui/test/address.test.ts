/** What a page shows can be written into its address and read back. */
import { expect, test } from 'vitest'
import { decodeState, encodeState } from '../src/address/codec'
import { FIELDS, type Shown } from '../src/pages/performance/fields'
import { daysOf, rangeOf } from '../src/pages/performance/periods'

const FIRST = decodeState(FIELDS, new URLSearchParams())

const SHOWN: Shown = {
  metrics: ['gmv', 'refund_rate'],
  by: ['shop', 'sku'],
  grain: 'week',
  from: '2026-07-01',
  to: '2026-07-31',
  compare: 'year',
  currency: 'CNY',
  only: { channel: ['taobao', 'jd'], shop: ['taobao/旗舰店: 一'] },
  chart: 'bar',
  drawn: 'gmv',
}

test('a state survives the way through the address', () => {
  expect(decodeState(FIELDS, new URLSearchParams(encodeState(FIELDS, SHOWN).toString()))).toEqual(SHOWN)
})

test('what equals its default is not written', () => {
  expect(encodeState(FIELDS, FIRST).toString()).toBe('')
})

test('no dimension at all is a choice that survives', () => {
  const none = { ...FIRST, by: [] }
  expect(decodeState(FIELDS, encodeState(FIELDS, none)).by).toEqual([])
})

test('what is garbled is the default', () => {
  const told = new URLSearchParams('grain=fortnight&from=yesterday&compare=<script>&chart=pie')
  expect(decodeState(FIELDS, told)).toEqual(FIRST)
})

test('the label of a period names its days', () => {
  expect(daysOf('2026-W01')).toEqual({ from: '2025-12-29', to: '2026-01-04' })
  expect(daysOf('2024-02')).toEqual({ from: '2024-02-01', to: '2024-02-29' })
  expect(daysOf('2026-Q3')).toEqual({ from: '2026-07-01', to: '2026-09-30' })
  expect(daysOf('2026')).toEqual({ from: '2026-01-01', to: '2026-12-31' })
  expect(daysOf('July')).toBeNull()
})

test('usual ranges end with the day of the books', () => {
  expect(rangeOf('d7', '2026-03-03')).toEqual({ from: '2026-02-25', to: '2026-03-03' })
  expect(rangeOf('last_month', '2026-03-03')).toEqual({ from: '2026-02-01', to: '2026-02-28' })
})
