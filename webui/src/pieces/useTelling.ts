/** Short words at the top of the page after an act: done, or why not. */
import { App } from 'antd'
import { useWords } from '../words/words'
import { tellError } from './States'

export function useTelling(): { done: (text: string) => void; warned: (text: string) => void; failed: (error: Error) => void } {
  const { message } = App.useApp()
  const t = useWords()
  return {
    done: (text) => void message.success(text),
    warned: (text) => void message.warning(text),
    failed: (error) => {
      const told = tellError(error, t)
      void message.error([told.what, told.next].filter(Boolean).join(' '))
    },
  }
}
