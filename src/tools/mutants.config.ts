/** The configuration of the tests of a room, which `MUTANT_TESTS` names, for `npm run test:mutants`. */
import { lezer } from '@lezer/generator/rollup'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { PluginOption } from 'vite'
import { defineConfig } from 'vitest/config'
import { staticIcons } from './static-icons'

export default defineConfig({
  plugins: [lezer() as PluginOption, staticIcons, svelte()],
  test: {
    globalSetup: 'tests/draw-seed.ts',
    setupFiles: ['tests/seed.ts'],
    // Mutants are slow.
    exclude: ['**/time.test.ts'],
    include: (process.env['MUTANT_TESTS'] ?? '').split(','),
    testTimeout: 60_000,
    isolate: false,
    // A cached module would be the one without the mutant.
    experimental: { fsModuleCache: false },
  },
})
