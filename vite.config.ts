import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { lezer } from '@lezer/generator/rollup'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { drawnPage } from './src/tools/drawn-page.ts'
import { licenses } from './src/tools/licenses.ts'
import { oneChunkEach } from './src/tools/one-chunk.ts'
import { alikeDataOnce, sharedData } from './src/tools/shared-data.ts'
import { staticIcons } from './src/tools/static-icons.ts'
import { strictStyles } from './src/tools/strict-styles.ts'

/** Puts Lua's WebAssembly file beside the built command line, and what says that its scripts are modules wherever the folder is copied to. */
const besideCli = {
  name: 'beside-cli',
  generateBundle(this: { emitFile(file: { type: 'asset'; fileName: string; source: Uint8Array }): string }) {
    const file = createRequire(import.meta.url).resolve('wasmoon-lua5.1/dist/liblua5.1.wasm')
    this.emitFile({ type: 'asset', fileName: 'liblua5.1.wasm', source: readFileSync(file) })
    this.emitFile({
      type: 'asset',
      fileName: 'package.json',
      source: new TextEncoder().encode('{ "type": "commonjs", "private": true }\n'),
    })
  },
}

/** Keeps commander from loading what would start programs as subcommands: there are none, and it takes milliseconds. */
const commanderAlone = {
  name: 'commander-alone',
  transform(code: string, id: string): string | null {
    if (!id.endsWith('/commander/lib/command.js')) return null
    const alone = code.replace("require('node:child_process')", 'undefined')
    if (alone === code) throw new Error('commander no longer loads node:child_process as it did: adapt this plugin.')
    return alone
  },
}

/**
 * Lists, beside the built page, every file that it needs to work without a network (static/sw.js reads it): `built` have
 * their content's hash in their names, `plain` have not. The page itself, the service worker and robots.txt are left out.
 */
const precacheList = {
  name: 'precache-list',
  enforce: 'post' as const,
  generateBundle(
    this: { emitFile(file: { type: 'asset'; fileName: string; source: string }): string },
    _options: unknown,
    bundle: object,
  ) {
    const built = Object.keys(bundle)
      .filter((file) => file.startsWith('assets/'))
      .sort()
    const plain = readdirSync('static')
      .filter((file) => file !== 'sw.js' && file !== 'robots.txt')
      .sort()
    this.emitFile({ type: 'asset', fileName: 'offline.json', source: JSON.stringify({ built, plain }) })
  },
}

/**
 * Makes Chrome compile the functions of the page's chunk beside its download, not one by one in the tasks of the start
 * that first call them, half of whose time it was.
 */
const compiledAhead = {
  name: 'compiled-ahead',
  generateBundle: {
    // Chrome reads the comment at the very start of a file only, where Vite writes the list of chunks.
    order: 'post' as const,
    handler(_options: unknown, bundle: Readonly<Record<string, { name?: string | undefined; code?: string }>>) {
      for (const chunk of Object.values(bundle))
        if (chunk.name === 'page' && chunk.code !== undefined)
          chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`
    },
  },
}

/** Moves the list of chunks, which `npm run size` reads, out of the folder that is published. */
const manifestBeside = {
  name: 'manifest-beside',
  writeBundle({ dir = '.' }: { readonly dir?: string | undefined }) {
    renameSync(`${dir}/chunks.json`, `${dir}/../chunks.json`)
  },
}

/** A build that takes long on a slow machine is no warning to whoever runs `npm start`. */
const checks = { bundlerTimings: false }

/** Plugins that compile the page's parts. */
const compilers = () => [lezer(), staticIcons, svelte()]

/** The order of the test files. Builds have no use for it, and it takes long to load. */
const sequencer = process.env['VITEST'] === undefined ? null : (await import('./tests/longest-first.ts')).LongestFirst

/** Workers of tests that wait for much of their time, for pages and servers. */
const waitingWorkers = availableParallelism() + 1

/** Tests that wait for other programs, or measure time, are tried twice: the machine may stand still. Those that needed it are named. */
const retry = 1

/** Options for workers that collect garbage less often, after so many megabytes: it takes time by how much is alive. */
const youngGeneration = (megabytes: number): string[] => [
  `--min-semi-space-size=${megabytes}`,
  `--max-semi-space-size=${megabytes}`,
]

/** `vite build` makes the page in dist/page; `vite build --mode cli` the command line and the library in dist/cli. */
export default defineConfig(({ mode }) => {
  const bundled = licenses(mode === 'cli' ? ['wasmoon-lua5.1'] : [])
  return {
    base: './',
    publicDir: mode === 'cli' ? false : 'static',
    plugins: [
      ...compilers(),
      bundled.main,
      ...(mode === 'cli'
        ? [alikeDataOnce(), besideCli, commanderAlone]
        : [sharedData(), compiledAhead, precacheList, manifestBeside, strictStyles, drawnPage(compilers)]),
    ],
    worker: { format: 'es' as const, plugins: () => [...(mode === 'cli' ? [] : [sharedData()]), bundled.worker()] },
    // Everything that the command line needs is bundled: it must run with nothing but Node.
    ...(mode === 'cli' ? { ssr: { noExternal: true as const } } : {}),
    build:
      mode === 'cli'
        ? {
            ssr: true,
            outDir: 'dist/cli',
            target: 'node20',
            rolldownOptions: {
              checks,
              input: { 'acl-playground': 'src/cli/main.ts', library: 'src/library/index.ts' },
              output: {
                format: 'cjs',
                codeSplitting: {
                  groups: oneChunkEach({
                    program: [resolve('src/cli/run.ts')],
                    files: [resolve('src/cli/subject.ts')],
                    check: [resolve('src/cli/check.ts')],
                    compare: [resolve('src/analysis/fix-effect.ts')],
                    // Without it, parts that serve loads would be in the library's own file, among its exports.
                    server: [resolve('src/library/server.ts')],
                  }),
                },
                entryFileNames: '[name].js',
                chunkFileNames: 'chunks/[name]-[hash].js',
                // Names stay, for stack traces.
                minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
              },
            },
          }
        : {
            outDir: 'dist/page',
            target: 'es2022',
            modulePreload: { polyfill: false },
            assetsInlineLimit: 0,
            reportCompressedSize: false,
            manifest: 'chunks.json',
            rolldownOptions: {
              checks,
              output: { codeSplitting: { groups: oneChunkEach({ page: [resolve('src/app/main.ts')] }) } },
            },
          },
    test: {
      testTimeout: 60_000,
      globalSetup: 'tests/draw-seed.ts',
      setupFiles: ['tests/seed.ts'],
      // Vitest's default leaves one core idle.
      maxWorkers: '100%',
      ...(sequencer === null ? {} : { sequence: { sequencer } }),
      // Modules that have not changed are not compiled again: half of the time of a single test file.
      experimental: { fsModuleCache: true },
      // A busy machine is slow, not wrong.
      expect: { poll: { timeout: 15_000 } },
      projects: [
        {
          extends: true as const,
          test: {
            name: 'unit',
            include: ['tests/**/*.test.ts'],
            exclude: ['tests/browser/**', 'tests/live/**', 'tests/conformance/**', 'tests/budgets/*.test.ts'],
            // Files share a worker and the modules loaded in it: loading them for each file takes longer than most tests.
            isolate: false,
            restoreMocks: true,
            execArgv: youngGeneration(64),
          },
        },
        {
          extends: true as const,
          test: { name: 'conformance', include: ['tests/conformance/*.test.ts'], testTimeout: 120_000 },
        },
        {
          extends: true as const,
          test: {
            name: 'browser',
            include: ['tests/browser/**/*.test.ts'],
            // After the units: a worker that changes between projects loads its modules again.
            sequence: { groupOrder: 1 },
            maxWorkers: waitingWorkers,
            testTimeout: 120_000,
            hookTimeout: 60_000,
            isolate: false,
            retry,
          },
        },
        {
          extends: true as const,
          test: {
            name: 'live',
            include: ['tests/live/**/*.test.ts'],
            isolate: false,
            testTimeout: 300_000,
            hookTimeout: 60_000,
            sequence: { groupOrder: 1 },
            maxWorkers: waitingWorkers,
            retry,
          },
        },
        {
          extends: true as const,
          test: {
            name: 'budgets',
            include: ['tests/budgets/*.test.ts'],
            testTimeout: 120_000,
            hookTimeout: 60_000,
            isolate: false,
            // Each has the machine for itself, since it measures.
            sequence: { groupOrder: 2 },
            maxWorkers: 1,
            retry,
            // All that one call makes fits: a call that first needs a collection takes several times as long.
            execArgv: youngGeneration(256),
          },
        },
      ],
    },
  }
})
