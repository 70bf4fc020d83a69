import { test } from 'vitest'
import { expectLicenses } from '../tools/carried-licenses'
import { builtFolder } from './built'

const bundled = [
  '@codemirror/autocomplete',
  '@codemirror/state',
  '@noble/hashes',
  'Lua',
  'commander',
  'picomatch',
  'vscode-jsonrpc',
  'vscode-languageserver',
  'vscode-languageserver-textdocument',
  'wasmoon-lua5.1',
  'yaml',
]

test('the command line carries the license and the notices of what it bundles', () =>
  expectLicenses(builtFolder(), bundled))
