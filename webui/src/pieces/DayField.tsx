/** One day, by the browser's own field: it knows the keyboard, the phone's wheel and the reader of screens. */

interface DayFieldProps {
  label: string
  value: string
  /** First and last day that may be taken; none where empty. */
  min?: string
  max?: string
  onChange: (day: string) => void
}

export function DayField({ label, value, min, max, onChange }: DayFieldProps) {
  return (
    <label className="labelled">
      {label}
      <input type="date" className="native" value={value} min={min || undefined} max={max || undefined} onChange={(event) => onChange(event.target.value)} />
    </label>
  )
}
