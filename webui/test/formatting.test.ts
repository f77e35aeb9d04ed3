/** Amounts keep every digit that was sent; days are words and are never shifted. */
import { expect, test } from 'vitest'
import { daysBetween, formatDay, formatElapsed, formatInstant, shiftDay, todayIn } from '../src/formatting/dates'
import { formatChange, formatCount, formatFigure, formatMoney, formatShare } from '../src/formatting/money'

test('money carries its currency and its own number of places', () => {
  expect(formatMoney('1234.5', 'CNY', 'zh')).toBe('¥1,234.50')
  expect(formatMoney('1234.5', 'USD', 'zh')).toBe('US$1,234.50')
  expect(formatMoney('1234.5', 'JPY', 'zh')).toBe('JP¥1,235')
  expect(formatMoney('-0.05', 'CNY', 'en')).toBe('-CN¥0.05')
})

test('an amount beyond the precision of a float is exact', () => {
  expect(formatMoney('9007199254740993.07', 'CNY', 'zh')).toBe('¥9,007,199,254,740,993.07')
})

test('what is unknown is a dash and never zero', () => {
  expect(formatMoney(null, 'CNY', 'zh')).toBe('–')
  expect(formatCount(undefined, 'en')).toBe('–')
  expect(formatShare('', 'zh')).toBe('–')
})

test('an amount without a currency is a plain number', () => {
  expect(formatMoney('1234.5', null, 'zh')).toBe('1,234.50')
})

test('the unit of a column decides how its figure is written', () => {
  expect(formatFigure('0.1234', 'share', null, 'zh')).toBe('12.3%')
  expect(formatFigure('33.7', 'currency/order', 'USD', 'zh')).toBe('US$33.70')
  expect(formatFigure('33.7', 'CNY/order', null, 'zh')).toBe('¥33.70')
  expect(formatFigure('310142.0000', 'piece', null, 'en')).toBe('310,142')
})

test('large figures are short in the way of the language', () => {
  expect(formatMoney('12600', 'CNY', 'zh', true)).toBe('¥1.26万')
  expect(formatMoney('12600', 'USD', 'en', true)).toMatch(/^US\$12\.6\s?[Kk]$/)
})

test('a change has its sign, nought has none', () => {
  expect([formatChange('0.032', 'en'), formatChange('-0.018', 'en'), formatChange('0', 'en')]).toEqual(['+3.2%', '-1.8%', '0%'])
})

test('instants are shown in the company’s zone, days as they are', () => {
  expect(formatInstant('2026-07-08T17:30:00', 'Asia/Shanghai')).toBe('2026-07-09 01:30')
  expect(formatInstant('2026-07-08T17:30:00Z', 'UTC')).toBe('2026-07-08 17:30')
  expect(formatDay('2026-07-08', 'zh')).toBe('2026-07-08')
  expect(formatDay('2026-07-08', 'zh', true)).toBe('7月8日')
  expect(todayIn('Asia/Shanghai', new Date('2026-07-08T17:30:00Z'))).toBe('2026-07-09')
})

test('days step over months and leap days', () => {
  expect(shiftDay('2024-02-28', 2)).toBe('2024-03-01')
  expect(daysBetween('2026-12-30', '2027-01-01')).toEqual(['2026-12-30', '2026-12-31', '2027-01-01'])
})

test('a time taken is seconds, then minutes', () => {
  expect([formatElapsed(3400, 'en'), formatElapsed(125_000, 'zh')]).toEqual(['3 s', '2 分 5 秒'])
})
