/**
 * A drafted mapping as lines that a person can check. The server writes one line for each thing, with its certainty
 * behind a `#`; what is changed here changes these lines and leaves all others as they were.
 */

export interface DraftColumn {
  header: string
  /** `table.column` of the books for each place where the header is used. */
  targets: string[]
  certainty: number | null
  isSure: boolean
  /** Whether it says in which currency the amounts are. */
  isCurrency: boolean
}

interface Place {
  line: number
  table: string
  column: string
  header: string
  note: string
}

const TABLE = /^ {2}(\w+):\s*$/
const TARGET = /^ {6}(\w+): "((?:[^"\\]|\\.)*)"\s*(?:#\s*(.*))?$/
const FIELD = /^ {2}"((?:[^"\\]|\\.)*)": \{/
const CURRENCY = /^currency: \{field: "((?:[^"\\]|\\.)*)"\}/m
const IGNORED = /^ {2}- "((?:[^"\\]|\\.)*)"/

const unquoted = (text: string): string => JSON.parse(`"${text}"`) as string

function placesOf(text: string): Place[] {
  const places: Place[] = []
  let [section, table] = ['', '']
  text.split('\n').forEach((told, line) => {
    const top = /^(\w+):/.exec(told)
    if (top) section = top[1] ?? ''
    if (section !== 'tables') return
    table = TABLE.exec(told)?.[1] ?? table
    const target = TARGET.exec(told)
    if (target) places.push({ line, table, column: target[1] ?? '', header: unquoted(target[2] ?? ''), note: target[3] ?? '' })
  })
  return places
}

function headersOf(text: string): string[] {
  const headers: string[] = []
  let section = ''
  for (const told of text.split('\n')) {
    section = /^(\w+):/.exec(told)?.[1] ?? section
    const found = section === 'fields' ? FIELD.exec(told) : section === 'ignored' ? IGNORED.exec(told) : null
    if (found) headers.push(unquoted(found[1] ?? ''))
  }
  return headers
}

/** Every header of the report with what the draft takes it for. */
export function readDraft(text: string): DraftColumn[] {
  const places = placesOf(text)
  const currency = CURRENCY.exec(text)?.[1]
  return headersOf(text).map((header) => {
    const mine = places.filter((one) => one.header === header)
    const notes = mine.map((one) => /^([01]\.\d+)\s*(.*)$/.exec(one.note)).filter((one) => one !== null)
    const certainty = notes.length ? Math.min(...notes.map((one) => Number(one[1]))) : null
    return {
      header,
      targets: mine.map((one) => `${one.table}.${one.column}`),
      certainty,
      isSure: mine.length > 0 && notes.every((one) => one[2]?.startsWith('sure')),
      isCurrency: currency !== undefined && unquoted(currency) === header,
    }
  })
}

/** The draft with one use of a header meaning another column of the same table. */
export function renameTarget(text: string, header: string, from: string, to: string): string {
  const lines = text.split('\n')
  for (const place of placesOf(text)) {
    if (place.header === header && `${place.table}.${place.column}` === from) {
      lines[place.line] = `      ${to}: ${JSON.stringify(header)}   # checked`
    }
  }
  return lines.join('\n')
}

/** The draft without a header: it stands among the ignored ones instead. */
export function leaveOut(text: string, header: string): string {
  const gone = new Set(placesOf(text).filter((one) => one.header === header).map((one) => one.line))
  let section = ''
  const kept = text.split('\n').filter((told, line) => {
    section = /^(\w+):/.exec(told)?.[1] ?? section
    const field = section === 'fields' ? FIELD.exec(told) : null
    return !gone.has(line) && !(field && unquoted(field[1] ?? '') === header)
  })
  const ignored = kept.findIndex((told) => told.startsWith('ignored:'))
  const item = `  - ${JSON.stringify(header)}`
  if (ignored >= 0) {
    kept.splice(ignored, 1, 'ignored:', item)
    return kept.join('\n')
  }
  const tables = kept.findIndex((told) => told.startsWith('tables:'))
  kept.splice(tables < 0 ? kept.length : tables, 0, 'ignored:', item)
  return kept.join('\n')
}
