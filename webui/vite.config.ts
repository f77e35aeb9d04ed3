/**
 * How the console is built: into the Python package, with nothing inlined (the content policy forbids inline
 * scripts), and with a service worker that is told the names of the shell's files.
 */
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const SERVER = process.env['ZHANGGUI_SERVER'] ?? 'http://127.0.0.1:8600'

const OFFLINE_PAGES = ['Today', 'LookUp']

/** Write the list of the shell's files into the worker: charts and other pages are fetched when they are opened. */
function listShell(): Plugin {
  return {
    name: 'list-shell',
    apply: 'build',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') this.error('the service worker was not built')
      const shell = new Set<string>()
      const add = (name: string) => {
        const chunk = bundle[name]
        if (chunk?.type !== 'chunk' || shell.has(`/${name}`)) return
        shell.add(`/${name}`)
        chunk.imports.forEach(add)
        chunk.viteMetadata?.importedCss.forEach((style) => shell.add(`/${style}`))
      }
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && ['main', ...OFFLINE_PAGES].includes(chunk.name)) add(chunk.fileName)
      }
      worker.code = worker.code.replace('__SHELL__', [...shell].sort().join(' '))
    },
  }
}

export default defineConfig({
  plugins: [react(), listShell()],
  base: '/',
  build: {
    outDir: '../src/zhanggui/surfaces/web/static',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { main: 'index.html', sw: 'src/offline/worker.ts' },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: { port: 5173, proxy: { '/api': { target: SERVER, changeOrigin: true } } },
})
