import { ESLint } from 'eslint'
import { expect, test } from 'vitest'

const eslint = new ESLint({ overrideConfigFile: 'eslint.circles.config.js' })

async function ruleIdsFor(code: string, filePath: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath })
  return (result?.messages ?? []).map((message) => message.ruleId)
}

test.each([
  ['a value import', "import { check } from './check'"],
  ['a type import', "import type { User } from './user'"],
  ['an inline type import', "import { type User } from './user'"],
  ['a re-export', "export type { User } from './user'"],
  ['an import type', "export type U = import('./user').User"],
  ['a dynamic import', "export const later = () => import('./user')"],
])('%s of a module that imports this one is a circle', async (_, code) => {
  expect(await ruleIdsFor(code, 'src/acl/bytes.ts')).toEqual(['import-x/no-cycle'])
})

test('the script of a component takes part in circles', async () => {
  const code = '<script lang="ts">\n  import App from \'../Page.svelte\'\n</script>\n\n<App />\n'
  expect(await ruleIdsFor(code, 'src/app/topbar/TopBar.svelte')).toEqual(['import-x/no-cycle'])
})

test('an import that leads nowhere back is not a circle', async () => {
  expect(await ruleIdsFor("import { lower } from './bytes'", 'src/acl/glob.ts')).toEqual([])
})
