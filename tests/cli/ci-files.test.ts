import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { findProgram } from '../../src/tools/browser'
import { builtFolder } from './built'

const root = fileURLToPath(new URL('../../', import.meta.url))
const document = readFileSync(join(root, 'docs/ci.md'), 'utf8')
let repository = ''

/** Runs a command in the scratch repository, as continuous integration does; gives its exit code and all that it wrote. */
function shell(command: string, cwd = repository): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-eo', 'pipefail', '-c', command], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: repository,
      GITHUB_BASE_REF: 'main',
      RUNNER_TEMP: repository,
      GITHUB_STEP_SUMMARY: join(repository, 'summary.md'),
      ACL_PLAYGROUND_PAGE: 'https://acl.example.org/',
      PRE_COMMIT_HOME: join(repository, '../pre-commit'),
      // Nothing may be fetched: whatever tries finds no way out.
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
    },
  })
  return { code: status, out: stdout + stderr }
}

const git = (...words: string[]): void =>
  expect(shell(`git -c user.name=me -c user.email=me@example.org ${words.join(' ')}`).code).toBe(0)

/** A built clone, and beside it a repository under a package.json that takes scripts for CommonJS, filled by the documented commands. */
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'acl-playground-ci-'))
  const clone = join(folder, 'clone')
  repository = join(folder, 'your-repository')
  mkdirSync(repository)
  cpSync(builtFolder(), join(clone, 'dist/cli'), { recursive: true })
  cpSync(join(root, 'docs/examples'), join(clone, 'docs/examples'), { recursive: true })
  const copying = [...document.matchAll(/(?:^ {4}|`)((?:rm|mkdir|cp) [^`\n]+)/gm)].map(([, command = '']) => command)
  expect(copying.length).toBe(7)
  // Twice: a newer program is copied over the old.
  for (const command of [...copying, ...copying])
    expect({ command, ...shell(command, clone) }).toMatchObject({ command, code: 0 })
  expect(existsSync(join(repository, 'tools/acl-playground/cli'))).toBe(false)
  writeFileSync(join(repository, 'package.json'), '{ "type": "commonjs" }\n')
  git('init -q -b main')
  git('add -A')
  git('commit -q -m first')
  git('update-ref refs/remotes/origin/main HEAD')
}, 120_000)

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] }>
  >
}
interface PreCommit {
  readonly repos: readonly {
    readonly hooks: readonly { readonly entry: string; readonly files: string; readonly pass_filenames?: boolean }[]
  }[]
}

const load = <T>(path: string): T => parse(readFileSync(join(repository, path), 'utf8')) as T
const githubSteps = (): string[] =>
  Object.values(load<Workflow>('.github/workflows/acl.yml').jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run }) => run ?? []),
  )
const gitlabSteps = (): readonly string[] =>
  load<{ readonly acl: { readonly script: readonly string[] } }>('.gitlab-ci.yml').acl.script
const hooks = (): string[] =>
  load<PreCommit>('.pre-commit-config.yaml')
    .repos.flatMap((repo) => repo.hooks)
    .map(
      ({ entry, files, pass_filenames }) =>
        `${entry}${pass_filenames === false ? '' : ` ${['users.acl'].filter((file) => new RegExp(files).test(file)).join(' ')}`}`,
    )

test('all files pass as they stand', () => {
  const steps = [...githubSteps(), gitlabSteps().join('\n'), ...hooks()]
  expect(steps.length).toBe(7)
  for (const step of steps) expect({ step, ...shell(step) }).toMatchObject({ step, code: 0 })
  expect(readFileSync(join(repository, 'summary.md'), 'utf8')).toContain('No user’s rules or log-in changed in effect')
  expect(readFileSync(join(repository, 'summary.md'), 'utf8')).toMatch(
    /\[Open these files in the playground\]\(https:\/\/acl\.example\.org\/#v1\.[\w-]+\)\n/,
  )
  expect(readFileSync(join(repository, 'acl.xml'), 'utf8')).toContain('<testsuite ')
})

test('a change that breaks an expectation is caught by each, and told in the summary', () => {
  const acl = join(repository, 'users.acl')
  const before = readFileSync(acl, 'utf8')
  writeFileSync(acl, before.replace('~app:*', '~*'))
  const [check = '', expectations = '', compare = ''] = githubSteps()
  expect(shell(check).code).toBe(0)
  expect(shell(expectations)).toMatchObject({
    code: 1,
    out: expect.stringContaining('::error file=users.expect,line=6,'),
  })
  expect(shell(compare).code).toBe(0)
  expect(readFileSync(join(repository, 'summary.md'), 'utf8')).toMatch(
    /\*\*user\*\* `app`\n\n```diff\n\+ can also run .* on ~\*, such as /,
  )
  expect(shell(gitlabSteps().join('\n')).code).toBe(1)
  expect(hooks().map((hook) => shell(hook).code)).toEqual([0, 1])
  writeFileSync(acl, `# a comment\n${before}`)
  const summary = readFileSync(join(repository, 'summary.md'), 'utf8')
  expect(shell(compare).code).toBe(0)
  expect(readFileSync(join(repository, 'summary.md'), 'utf8').slice(summary.length)).toMatch(
    /^There is nothing to compare\.\nRedis 7\.2 refuses users\.acl: /,
  )
  expect([...githubSteps().slice(0, 2), ...hooks()].map((step) => shell(step).code)).toEqual([1, 2, 1, 2])
  writeFileSync(acl, before)
})

test('the documented commands do what the document says', () => {
  const commands = [...document.matchAll(/^ +(node tools\/acl-playground\/acl-playground\.js .+)$/gm)].map(
    ([, command = '']) => command,
  )
  expect(commands.length).toBe(2)
  for (const command of commands) expect({ command, ...shell(command) }).toMatchObject({ command, code: 0 })
  const [, alias = ''] = /^ {4}(alias .+)$/m.exec(document) ?? []
  expect(shell(`shopt -s expand_aliases\n${alias}\nacl-playground --version`)).toEqual({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  })
})

const preCommit = findProgram('pre-commit')

test(`pre-commit runs the hooks as they stand, at once and before a commit${preCommit === null ? ': pre-commit is not installed, so the commands alone are run' : ''}`, () => {
  const acl = join(repository, 'users.acl')
  const before = readFileSync(acl, 'utf8')
  const broken = before.replace('~app:*', '~*')
  if (preCommit === null) {
    expect(hooks().map((hook) => shell(hook).code)).toEqual([0, 0])
    writeFileSync(acl, broken)
    expect(hooks().map((hook) => shell(hook).code)).toEqual([0, 1])
    writeFileSync(acl, before)
    return
  }
  const results = (out: string): string[] =>
    [...out.matchAll(/^.+?\.{3,}(?:\(.*\))?(\w+)$/gm)].map(([, result = '']) => result)
  const all = (): { readonly code: number | null; readonly results: string[] } => {
    const { code, out } = shell('pre-commit run --all-files')
    return { code, results: results(out) }
  }
  expect(all()).toEqual({ code: 0, results: ['Passed', 'Passed'] })
  writeFileSync(acl, broken)
  expect(all()).toEqual({ code: 1, results: ['Passed', 'Failed'] })
  writeFileSync(acl, `# a comment\n${before}`)
  expect(all()).toEqual({ code: 1, results: ['Failed', 'Failed'] })

  expect(shell('pre-commit install').code).toBe(0)
  const commit = (text: string): { readonly code: number | null; readonly out: string } => {
    writeFileSync(acl, text)
    return shell('git add -A; git -c user.name=me -c user.email=me@example.org commit -q --allow-empty -m change')
  }
  expect(commit(broken)).toEqual({ code: 1, out: expect.stringContaining('users.expect:6:12: error: Allowed') })
  expect(commit(before).code).toBe(0)
})

test('every expectation of the documentation holds', () => {
  const [, sentences = ''] =
    /\n\n((?: {4}[^\n]*\n|\n)+)## Syntax/.exec(readFileSync(join(root, 'docs/expectations.md'), 'utf8')) ?? []
  writeFileSync(join(repository, 'documented.expect'), sentences)
  writeFileSync(join(repository, 'documented.conf'), 'bind *\n')
  const { code, out } = shell(
    'node tools/acl-playground/acl-playground.js test users.acl documented.expect --conf documented.conf',
  )
  expect([code, out]).toEqual([0, expect.stringContaining('all 8 expectations hold')])
})
