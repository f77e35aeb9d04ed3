/** The places of the navigation, in the order of a seller's day, each with its sign. */
import {
  AppstoreOutlined,
  AreaChartOutlined,
  CloudUploadOutlined,
  FileTextOutlined,
  InboxOutlined,
  ScanOutlined,
  SettingOutlined,
  SunOutlined,
  TableOutlined,
  TeamOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { Key } from '../words/words'

export interface Place {
  to: string
  word: Key
  sign: ReactNode
  /** Stands in the bar of a phone. */
  isNear?: boolean
  permission?: string
}

export const PLACES: readonly Place[] = [
  { to: '/', word: 'nav.today', sign: <SunOutlined aria-hidden />, isNear: true },
  { to: '/performance', word: 'nav.performance', sign: <AreaChartOutlined aria-hidden />, isNear: true },
  { to: '/explore', word: 'nav.explore', sign: <TableOutlined aria-hidden /> },
  { to: '/products', word: 'nav.products', sign: <AppstoreOutlined aria-hidden /> },
  { to: '/stock', word: 'nav.stock', sign: <InboxOutlined aria-hidden /> },
  { to: '/orders', word: 'nav.orders', sign: <FileTextOutlined aria-hidden /> },
  { to: '/customers', word: 'nav.customers', sign: <TeamOutlined aria-hidden /> },
  { to: '/lookup', word: 'nav.lookup', sign: <ScanOutlined aria-hidden />, isNear: true },
  { to: '/data', word: 'nav.data', sign: <CloudUploadOutlined aria-hidden />, isNear: true },
  { to: '/settings', word: 'nav.settings', sign: <SettingOutlined aria-hidden /> },
]
