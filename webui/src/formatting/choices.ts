/** Currencies and time zones to choose from, named by the browser in the language chosen. */
import type { Lang } from '../api/types'

const CURRENCIES = 'CNY USD EUR GBP JPY HKD TWD SGD MYR THB IDR PHP VND KRW AUD CAD MXN BRL INR AED SAR PLN SEK CHF'.split(' ')

interface Option {
  value: string
  label: string
}

/** The currencies of trade across borders, the most usual first. */
export function currencyOptions(lang: Lang): Option[] {
  const names = new Intl.DisplayNames(lang === 'zh' ? 'zh-CN' : 'en', { type: 'currency' })
  return CURRENCIES.map((code) => ({ value: code, label: `${code} ${names.of(code) ?? ''}` }))
}

/** Every zone that the browser knows. */
export const zoneOptions = (): Option[] => Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }))
