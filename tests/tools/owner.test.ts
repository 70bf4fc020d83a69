import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { filesOf, settle, settled, type Owner } from '../../src/tools/owner'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string, folder = root): string => readFileSync(join(folder, path), 'utf8')
const known = JSON.parse(read('owner.json')) as Owner
const { version } = JSON.parse(read('package.json')) as { readonly version: string }

/** Names in the form of those that an author still has to fill in. */
const placeholder = /\bOWNER\b|\bYOUR[-_][A-Z]+\b|<(?:owner|author|your[- ][\w -]+)>|\byour-(?:name|account|org)\b/

/** Returns the paths of the texts that are published: all but sources, tests and what a build makes. */
function publishedTexts(): string[] {
  const skipped = /^(?:node_modules|dist|src|tests|\.git|\.svelte-check)(?:\/|$)/
  const inFolder = (folder: string): string[] =>
    readdirSync(join(root, folder)).flatMap((name) => {
      const path = folder === '' ? name : `${folder}/${name}`
      if (skipped.test(path)) return []
      return statSync(join(root, path)).isDirectory() ? inFolder(path) : [path]
    })
  return inFolder('').filter((path) => /\.(?:json|md|ya?ml|html|sh|js|ts)$|^[A-Z]\w+$/.test(path))
}

test('addresses, author and pinned versions are those of owner.json and package.json', () => {
  const stale = filesOf(root).filter((path) => settled(read(path), known, version) !== read(path))
  expect(stale, 'run: npm run owner').toEqual([])
})

test('the action and the template run the version that they are published with', () => {
  expect(read('action.yml')).toMatch(new RegExp(`\\n  version:\\n.*\\n    default: '${version}'\\n`))
  expect(read('templates/acl-playground.yml')).toContain(`    version:\n      default: '${version}'\n`)
  const [major = ''] = version.split('.')
  const pinned = filesOf(root).flatMap((path) => [...read(path).matchAll(/acl-playground@(v?\d+(?:\.\d+)*)/g)])
  expect(pinned.length).toBeGreaterThan(2)
  expect(new Set(pinned.map(([, one]) => one))).toEqual(new Set([version, `v${major}`]))
})

test('no other placeholder stands in what is published', () => {
  const files = publishedTexts()
  expect(files).toEqual(
    expect.arrayContaining(['README.md', 'package.json', '.github/workflows/release.yml', 'LICENSE']),
  )
  const settledTo = { owner: 'somebody', author: 'Somebody' }
  const found = files
    .filter((path) => path !== 'owner.json')
    .flatMap((path) =>
      settled(read(path), settledTo, version)
        .split('\n')
        .flatMap((line, i) => (placeholder.test(line) ? [`${path}:${i + 1}: ${line}`] : [])),
    )
  expect(found).toEqual([])
  expect(settled('https://github.com/OWNER/acl-playground', settledTo, version)).not.toMatch(placeholder)
  expect('Ask OWNER').toMatch(placeholder)
})

test('one command names the owner everywhere, and naming the first again restores every file', () => {
  const copy = mkdtempSync(join(tmpdir(), 'acl-playground-owner-'))
  for (const path of ['owner.json', ...filesOf(root)]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(root, path), join(copy, path))
  }
  const author = 'Ada $& "Countess" <ada@example.org>'
  const other = `${known.owner}-x`
  const changed = settle(copy, { owner: other, author })
  expect(changed).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'docs/ci.md', 'docs/diagnostics.md']))
  expect(JSON.parse(read('package.json', copy))).toMatchObject({
    homepage: `https://${other}.github.io/acl-playground/`,
    repository: { url: `git+https://github.com/${other}/acl-playground.git` },
    bugs: `https://github.com/${other}/acl-playground/issues`,
    author,
  })
  expect(read('LICENSE', copy)).toContain(author)
  for (const [, owner] of read('docs/diagnostics.md', copy).matchAll(/\]\(https?:\/\/([^/]*)\/acl-playground\/#/g))
    expect(owner).toBe(`${other}.github.io`)
  expect(settle(copy, known).sort()).toEqual(changed.sort())
  for (const path of filesOf(root)) expect(read(path, copy)).toBe(read(path))
})

test('a name that no account can have is refused, and nothing is written', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['node_modules/tsx/dist/cli.mjs', 'src/tools/owner.ts', 'not a name'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  expect([status, stderr]).toEqual([1, expect.stringContaining('npm run owner -- NAME')])
  expect(JSON.parse(read('owner.json'))).toEqual(known)
})

test('npm version writes the new version into every file that pins it', () => {
  const copy = mkdtempSync(join(tmpdir(), 'acl-playground-version-'))
  for (const path of ['owner.json', 'package-lock.json', 'src/tools/owner.ts', ...filesOf(root)]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(root, path), join(copy, path))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  writeFileSync(join(copy, '.gitignore'), 'node_modules\n')
  const shell = (command: string): unknown => {
    const { status, stderr } = spawnSync('bash', ['-ec', command], { cwd: copy, encoding: 'utf8' })
    return { command, status, stderr: status === 0 ? '' : stderr }
  }
  const commands = [
    'git init -q -b main; git config user.name me; git config user.email me@example.org; git add -A; git commit -q -m first',
    'npm version 2.1.0',
    'test -z "$(git status --porcelain)"; git show v2.1.0:action.yml | grep -q "default: .2\\.1\\.0."',
  ]
  for (const command of commands) expect(shell(command)).toEqual({ command, status: 0, stderr: '' })
  expect(read('templates/acl-playground.yml', copy)).toContain("default: '2.1.0'")
  expect(read('docs/ci.md', copy)).toMatch(/uses: \S+\/acl-playground@v2\n[^]*rev: v2\.1\.0\n/)
})
