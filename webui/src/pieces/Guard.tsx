/** Catches what breaks while a page is drawn, so that the rest of the console goes on. */
import { Component, type ReactNode } from 'react'
import { Button } from 'antd'
import { useWords } from '../words/words'

function Broken({ error }: { error: Error }) {
  const t = useWords()
  return (
    <div className="state" role="alert">
      <strong>{t('state.broken')}</strong>
      <span>{t('state.broken_next')}</span>
      <code className="mono">{error.message}</code>
      <Button onClick={() => location.reload()}>{t('state.reload')}</Button>
    </div>
  )
}

interface GuardProps {
  /** Another place: what broke there says nothing about here. */
  place: string
  children: ReactNode
}

export class Guard extends Component<GuardProps, { error: Error | null }> {
  override state = { error: null as Error | null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override componentDidUpdate(before: GuardProps) {
    if (before.place !== this.props.place && this.state.error) this.setState({ error: null })
  }

  override render() {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children
  }
}
