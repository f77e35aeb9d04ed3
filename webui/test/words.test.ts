/** Every text stands in both languages, once, with the same fields. */
import { expect, test } from 'vitest'
import { BOOKS, say, WORDS } from '../src/words/words'

const ENTRIES = Object.entries(WORDS)

test('no text is empty in either language', () => {
  expect(ENTRIES.filter(([, [zh, en]]) => !zh.trim() || !en.trim())).toEqual([])
})

test('both languages name the same fields', () => {
  const fieldsOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort()
  const differing = ENTRIES.filter(([, [zh, en]]) => fieldsOf(zh).join() !== fieldsOf(en).join())
  expect(differing.map(([key]) => key)).toEqual([])
})

test('no key stands in two books', () => {
  const count = Object.values(BOOKS).reduce((sum, book) => sum + Object.keys(book).length, 0)
  expect(count).toBe(ENTRIES.length)
})

test('English texts hold no Chinese but the name of the language', () => {
  const mixed = ENTRIES.filter(([key, [, en]]) => key !== 'shell.switch_language' && /[\u4e00-\u9fff]/.test(en))
  expect(mixed.map(([key]) => key)).toEqual([])
})

test('fields are filled in', () => {
  expect(say('en', 'word.total', { count: 7 })).toBe('7 in total')
  expect(say('zh', 'word.total', { count: 7 })).toBe('共 7 条')
})
