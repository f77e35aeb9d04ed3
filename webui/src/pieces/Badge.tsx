/** A short label in quiet colours whose text reaches the contrast that Ant Design's tags miss. */
import type { ReactNode } from 'react'

export type Tone = 'plain' | 'accent' | 'amber' | 'red' | 'green'

const TONES: Record<Tone, { background: string; color: string }> = {
  plain: { background: 'var(--ground)', color: 'var(--quiet)' },
  accent: { background: 'var(--accent-soft)', color: 'var(--accent)' },
  amber: { background: 'var(--amber-soft)', color: 'var(--amber)' },
  red: { background: 'var(--red-soft)', color: 'var(--red)' },
  green: { background: 'var(--ground)', color: 'var(--green)' },
}

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  const style = {
    ...TONES[tone],
    padding: '1px 8px',
    borderRadius: 10,
    fontSize: 12.5,
    whiteSpace: 'nowrap' as const,
    border: '1px solid var(--line)',
  }
  return <span style={style}>{children}</span>
}
