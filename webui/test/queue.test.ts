/** Answers given offline are sent later, in order, once each. */
import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import { forgetSaid, keepSaid, readSaid, type Said, sendSaid } from '../src/offline/queue'

class Away extends Error {}

const isAway = (error: unknown): boolean => error instanceof Away

beforeEach(forgetSaid)

async function keepThree(): Promise<void> {
  for (const id of ['a', 'b', 'c']) await keepSaid('accept', { decision_id: id }, new Date('2026-07-08T09:00:00Z'))
}

const idsOf = (said: Said[]): unknown[] => said.map((one) => one.body['decision_id'])

test('what was said is sent in the order said, and then forgotten', async () => {
  await keepThree()
  const sent: Said[] = []
  const outcome = await sendSaid(async (said) => void sent.push(said), isAway)
  expect(idsOf(sent)).toEqual(['a', 'b', 'c'])
  expect(sent[0]?.said_at).toBe('2026-07-08T09:00:00.000Z')
  expect(outcome).toEqual({ sent: 3, refused: [], waiting: 0 })
  expect(await readSaid()).toEqual([])
})

test('while the server is away nothing is lost', async () => {
  await keepThree()
  let left = 1
  const deliver = async () => {
    if (left-- <= 0) throw new Away()
  }
  expect(await sendSaid(deliver, isAway)).toEqual({ sent: 1, refused: [], waiting: 2 })
  expect(idsOf(await readSaid())).toEqual(['b', 'c'])
})

test('a refusal is told and does not hold up the others', async () => {
  await keepThree()
  const deliver = async (said: Said) => {
    if (said.body['decision_id'] === 'b') throw new Error('decision_answered')
  }
  const outcome = await sendSaid(deliver, isAway)
  expect(outcome.refused.map((error) => error.message)).toEqual(['decision_answered'])
  expect([outcome.sent, outcome.waiting]).toEqual([2, 0])
})
