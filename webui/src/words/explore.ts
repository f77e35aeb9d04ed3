/** Words of the pivot. */
import type { Pairs } from './pair'

export const exploreWords = {
  'explore.title': ['透视', 'Explore'],
  'explore.lead': ['行、列与数值自己搭；所有数字都来自同一套指标定义。', 'Put rows, columns and values together; every figure comes from the same definitions.'],
  'explore.rows': ['行', 'Rows'],
  'explore.columns': ['列', 'Columns'],
  'explore.values': ['数值', 'Values'],
  'explore.swap': ['行列互换', 'Swap rows and columns'],
  'explore.heat': ['底色深浅', 'Shade'],
  'explore.total': ['合计', 'Total'],
  'explore.choose': ['先选一个数值', 'Choose a value first'],
  'explore.choose_next': ['再选行与列，例如行为渠道、列为月。', 'Then rows and columns, such as channels down and months across.'],
  'explore.too_wide': ['列太多，只显示前 {count} 列。', 'Too many columns; the first {count} are shown.'],
  'explore.none': ['（空）', '(none)'],
} as const satisfies Pairs
