/** Drafted mappings, uploads and the pivot: what is shown follows from what was sent. */
import { expect, test } from 'vitest'
import type { Answer } from '../src/api/types'
import { figuresOf } from '../src/charts/series'
import { leaveOut, readDraft, renameTarget } from '../src/pages/data/draft'
import { shopFields, spread } from '../src/pages/data/uploads'
import { cellKey, gridOf } from '../src/pages/explore/pivot'

const DRAFT = `id: "unknown"
currency: {field: "钱"}   # guessed
fields:
  "单号": {type: id, required: true}   # order_lines.platform_order_id 0.81 sure
  "日期": {type: date}   # orders.shipped_on 0.64 please check
  "钱": {type: text}
ignored:
  - "奇怪列"
tables:
  order_lines:
    line_key: ["单号"]
    columns:
      platform_order_id: "单号"   # 0.81 sure
  orders:
    columns:
      platform_order_id: "单号"   # 0.81 sure
      shipped_on: "日期"   # 0.64 please check`

test('a draft is read as headers with what they are taken for', () => {
  expect(readDraft(DRAFT)).toEqual([
    { header: '单号', targets: ['order_lines.platform_order_id', 'orders.platform_order_id'], certainty: 0.81, isSure: true, isCurrency: false },
    { header: '日期', targets: ['orders.shipped_on'], certainty: 0.64, isSure: false, isCurrency: false },
    { header: '钱', targets: [], certainty: null, isSure: false, isCurrency: true },
    { header: '奇怪列', targets: [], certainty: null, isSure: false, isCurrency: false },
  ])
})

test('another meaning changes one line and no other', () => {
  const changed = renameTarget(DRAFT, '日期', 'orders.shipped_on', 'paid_on')
  expect(changed).toBe(DRAFT.replace('      shipped_on: "日期"   # 0.64 please check', '      paid_on: "日期"   # checked'))
})

test('a header left out stands among the ignored', () => {
  const changed = readDraft(leaveOut(DRAFT, '日期'))
  expect(changed.find((one) => one.header === '日期')?.targets).toEqual([])
  expect(changed.map((one) => one.header).sort()).toEqual(['单号', '奇怪列', '日期', '钱'].sort())
})

test('bytes sent fill the files in their order', () => {
  expect(spread([{ size: 10 }, { size: 5 }, { size: 5 }], 12)).toEqual([10, 2, 0])
})

const ANSWER: Answer = {
  columns: [
    { name: 'month', type: 'text', unit: null },
    { name: 'channel', type: 'text', unit: null },
    { name: 'gmv', type: 'decimal', unit: 'CNY' },
  ],
  rows: [
    ['2026-02', 'jd', '5.00'],
    ['2026-01', 'jd', '7.00'],
    ['2026-01', 'taobao', '90.00'],
  ],
  generation: 1,
  as_of: null,
  notes: [],
  is_cut: false,
}

test('a pivot has its members on both sides and nothing where nothing happened', () => {
  const grid = gridOf(ANSWER, ['channel'], ['month'])
  expect(grid.down.map((one) => one.key)).toEqual(['jd', 'taobao'])
  expect(grid.across.map((one) => one.key)).toEqual(['2026-01', '2026-02'])
  expect(grid.cells.get(cellKey('taobao', '2026-02'))).toBeUndefined()
  expect(grid.cells.get(cellKey('jd', '2026-02'))?.['gmv']).toBe('5.00')
})

test('a chart has a line for each member, the largest first, and gaps where there is nothing', () => {
  const { places, series } = figuresOf(ANSWER, 'gmv', ['channel'], 'month', (_, code) => code, 'rest')
  expect(places).toEqual(['2026-01', '2026-02'])
  expect(series).toEqual([
    { name: 'taobao', values: [90, null] },
    { name: 'jd', values: [7, 5] },
  ])
})

test('a shop is sent as its channel and its name', () => {
  expect(shopFields('taobao/青禾')).toEqual({ channel: 'taobao', shop: '青禾' })
  expect(shopFields('')).toEqual({})
})
