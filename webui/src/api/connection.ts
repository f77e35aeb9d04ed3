/** Whether the server answers, as one small store: the banner shows it and the queue of answers waits for it. */

type Listener = () => void

const PING_MS = 3000

class Connection {
  private online = true
  private timer: ReturnType<typeof setInterval> | undefined
  private readonly listeners = new Set<Listener>()

  /** Whether the last request reached the server. */
  readonly isOnline = (): boolean => this.online

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** A request found nobody: say so, and ask again until somebody answers. */
  isLost(): void {
    this.timer ??= setInterval(() => void this.ping(), PING_MS)
    this.set(false)
  }

  /** A request was answered. */
  isBack(): void {
    clearInterval(this.timer)
    this.timer = undefined
    this.set(true)
  }

  private async ping(): Promise<void> {
    try {
      const response = await fetch('/api/v1/health', { cache: 'no-store' })
      if (response.ok) this.isBack()
    } catch {
      // Still away; the next ping asks again.
    }
  }

  private set(online: boolean): void {
    if (this.online === online) return
    this.online = online
    for (const listener of this.listeners) listener()
  }
}

export const connection = new Connection()
