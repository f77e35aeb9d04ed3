/** Where a figure stands to its expected range; drawn only, because the words beside it say the same. */

/** Room on both sides of the range, as a share of its width, so that a figure outside it can be seen. */
const ROOM = 0.6

export function RangeBar({ low, high, value }: { low: number; high: number; value: number }) {
  const width = high - low || Math.abs(high) || 1
  const first = low - width * ROOM
  const place = (one: number) => `${Math.min(98, Math.max(2, ((one - first) / (width * (1 + 2 * ROOM))) * 100))}%`
  return (
    <div className="range" aria-hidden="true">
      <span className="range-expected" style={{ left: place(low), right: `calc(100% - ${place(high)})` }} />
      <span className="range-value" style={{ left: place(value) }} />
    </div>
  )
}
