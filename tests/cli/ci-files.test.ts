import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../../', import.meta.url))
const examples = join(root, 'docs/examples')
let repository = ''

/** Runs a command in the scratch repository, as continuous integration does; gives its exit code and all that it wrote. */
function shell(command: string): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', command], {
    cwd: repository, encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: repository, GITHUB_BASE_REF: 'main', RUNNER_TEMP: repository, GITHUB_STEP_SUMMARY: join(repository, 'summary.md') },
  })
  return { code: status, out: stdout + stderr }
}

const git = (...words: string[]): void => expect(shell(`git -c user.name=me -c user.email=me@example.org ${words.join(' ')}`).code).toBe(0)

/** A repository of its own: the example files and the built command line, under a package.json that takes scripts for CommonJS. */
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'acl-playground-ci-'))
  const built = spawnSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--mode', 'cli', '--logLevel', 'error', '--emptyOutDir', 'false', '--outDir', join(repository, 'tools/acl-playground')], { cwd: root, encoding: 'utf8' })
  expect(built.status, built.stderr).toBe(0)
  cpSync(examples, repository, { recursive: true })
  writeFileSync(join(repository, 'package.json'), '{ "type": "commonjs" }\n')
  git('init -q -b main')
  git('add -A')
  git('commit -q -m first')
  git('update-ref refs/remotes/origin/main HEAD')
}, 120_000)

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] }>>
}
interface PreCommit {
  readonly repos: readonly { readonly hooks: readonly { readonly entry: string; readonly files: string; readonly pass_filenames?: boolean }[] }[]
}

const load = <T>(path: string): T => parse(readFileSync(join(repository, path), 'utf8')) as T
const githubSteps = (): string[] => Object.values(load<Workflow>('.github/workflows/acl.yml').jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
const gitlabSteps = (): readonly string[] => load<{ readonly acl: { readonly script: readonly string[] } }>('.gitlab-ci.yml').acl.script
const hooks = (): string[] => load<PreCommit>('.pre-commit-config.yaml').repos.flatMap((repo) => repo.hooks)
  .map(({ entry, files, pass_filenames }) => `${entry}${pass_filenames === false ? '' : ` ${['users.acl'].filter((file) => new RegExp(files).test(file)).join(' ')}`}`)

test('all files pass as they stand', () => {
  const steps = [...githubSteps(), gitlabSteps().join('\n'), ...hooks()]
  expect(steps.length).toBe(6)
  for (const step of steps) expect({ step, ...shell(step) }).toMatchObject({ step, code: 0 })
  expect(readFileSync(join(repository, 'summary.md'), 'utf8')).toContain('Nothing changes in what anybody may do.')
  expect(readFileSync(join(repository, 'acl.xml'), 'utf8')).toContain('<testsuite ')
})

test('a change that breaks an expectation is caught by each, and told in the summary', () => {
  const acl = join(repository, 'users.acl')
  const before = readFileSync(acl, 'utf8')
  writeFileSync(acl, before.replace('~app:*', '~*'))
  const [check = '', expectations = '', compare = ''] = githubSteps()
  expect(shell(check).code).toBe(0)
  expect(shell(expectations)).toMatchObject({ code: 1, out: expect.stringContaining('::error file=users.expect,line=6,') })
  expect(shell(compare).code).toBe(0)
  expect(readFileSync(join(repository, 'summary.md'), 'utf8')).toMatch(/\*\*user app\*\*\n\n```diff\n\+ can read and write ~\*/)
  expect(shell(gitlabSteps().join('\n')).code).toBe(1)
  expect(hooks().map((hook) => shell(hook).code)).toEqual([0, 1])
  writeFileSync(acl, `# a comment\n${before}`)
  expect([...githubSteps().slice(0, 2), ...hooks()].map((step) => shell(step).code)).toEqual([1, 2, 1, 2])
  writeFileSync(acl, before)
})

test('the documented commands do what the document says', () => {
  const document = readFileSync(join(root, 'docs/ci.md'), 'utf8')
  const commands = [...document.matchAll(/`(node tools\/acl-playground\/acl-playground\.js [^`]+)`/g)].map(([, command = '']) => command.replace(/\s+/g, ' '))
  expect(commands.length).toBe(2)
  for (const command of commands) expect({ command, ...shell(command) }).toMatchObject({ command, code: 0 })
})

test('every sentence of the documentation is one', () => {
  const document = readFileSync(join(root, 'docs/expectations.md'), 'utf8')
  const [, sentences = ''] = /\n\n((?: {4}[^\n]*\n|\n)+)## A line/.exec(document) ?? []
  writeFileSync(join(repository, 'documented.expect'), sentences)
  writeFileSync(join(repository, 'documented.conf'), 'bind *\n')
  const { code, out } = shell('node tools/acl-playground/acl-playground.js test users.acl documented.expect --conf documented.conf')
  expect([code, out]).toEqual([0, expect.stringContaining('all 8 expectations hold')])
})
