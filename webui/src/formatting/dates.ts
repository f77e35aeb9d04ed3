/** Business dates as they are written, instants in the company's zone. Dates are never shifted: a day is a word, not a moment. */
import type { Lang } from '../api/types'

const NONE = '–'
const LOCALES: Record<Lang, string> = { zh: 'zh-CN', en: 'en-GB' }

/** 2026-07-08 → 2026-07-08; with `isShort` 7月8日 or 8 Jul. */
export function formatDay(day: string | null | undefined, lang: Lang, isShort = false): string {
  if (!day) return NONE
  if (!isShort) return day.slice(0, 10)
  const parts: Intl.DateTimeFormatOptions = { month: lang === 'zh' ? 'long' : 'short', day: 'numeric', timeZone: 'UTC' }
  return new Intl.DateTimeFormat(LOCALES[lang], parts).format(new Date(`${day.slice(0, 10)}T00:00:00Z`))
}

/** A naive UTC instant in the zone: 2026-07-08 09:30. */
export function formatInstant(instant: string | null | undefined, zone: string): string {
  if (!instant) return NONE
  const isNaive = !/(Z|[+-]\d\d:?\d\d)$/.test(instant)
  const moment = new Date(isNaive ? `${instant}Z` : instant)
  if (Number.isNaN(moment.getTime())) return instant
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(moment)
  const told = Object.fromEntries(parts.map((part) => [part.type, part.value]))
  return `${told['year']}-${told['month']}-${told['day']} ${told['hour']}:${told['minute']}`
}

/** The day so many days after another, both as words. */
export function shiftDay(day: string, count: number): string {
  const moment = new Date(`${day}T00:00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + count)
  return moment.toISOString().slice(0, 10)
}

/** Today in the zone, as a word. */
export function todayIn(zone: string, now = new Date()): string {
  return formatInstant(now.toISOString(), zone).slice(0, 10)
}

/** Every day from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days = []
  for (let day = from; day <= to; day = shiftDay(day, 1)) days.push(day)
  return days
}

/** How long something took or takes: 3 s, 2 min 5 s. */
export function formatElapsed(milliseconds: number, lang: Lang): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const [minute, second] = lang === 'zh' ? [' 分 ', ' 秒'] : [' min ', ' s']
  return seconds < 60 ? `${seconds}${second}` : `${Math.floor(seconds / 60)}${minute}${seconds % 60}${second}`
}
