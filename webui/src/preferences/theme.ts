/**
 * One table of colours for both modes: Ant Design and the charts take it from here, plain CSS from styles.css.
 * Every pair of text and ground reaches 4.5:1; Ant Design's own secondary text, green and amber do not.
 */
import { theme, type ThemeConfig } from 'antd'
import type { Lang } from '../api/types'

const CHINESE = '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC"'
const LATIN = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans"'

/** In English the Latin fonts come first: Chinese ones set apostrophes and quotation marks a whole square wide. */
export const fontOf = (lang: Lang): string => (lang === 'zh' ? `${CHINESE}, ${LATIN}, sans-serif` : `${LATIN}, ${CHINESE}, sans-serif`)

export interface Palette {
  ground: string
  raised: string
  line: string
  text: string
  quiet: string
  accent: string
  series: string[]
}

const LIGHT: Palette = {
  ground: '#f4f6f9',
  raised: '#ffffff',
  line: '#dde2ea',
  text: '#1a2230',
  quiet: '#566073',
  accent: '#1d4fae',
  series: ['#1d4fae', '#c2570c', '#0f766e', '#7a3fb0', '#9a6700', '#b3261e', '#45556b', '#0b7285'],
}

const DARK: Palette = {
  ground: '#0f1217',
  raised: '#181c23',
  line: '#323945',
  text: '#e8ebf1',
  quiet: '#a4adbd',
  accent: '#8db4ff',
  series: ['#8db4ff', '#f0a35e', '#5cc9ba', '#c59af0', '#e0c05a', '#ff8f85', '#a9b6c9', '#62c8de'],
}

export const paletteOf = (isDark: boolean): Palette => (isDark ? DARK : LIGHT)

const STILL = matchMedia('(prefers-reduced-motion: reduce)')

/** Ant Design's tokens for the mode and the language. */
export function themeOf(isDark: boolean, lang: Lang): ThemeConfig {
  const palette = paletteOf(isDark)
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      // Cutting animations short in CSS would leave every popover where it is measured, far outside the window.
      motion: !STILL.matches,
      fontFamily: fontOf(lang),
      fontSize: 14,
      borderRadius: 6,
      colorPrimary: isDark ? '#3f6fd1' : palette.accent,
      colorLink: palette.accent,
      colorLinkHover: isDark ? '#b3ccff' : '#153b85',
      colorInfo: isDark ? '#3f6fd1' : palette.accent,
      colorSuccess: isDark ? '#5cc98a' : '#12703c',
      colorWarning: isDark ? '#e8b44c' : '#8a5300',
      colorError: isDark ? '#ff8f85' : '#b3261e',
      colorBgLayout: palette.ground,
      colorBgContainer: palette.raised,
      colorBgElevated: isDark ? '#1f242d' : '#ffffff',
      colorBorder: isDark ? '#4a5362' : '#c3cad6',
      colorBorderSecondary: palette.line,
      colorText: palette.text,
      colorTextSecondary: palette.quiet,
      colorTextTertiary: palette.quiet,
      colorTextDescription: palette.quiet,
      colorTextPlaceholder: isDark ? '#929cad' : '#667085',
      colorTextDisabled: isDark ? '#8a93a3' : '#6b7485',
    },
    components: {
      Table: { headerBg: isDark ? '#1f242d' : '#eef1f6', headerColor: palette.text, cellPaddingBlockSM: 7 },
      Button: isDark ? { colorErrorBg: 'transparent', dangerColor: '#ffffff' } : {},
      Tabs: { itemColor: palette.quiet, itemSelectedColor: palette.accent },
    },
  }
}
