/** Amounts and figures as people read them. Values arrive as decimal strings and are never made into floats on the way. */
import type { Lang } from '../api/types'

export type Figure = string | number | null | undefined

const LOCALES: Record<Lang, string> = { zh: 'zh-CN', en: 'en-GB' }
const NONE = '–'
const DECIMAL = /^-?\d+(\.\d+)?$/

/** The formatter takes exact decimal strings; the library's types know only of numbers in some positions. */
type Exact = Intl.StringNumericLiteral

const formatters = new Map<string, Intl.NumberFormat>()

function formatter(lang: Lang, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = lang + JSON.stringify(options)
  const known = formatters.get(key) ?? new Intl.NumberFormat(LOCALES[lang], options)
  formatters.set(key, known)
  return known
}

function format(value: Figure, lang: Lang, options: Intl.NumberFormatOptions): string {
  if (value === null || value === undefined || value === '') return NONE
  const text = String(value)
  return DECIMAL.test(text) ? formatter(lang, options).format(text as Exact) : text
}

const isCurrency = (code: string): boolean => /^[A-Z]{3}$/.test(code)

/** Three digits are as many as an axis or the end of a range has room for. */
const SHORT: Intl.NumberFormatOptions = { notation: 'compact', maximumSignificantDigits: 3 }

/** An amount with its currency: ¥1,234.50, US$1,234.50. */
export function formatMoney(value: Figure, currency: string | null, lang: Lang, isShort = false): string {
  if (!currency || !isCurrency(currency)) {
    return format(value, lang, isShort ? SHORT : { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  }
  return format(value, lang, { style: 'currency', currency, ...(isShort && SHORT) })
}

/** A whole number with its thousands. */
export const formatCount = (value: Figure, lang: Lang): string => format(value, lang, { maximumFractionDigits: 0 })

/** A figure of no unit, to at most so many places. */
export const formatNumber = (value: Figure, lang: Lang, places = 2): string =>
  format(value, lang, { maximumFractionDigits: places })

/** A share of one as per cent. */
export const formatShare = (value: Figure, lang: Lang, places = 1): string =>
  format(value, lang, { style: 'percent', minimumFractionDigits: places, maximumFractionDigits: places })

/** A change with its sign: +3.2%. */
export const formatChange = (value: Figure, lang: Lang): string =>
  format(value, lang, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' })

/** Short for axes and tiles: 1.26万, 12.6k. */
export const formatShort = (value: Figure, lang: Lang): string => format(value, lang, SHORT)

/** A figure by the unit of its column: `CNY`, `currency/order`, `share`, `piece` … `currency` is the row's. */
export function formatFigure(value: Figure, unit: string | null, currency: string | null, lang: Lang, isShort = false): string {
  const [head, per] = (unit ?? '').split('/')
  if (unit === 'share') return formatShare(value, lang)
  if (head === 'currency' || isCurrency(head ?? '')) {
    return formatMoney(value, head === 'currency' ? currency : (head ?? null), lang, isShort)
  }
  if (isShort) return formatShort(value, lang)
  return formatNumber(value, lang, per || unit === 'ratio' || unit === 'index' ? 2 : 4)
}
