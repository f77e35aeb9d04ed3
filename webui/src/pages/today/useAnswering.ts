/** Answering a decision: it leaves the list at once and comes back if the server refuses; offline it waits in the queue. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Decision, Todo } from '../../api/types'
import { giveAnswer } from '../../offline/sending'
import { useTelling } from '../../pieces/useTelling'
import { type Key, useWords } from '../../words/words'

export type Command = 'accept' | 'dismiss' | 'snooze' | 'assign' | 'reopen'

export interface Given {
  command: Command
  body?: { why?: string; until?: string; person?: string }
}

/** What the list shows of the answer before the server has confirmed it. */
export function answered(todo: Todo, id: string, given: Given): Todo {
  const told = (one: Decision): Decision => {
    if (given.command === 'assign') return { ...one, assignee: given.body?.person ?? null }
    const answer = given.command === 'reopen' ? null : given.command
    return { ...one, answer, why: given.body?.why ?? null, until_on: given.body?.until ?? null }
  }
  return { ...todo, decisions: todo.decisions.map((one) => (one.decision_id === id ? told(one) : one)) }
}

const SAID: Record<Command, Key> = {
  accept: 'today.answered.accept',
  dismiss: 'today.answered.dismiss',
  snooze: 'today.answered.snooze',
  assign: 'today.answered.assign',
  reopen: 'today.reopen',
}

export function useAnswering(decision: Decision) {
  const store = useQueryClient()
  const telling = useTelling()
  const t = useWords()
  const id = decision.decision_id
  return useMutation({
    mutationFn: ({ command, body }: Given) => giveAnswer(command, { decision_id: id, ...body }),
    onMutate: (given) => {
      const before = store.getQueriesData<Todo>({ queryKey: ['todo'] })
      store.setQueriesData<Todo>({ queryKey: ['todo'] }, (todo) => todo && answered(todo, id, given))
      return before
    },
    onError: (error, _given, before) => {
      before?.forEach(([key, todo]) => store.setQueryData(key, todo))
      telling.failed(error)
    },
    onSuccess: (outcome, { command, body }) => {
      const fields = { why: body?.why ?? '', day: body?.until ?? '', name: body?.person ?? '' }
      telling.done(outcome === 'sent' ? t(SAID[command], fields) : t('today.will_be_sent'))
      if (outcome === 'sent') void store.invalidateQueries({ queryKey: ['todo'] })
    },
  })
}
