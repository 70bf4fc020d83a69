import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { freePort } from '../../src/library/free-port'
import { packed, read as text, root, runIn } from './packed'

const { version } = JSON.parse(text('package.json')) as { readonly version: string }
let folder = ''
let repository = ''

/** Runs a command in the scratch repository; `npx` and `acl-playground` run the program of the packed package. */
function shell(
  command: string,
  env: Readonly<Record<string, string>> = {},
): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-eo', 'pipefail', '-c', command], {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`, HOME: folder, RUNNER_TEMP: folder, ...env },
  })
  return { code: status, out: stdout + stderr }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'acl-playground-pipelines-'))
  repository = join(folder, 'repository')
  mkdirSync(join(folder, 'bin'))
  const installed = join(folder, 'installed')
  mkdirSync(installed)
  const install = runIn(installed, 'npm', ['install', '--no-audit', '--no-fund', '--offline', packed().archive])
  expect(install).toMatchObject({ code: 0 })
  const program = join(installed, 'node_modules/.bin/acl-playground')
  symlinkSync(program, join(folder, 'bin/acl-playground'))
  // No registry has the version that is packed here.
  writeFileSync(
    join(folder, 'bin/npx'),
    `#!/bin/sh\ncase "$1 $2" in "--yes acl-playground@${version}") shift 2;; "acl-playground "*) shift;; *) exit 9;; esac\nexec ${program} "$@"\n`,
  )
  chmodSync(join(folder, 'bin/npx'), 0o755)
  cpSync(join(root, 'docs/examples'), repository, { recursive: true })
  write(acl)
  const git = shell(
    'git init -q -b main; git add -A; git -c user.name=me -c user.email=me@example.org commit -q -m first; git update-ref refs/remotes/origin/main HEAD',
  )
  expect(git).toEqual({ code: 0, out: '' })
}, 120_000)

/** The documented example, with more users than have one digit. */
const acl =
  text('docs/examples/users.acl') +
  Array.from({ length: 12 }, (_, i) => `user service-${i} on #${'a'.repeat(64)} ~service-${i}:* +get +set\n`).join('')
beforeEach(() => {
  writeFileSync(join(repository, 'users.acl'), acl)
  rmSync(join(folder, 'summary.md'), { force: true })
})
const write = (content: string): void => writeFileSync(join(repository, 'users.acl'), content)
const broken = acl.replace('~app:*', '~*')

describe('the action for GitHub', () => {
  interface Action {
    readonly inputs: Readonly<Record<string, { readonly default: string; readonly description: string }>>
    readonly runs: {
      readonly steps: readonly { readonly env: Readonly<Record<string, string>>; readonly run: string }[]
    }
  }
  const action = parse(text('action.yml')) as Action

  /** Runs the steps as GitHub does, with these inputs. */
  function run(
    inputs: Readonly<Record<string, string>> = {},
    base = 'main',
  ): { readonly code: number | null; readonly out: string; readonly summary: string } {
    const summary = join(folder, 'summary.md')
    const env = Object.fromEntries(
      action.runs.steps.flatMap((step) =>
        Object.entries(step.env).map(([name, value]) => [
          name,
          value.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => {
            const declared = action.inputs[input]
            if (declared === undefined) throw new Error(`${input} is not an input`)
            return inputs[input] ?? declared.default
          }),
        ]),
      ),
    )
    const { code, out } = shell(action.runs.steps.map((step) => step.run).join('\n'), {
      ...env,
      GITHUB_ACTION_PATH: root,
      GITHUB_BASE_REF: base,
      GITHUB_STEP_SUMMARY: summary,
    })
    return { code, out, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' }
  }

  test('passes good files, and tells that nothing changed', () => {
    const { code, out, summary } = run({ target: 'redis-7.2', page: 'https://acl.example.org/' })
    expect({ code, out }).toMatchObject({ code: 0 })
    expect(summary).toContain('No user’s rules or log-in changed in effect')
    expect(summary).toMatch(/\[Open these files in the playground\]\(https:\/\/acl\.example\.org\/#v1\.[\w-]+\)\n/)
  })

  test('annotates what does not hold, and tells who gained what', () => {
    write(broken)
    const { code, out, summary } = run({ target: 'redis-7.2' })
    expect(code).toBe(1)
    expect(out).toContain('::error file=users.expect,line=6,')
    expect(summary).toMatch(/^### `main:users\.acl → users\.acl on Redis 7\.2 /)
    expect(summary).toMatch(/\*\*user\*\* `app`\n\n```diff\n\+ can also run .* on ~\*, such as /)
  })

  test('fails for a file that the server refuses, and tells why nothing was compared', () => {
    write(`user x +nosuch\n${acl}`)
    const { code, out, summary } = run({ target: 'redis-7.2' })
    expect(code).toBe(1)
    expect(out).toContain('::error file=users.acl,line=1,')
    expect(summary).toContain('There is nothing to compare.')
  })

  test('takes its inputs, and runs nothing that is in them', () => {
    expect(run({ 'fail-on': 'info' }, '').code).toBe(1)
    expect(run({ files: '$(touch pwned) `touch pwned` missing.acl' }, '').code).toBe(2)
    expect(run({ target: '"; touch pwned; "' }, '').code).toBe(2)
    expect(existsSync(join(repository, 'pwned'))).toBe(false)
    expect(run({ files: 'users.acl', expect: 'missing.expect' }, '').code).toBe(2)
  })

  test('tells that a file is new', () => {
    writeFileSync(join(repository, 'new.acl'), acl)
    expect(run({ files: 'new.acl' })).toMatchObject({ code: 0, summary: '`new.acl` is new.\n' })
    rmSync(join(repository, 'new.acl'))
  })
})

describe('the component for GitLab', () => {
  const [spec, job] = parseAllDocuments(text('templates/acl-playground.yml')).map((part) => part.toJS() as unknown) as [
    { readonly spec: { readonly inputs: Readonly<Record<string, { readonly default: string }>> } },
    {
      readonly 'acl-playground': {
        readonly variables: Readonly<Record<string, string | number>>
        readonly script: readonly string[]
      }
    },
  ]
  const variables = Object.fromEntries(
    Object.entries(job['acl-playground'].variables).map(([name, value]) => [
      name,
      String(value).replace(
        /\$\[\[ inputs\.([\w-]+) \]\]/g,
        (_, input: string) => spec.spec.inputs[input]?.default ?? '?',
      ),
    ]),
  )
  const run = (): { readonly code: number | null; readonly out: string } =>
    shell(job['acl-playground'].script.join('\n'), {
      ...variables,
      ACL_TARGET: 'redis-7.2',
      CI_MERGE_REQUEST_DIFF_BASE_SHA: 'origin/main',
    })

  test('passes good files, fails for others, and writes the report', () => {
    expect(Object.values(variables).join(' ')).not.toMatch(/\?|\$\[/)
    expect(run()).toMatchObject({
      code: 0,
      out: expect.stringContaining('No user’s rules or log-in changed in effect'),
    })
    write(broken)
    expect(run()).toMatchObject({ code: 1, out: expect.stringContaining('users.expect:6:12: error: Allowed') })
    expect(readFileSync(join(repository, 'acl.xml'), 'utf8')).toContain('<failure')
  })
})

describe('the templates that apply', () => {
  interface Job {
    readonly steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[]
  }
  interface Script {
    readonly before_script: readonly string[]
    readonly script: readonly string[]
  }
  const github = parse(text('templates/apply-github.yml')) as { readonly jobs: Readonly<Record<string, Job>> }
  const gitlab = parse(text('templates/apply-gitlab.yml')) as Readonly<Record<string, Script>>
  const rules = ['github', 'gitlab'].map((one) => /^# {3}(\+.*)$/m.exec(text(`templates/apply-${one}.yml`))?.[1] ?? '')
  const old = (i: number): string =>
    `user default off\nuser ops on >secret ${rules[i] ?? ''}\nuser app on >x ~app:* +get\n`
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill()
    rmSync(join(repository, 'plan'), { recursive: true, force: true })
  })

  /** Starts a server of the packed package with these users; gives what the jobs need to reach it. */
  async function served(users: string): Promise<Record<string, string>> {
    const aclfile = join(folder, 'served.acl')
    writeFileSync(aclfile, users)
    const port = await freePort()
    children.push(
      spawn(join(folder, 'bin/acl-playground'), ['serve', '--port', String(port), '--aclfile', aclfile], {
        stdio: 'ignore',
      }),
    )
    const open = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.destroy()
          resolve()
        }).once('error', reject)
      })
    await expect.poll(() => open().then(() => 'open')).toBe('open')
    return { ACL_SERVERS: `redis://ops@127.0.0.1:${port}`, REDISCLI_AUTH: 'secret' }
  }
  const drift = (env: Record<string, string>): number | null =>
    shell('acl-playground drift users.acl $ACL_SERVERS', env).code

  test('GitHub: the plan is shown, and just that is applied', async () => {
    const env = await served(old(0))
    write(old(0).replace('+get', '+set'))
    const output = join(folder, 'output.txt')
    const runs = (job: string): string => (github.jobs[job]?.steps ?? []).flatMap(({ run }) => run ?? []).join('\n')
    const plan = (): { readonly code: number | null; readonly changes: string; readonly commands: string } => {
      writeFileSync(output, '')
      rmSync(join(repository, 'plan'), { recursive: true, force: true })
      const { code } = shell(runs('plan'), {
        ...env,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      })
      const [, changes = '', commands = ''] = /^changes=(.*)\ncommands=(.*)\n$/.exec(readFileSync(output, 'utf8')) ?? []
      rmSync(join(repository, 'plan'), { recursive: true, force: true })
      return { code, changes, commands }
    }
    const planned = plan()
    expect(planned).toMatchObject({ code: 0, changes: '1' })
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('can also run SET')
    const other = old(0).replace('+get', '+mget')
    const now = readFileSync(join(repository, 'users.acl'), 'utf8')
    write(other)
    const refused = shell(runs('apply'), { ...env, APPROVED: planned.commands })
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('::error::The servers have changed') })
    rmSync(join(repository, 'plan'), { recursive: true, force: true })
    write(now)
    expect(drift(env)).toBe(1)
    const applied = shell(runs('apply'), { ...env, APPROVED: planned.commands })
    expect(applied).toMatchObject({ code: 0, out: expect.stringContaining('Applied and verified.') })
    expect(drift(env)).toBe(0)
    expect(plan()).toMatchObject({ code: 0, changes: '0' })
    write(old(0).replace('ops on', 'ops off'))
    expect(plan().code).toBe(1)
  })

  test('GitLab: the plan is shown, and just that is applied', async () => {
    const env = await served(old(1))
    const next = old(1).replace('+get', '+set')
    write(next)
    const before = gitlab['.acl-apply']?.before_script ?? []
    const run = (job: string): { readonly code: number | null; readonly out: string } =>
      shell([...before, ...(gitlab[job]?.script ?? [])].join('\n'), env)
    expect(run('acl-plan')).toMatchObject({ code: 0, out: expect.stringContaining('can also run SET') })
    write(old(1).replace('+get', '+mget'))
    expect(run('acl-apply')).toMatchObject({ code: 1, out: expect.stringContaining('The servers have changed') })
    write(next)
    expect(drift(env)).toBe(1)
    expect(run('acl-apply')).toMatchObject({ code: 0, out: expect.stringContaining('Applied and verified.') })
    expect(drift(env)).toBe(0)
    rmSync(join(repository, 'plan'), { recursive: true, force: true })
    expect([run('acl-plan').code, run('acl-apply').code]).toEqual([0, 0])
    write(old(1).replace('ops on', 'ops off'))
    expect(run('acl-plan').code).toBe(1)
  })
})

test('the hooks for pre-commit run the installed command', () => {
  interface Hook {
    readonly id: string
    readonly entry: string
    readonly language: string
    readonly args?: readonly string[]
    readonly files: string
    readonly pass_filenames?: boolean
  }
  const hooks = parse(text('.pre-commit-hooks.yaml')) as readonly Hook[]
  expect(hooks.map(({ id, language }) => [id, language])).toEqual([
    ['acl-check', 'node'],
    ['acl-test', 'node'],
  ])
  const run = (): (number | null)[] =>
    hooks.map(({ entry, args = [], files, pass_filenames }) => {
      expect('users.acl').toMatch(new RegExp(files))
      return shell([entry, ...args, ...(pass_filenames === false ? [] : ['users.acl'])].join(' ')).code
    })
  expect(run()).toEqual([0, 0])
  write(broken)
  expect(run()).toEqual([0, 1])
})

test('the image is small, runs without rights, and copies what exists', () => {
  const lines = text('Dockerfile')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const instructions = lines.map((line) => /^([A-Z]+) (.+)$/.exec(line)?.slice(1) ?? [line, ''])
  const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'USER', 'EXPOSE', 'ENTRYPOINT', 'CMD']
  expect(instructions.filter(([name = '']) => !known.includes(name))).toEqual([])
  const last = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'))
  expect(last.map(([name]) => name)).toEqual(['FROM', 'COPY', 'WORKDIR', 'USER', 'EXPOSE', 'ENTRYPOINT', 'CMD'])
  for (const [name = '', rest = ''] of instructions) {
    if (name === 'FROM') expect(rest).toMatch(/:(?!latest)[\w.-]+(?: AS \w+)?$/)
    if (name === 'USER') expect(rest).not.toMatch(/^(?:root|0)\b/)
    if (name === 'ENTRYPOINT' || name === 'CMD') expect(JSON.parse(rest)).toBeInstanceOf(Array)
    if (name === 'COPY' && !rest.startsWith('--from=build '))
      for (const file of rest.split(' ').slice(0, -1)) expect(existsSync(join(root, file))).toBe(true)
  }
  expect(text('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['node_modules', 'dist', '.git']))
})

describe('the workflows', () => {
  interface Job {
    readonly needs?: string
    readonly uses?: string
    readonly steps?: readonly { readonly run?: string; readonly env?: object }[]
  }
  const workflow = (name: string): { readonly on: unknown; readonly jobs: Readonly<Record<string, Job>> } =>
    parse(text(`.github/workflows/${name}.yml`)) as ReturnType<typeof workflow>
  const { on, jobs } = workflow('release')
  const commands = (job: Job | undefined): string[] => job?.steps?.flatMap(({ run = '' }) => run.split('\n')) ?? []

  test('run everything on pull requests, and before a tag publishes anything', () => {
    const ci = workflow('ci')
    expect(ci.on).toMatchObject({ pull_request: null, workflow_call: null })
    expect(Object.values(ci.jobs).flatMap(commands)).toContain('.ci/run')
    expect(on).toEqual({ push: { tags: ['v*.*.*'] } })
    const testing = Object.keys(jobs).filter((name) => jobs[name]?.uses === './.github/workflows/ci.yml')
    const needs = (name: string): string[] => {
      const before = jobs[name]?.needs
      return before === undefined ? [] : [before, ...needs(before)]
    }
    for (const name of ['page', 'package', 'major'])
      expect(needs(name), name).toEqual(expect.arrayContaining([...testing, 'version']))
    expect(needs('major')).toContain('package')
    expect(commands(jobs['package'])).toContain('npm publish --provenance --access public')
  })

  test('run scripts that exist', () => {
    const { scripts } = JSON.parse(text('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
    for (const command of Object.values(jobs).flatMap(commands)) {
      const script = /^npm run (\S+)$/.exec(command)?.[1]
      if (script !== undefined) expect(scripts).toHaveProperty(script)
    }
  })

  test('publish no tag but that of the version', () => {
    const [check = ''] = commands(jobs['version']).filter((command) => command.startsWith('test '))
    const inRoot = `cd "${root}"\n${check}`
    expect(shell(inRoot, { GITHUB_REF_NAME: `v${version}` }).code).toBe(0)
    expect(shell(inRoot, { GITHUB_REF_NAME: 'v99.0.0' }).code).toBe(1)
  })

  test('move the tag of the major version to its highest release, and to no pre-release', () => {
    const [move = ''] = commands(jobs['major']).filter((command) => command.startsWith('ci/'))
    const released = (tag: string): string => {
      const { code, out } = shell(
        `cd "${folder}/tagged"; git -c user.name=me -c user.email=me@example.org commit -q --allow-empty -m ${tag}; git tag ${tag}; "${root}"${move}`,
        { GITHUB_REF_NAME: tag },
      )
      expect({ tag, code, out: code === 0 ? '' : out }).toEqual({ tag, code: 0, out: '' })
      return shell(`git -C "${folder}/remote.git" log -1 --format=%s v${tag[1] ?? ''}`).out.trim()
    }
    shell(`git init -q --bare "${folder}/remote.git"; git clone -q "${folder}/remote.git" "${folder}/tagged"`)
    expect(released('v1.0.0')).toBe('v1.0.0')
    expect(released('v1.10.0')).toBe('v1.10.0')
    expect(released('v1.9.1')).toBe('v1.10.0')
    expect(released('v1.11.0-rc.1')).toBe('v1.10.0')
    expect(released('v2.0.0')).toBe('v2.0.0')
    expect(shell(`git -C "${folder}/remote.git" log -1 --format=%s v1`).out).toBe('v1.10.0\n')
  })
})

describe('the documents', () => {
  const document = text('docs/ci.md')
  const snippet = (heading: string): unknown =>
    parse(new RegExp(`\\n## ${heading}\\n\\n\`\`\`yaml\\n([^]*?)\`\`\``).exec(document)?.[1] ?? '')

  test('name inputs and hooks that exist', () => {
    const names = (path: string): string[] => Object.keys((parse(text(path)) as { readonly inputs: object }).inputs)
    const github = snippet('GitHub') as {
      readonly jobs: { readonly acl: { readonly steps: readonly { readonly with?: object }[] } }
    }
    const used = github.jobs.acl.steps.flatMap((step) => Object.keys(step.with ?? {}))
    expect(names('action.yml')).toEqual(expect.arrayContaining(used))
    for (const name of names('action.yml')) expect(document).toContain(`\`${name}\``)
    const [spec] = parseAllDocuments(text('templates/acl-playground.yml')).map((part) => part.toJS() as unknown) as [
      { readonly spec: { readonly inputs: object } },
    ]
    const { include } = snippet('GitLab') as { readonly include: readonly { readonly inputs: object }[] }
    expect(Object.keys(spec.spec.inputs)).toEqual(
      expect.arrayContaining(include.flatMap(({ inputs }) => Object.keys(inputs))),
    )
    for (const name of Object.keys(spec.spec.inputs)) expect(document).toContain(`\`${name}\``)
  })

  test('show hooks for pre-commit that pass', () => {
    const hooks = parse(text('.pre-commit-hooks.yaml')) as readonly { readonly id: string; readonly entry: string }[]
    const { repos } = snippet('pre-commit') as {
      readonly repos: readonly {
        readonly hooks: readonly { readonly id: string; readonly args: readonly string[] }[]
      }[]
    }
    for (const { id, args } of repos.flatMap((one) => one.hooks)) {
      const entry = hooks.find((hook) => hook.id === id)?.entry ?? ''
      const files = id === 'acl-check' ? ['users.acl'] : []
      expect({ id, ...shell([entry, ...args, ...files].join(' ')) }).toMatchObject({ id, code: 0 })
    }
  })

  test('show commands that run as written', () => {
    for (const path of ['README.md', 'docs/ci.md']) {
      const commands = [...text(path).matchAll(/^ {4}(npx acl-playground (?!serve).+)$/gm)].map(([, one = '']) => one)
      expect(commands.length).toBeGreaterThan(0)
      for (const command of commands) expect({ command, ...shell(command) }).toMatchObject({ command, code: 0 })
    }
  })
})
