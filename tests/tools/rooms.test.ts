import { ESLint, type Linter } from 'eslint'
import ts from 'typescript-eslint'
import { describe, expect, test } from 'vitest'

/** Without the rules that need types: the files of these tests do not exist. */
const eslint = new ESLint({
  overrideConfig: [
    { ...(ts.configs.disableTypeChecked as Linter.Config), files: ['src/**/*.ts'] },
    { files: ['src/**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
  ],
})

async function ruleIdsFor(code: string, filePath: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath })
  return (result?.messages ?? []).map((message) => message.ruleId)
}

describe('the import direction', () => {
  test.each([
    ['src/acl/x.ts', "import '../server/server'"],
    ['src/acl/x.ts', "export * from '../targets/target'"],
    ['src/targets/data/../deep/x.ts', "import '../../server/server'"],
    ['src/server/commands/x.ts', "import '../../app/main'"],
    ['src/cli/x.ts', "import '../editor/acl'"],
    ['src/cli/x.ts', "import '../library/index'"],
    ['src/library/x.ts', "import '../editor/acl'"],
    ['src/library/x.ts', "import '../lsp/server'"],
    ['src/lsp/x.ts', "import '../app/main'"],
    ['src/lsp/x.ts', "import '../cli/main'"],
    ['src/app/x.ts', "import '../cli/main'"],
    ['src/host/x.ts', "import '../app/state/App.svelte'"],
    ['src/acl/x.ts', "import 'node:fs'"],
  ])('%s may not hold %s', async (file, code) => {
    expect(await ruleIdsFor(code, file)).toContain('no-restricted-imports')
  })

  test.each([
    ['src/acl/x.ts', "void import('../server/server')"],
    ['src/keyspace/x.ts', "export type T = import('../server/types').Server"],
  ])('nor does %s hold %s', async (file, code) => {
    expect(await ruleIdsFor(code, file)).toContain('no-restricted-syntax')
  })

  test.each([
    ['src/server/x.ts', "import '../acl/bytes'"],
    ['src/cli/x.ts', "import '../server/server'"],
    ['src/cli/x.ts', "import 'node:net'"],
    ['src/app/x.ts', "import '../editor/acl'"],
    ['src/library/x.ts', "import '../cli/serve'"],
    ['src/lsp/x.ts', "import '../editor/languages'"],
  ])('%s may hold %s', async (file, code) => {
    expect(await ruleIdsFor(code, file)).toEqual([])
  })
})

describe('what rooms above the editor do not touch', () => {
  test.each(['document', 'process', 'setTimeout', 'crypto'])('%s', async (name) => {
    expect(await ruleIdsFor(`void ${name}`, 'src/server/x.ts')).toContain('no-restricted-globals')
  })
  test('the host, but for its worker, is handed the outside world too', async () => {
    expect(await ruleIdsFor('void performance.now()', 'src/host/x.ts')).toContain('no-restricted-globals')
    expect(await ruleIdsFor('void performance.now()', 'src/host/x.worker.ts')).toEqual([])
  })
  test.each(['Date.now()', 'Math.random()'])('%s', async (code) => {
    expect(await ruleIdsFor(`void ${code}`, 'src/keyspace/x.ts')).toContain('no-restricted-properties')
  })
})

test('text never reaches the page as markup', async () => {
  expect(await ruleIdsFor("document.body.innerHTML = ''", 'src/app/x.ts')).toContain('no-restricted-properties')
})
