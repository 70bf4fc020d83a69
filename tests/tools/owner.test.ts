import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

test('the owner is written into all addresses, once and again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'acl-playground-owner-'))
  for (const name of ['package.json', 'README.md', 'docs']) cpSync(name, join(folder, name), { recursive: true })
  mkdirSync(join(folder, 'src'))
  const run = (owner: string): number | null =>
    spawnSync(process.execPath, [resolve('node_modules/tsx/dist/cli.mjs'), resolve('src/tools/owner.ts'), owner], {
      cwd: folder,
    }).status
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8')
  expect(run('not a name')).toBe(1)
  for (const owner of ['me', 'someone-else']) {
    expect(run(owner)).toBe(0)
    expect(JSON.parse(text('package.json'))).toMatchObject({
      homepage: `https://${owner}.github.io/acl-playground/`,
      repository: { url: `git+https://github.com/${owner}/acl-playground.git` },
    })
    expect(text('docs/ci.md')).toContain(`uses: ${owner}/acl-playground@v1`)
    expect(text('docs/ci.md')).toContain('tools/acl-playground')
  }
})
