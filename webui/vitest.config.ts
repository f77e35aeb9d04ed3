/** Tests of what needs no page: they run in Node, with an IndexedDB of their own. */
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { environment: 'node', include: ['test/**/*.test.ts'] } })
