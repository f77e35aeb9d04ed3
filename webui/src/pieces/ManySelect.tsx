/** Several out of many, found by typing; the chosen ones take the width that there is, the rest are counted. */
import { Select, type SelectProps } from 'antd'

interface ManySelectProps {
  label: string
  placeholder: string
  value: string[]
  /** How many may be chosen at once; any number where it is not said. */
  most?: number
  options: NonNullable<SelectProps['options']>
  onChange: (chosen: string[]) => void
}

export function ManySelect({ label, most, ...rest }: ManySelectProps) {
  return (
    <Select<string[]>
      {...rest}
      mode="multiple"
      aria-label={label}
      {...(most !== undefined && { maxCount: most })}
      showSearch={{ optionFilterProp: 'label' }}
      maxTagCount="responsive"
      style={{ width: '100%', minWidth: 140 }}
    />
  )
}
