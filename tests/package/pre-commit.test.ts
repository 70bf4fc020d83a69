import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { findProgram } from '../../src/tools/browser'
import { read, root } from './packed'

const isInstalled = findProgram('pre-commit') !== null
const folder = mkdtempSync(join(tmpdir(), 'acl-playground-pre-commit-'))

function shell(cwd: string, command: string): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-ec', command], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PRE_COMMIT_HOME: join(folder, 'pre-commit'),
      // What `npm ci` fetched is in the cache.
      npm_config_prefer_offline: 'true',
    },
  })
  return { code: status, out: stdout + stderr }
}

/** Makes a repository of the files in a folder, with all committed. */
const commit = (path: string): void =>
  expect(
    shell(
      path,
      'git init -q -b main; git add -A; git -c user.name=me -c user.email=me@example.org commit -q -m first; git tag v0.0.1',
    ),
  ).toEqual({ code: 0, out: '' })

/** Copies the project as it is now, without what git ignores. */
function cloneTo(clone: string): void {
  const listed = shell(root, 'git ls-files --cached --others --exclude-standard --deduplicate')
  for (const path of listed.out.trim().split('\n')) {
    mkdirSync(dirname(join(clone, path)), { recursive: true })
    cpSync(join(root, path), join(clone, path))
  }
  commit(clone)
}

test(`npm pack prints nothing but the name of the archive, which pre-commit reads${isInstalled ? ': it installs the hooks from a clone and runs them' : ' (pre-commit is not installed)'}`, () => {
  const clone = join(folder, 'clone')
  cloneTo(clone)
  if (!isInstalled) {
    shell(clone, `ln -s ${root}/node_modules node_modules`)
    expect(shell(clone, 'npm pack').out).toMatch(/^acl-playground-[\d.]+\.tgz\n$/)
    return
  }
  const repository = join(folder, 'repository')
  mkdirSync(repository)
  const acl = read('docs/examples/users.acl')
  writeFileSync(join(repository, 'users.acl'), acl)
  cpSync(join(root, 'docs/examples/users.expect'), join(repository, 'users.expect'))
  const [, documented = ''] = /\n## pre-commit\n\n```yaml\n([^]*?)```/.exec(read('docs/ci.md')) ?? []
  const { repos } = parse(documented) as { readonly repos: readonly object[] }
  writeFileSync(
    join(repository, '.pre-commit-config.yaml'),
    stringify({ repos: repos.map((one) => ({ ...one, repo: clone, rev: 'v0.0.1' })) }),
  )
  commit(repository)
  const run = (): { readonly code: number | null; readonly out: string } => shell(repository, 'pre-commit run -a')
  expect(run()).toMatchObject({ code: 0, out: expect.stringMatching(/check ACL files\.+Passed\n/) })
  writeFileSync(join(repository, 'users.acl'), acl.replace('~app:*', '~*'))
  expect(run()).toMatchObject({ code: 1, out: expect.stringContaining('users.expect:6:12: error: Allowed') })
}, 300_000)
