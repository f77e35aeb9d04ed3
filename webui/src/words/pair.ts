/** A text that a person sees, in Chinese and in English: a pair cannot lack one of its languages. */
export type Pair = readonly [zh: string, en: string]

export type Pairs = Readonly<Record<string, Pair>>
