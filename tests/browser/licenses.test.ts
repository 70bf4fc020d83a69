import { test } from 'vitest'
import { expectLicenses } from '../tools/carried-licenses'
import { folder } from './harness'

const bundled = [
  '@codemirror/autocomplete',
  '@codemirror/merge',
  '@codemirror/search',
  '@codemirror/state',
  '@codemirror/view',
  '@floating-ui/dom',
  '@lezer/common',
  '@lezer/lr',
  '@lucide/svelte',
  '@noble/hashes',
  'Lua',
  'bits-ui',
  'picomatch',
  'style-mod',
  'svelte',
  'wasmoon-lua5.1',
  'yaml',
]

test('the page carries the license and the notices of what it bundles', () => expectLicenses(folder, bundled))
