/**
 * What a page shows, written into its address: a link says it, the back button undoes it, a saved view is the text.
 * A page declares its fields once; what equals its default is left out.
 */
export type Members = Readonly<Record<string, readonly string[]>>

interface Field<T> {
  first: T
  read: (texts: string[]) => T | undefined
  write: (value: T) => string[]
}

export type Fields<S> = { readonly [K in keyof S]: Field<S[K]> }

/** Any text. */
export const text = (first = ''): Field<string> => ({ first, read: ([one]) => one, write: (value) => [value] })

/** One of some words; anything else is the first. */
export function choice<T extends string>(words: readonly T[], first: T): Field<T> {
  return { first, read: ([one]) => words.find((word) => word === one), write: (value) => [value] }
}

/** Texts in order, joined by commas. */
export const list = (first: string[] = []): Field<string[]> => ({
  first,
  read: ([one]) => (one === undefined ? undefined : one.split(',').filter(Boolean)),
  write: (value) => [value.join(',')],
})

/** A whole number within bounds. */
export const count = (first: number, least = 1, most = 1_000_000): Field<number> => ({
  first,
  read: ([one]) => {
    const value = Number(one)
    return Number.isInteger(value) && value >= least && value <= most ? value : undefined
  },
  write: (value) => [String(value)],
})

/** A day as a word; anything that is not one is nothing. */
export const day = (first = ''): Field<string> => ({
  first,
  read: ([one]) => (one !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(one) ? one : undefined),
  write: (value) => [value],
})

export const flag = (): Field<boolean> => ({ first: false, read: ([one]) => one === '1', write: (value) => [value ? '1' : ''] })

/** Members of dimensions to keep: `channel:taobao`, repeated. */
export const members = (): Field<Members> => ({ first: {}, read: readMembers, write: writeMembers })

function readMembers(texts: string[]): Members {
  const told: Record<string, string[]> = {}
  for (const one of texts) {
    const colon = one.indexOf(':')
    if (colon > 0) (told[one.slice(0, colon)] ??= []).push(one.slice(colon + 1))
  }
  return told
}

function writeMembers(value: Members): string[] {
  return Object.entries(value).flatMap(([name, some]) => some.map((member) => `${name}:${member}`))
}

/** The state that an address holds; what it lacks or garbles is the default. */
export function decodeState<S extends object>(fields: Fields<S>, told: URLSearchParams): S {
  const names = Object.keys(fields) as (keyof S & string)[]
  const pairs = names.map((name) => {
    const found = told.getAll(name)
    return [name, (found.length ? fields[name].read(found) : undefined) ?? fields[name].first]
  })
  return Object.fromEntries(pairs) as S
}

/** The address of a state. */
export function encodeState<S extends object>(fields: Fields<S>, state: S): URLSearchParams {
  const told = new URLSearchParams()
  for (const name of Object.keys(fields) as (keyof S & string)[]) {
    const texts = fields[name].write(state[name])
    if (texts.join('\n') === fields[name].write(fields[name].first).join('\n')) continue
    for (const one of texts) told.append(name, one)
  }
  return told
}
