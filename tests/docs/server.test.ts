import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Command } from '../../src/acl/command'
import { startServer } from '../../src/server/start'
import { targetInfos } from '../../src/targets/infos'
import { loadTarget } from '../../src/targets/load'
import type { Target } from '../../src/targets/target'

const [, section = ''] =
  /\n## What is not simulated\n([^]*?)\nFurther limits:/.exec(readFileSync('docs/server.md', 'utf8')) ?? []
/** Commands that the document names, `*` for any end; those after "all but" are simulated. */
const documented = [...section.replace(/all but.*/, '').matchAll(/`([A-Z][A-Z \-*]*)`/g)].map(([, name = '']) =>
  name.toLowerCase(),
)

/** Servers hang up on these two, which are what a browser would send. */
const hungUpOn = new Set(['post', 'host:'])

const answers = new Map<Target, Promise<readonly string[]>>()

/** The commands of a target that answer that they are not simulated. */
function notSimulated(target: Target): Promise<readonly string[]> {
  let found = answers.get(target)
  if (found === undefined) answers.set(target, (found = ask(target)))
  return found
}

async function ask(target: Target): Promise<readonly string[]> {
  const unanswered = async (command: Command): Promise<boolean> => {
    const result = startServer({
      target,
      conf: 'enable-debug-command yes\n',
      unknownDirectives: 'note',
      files: { read: () => null, write: () => undefined },
      clock: { now: () => 0 },
      random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
      linkToPrimary: () => undefined,
    })
    if (!result.started) throw new Error('The server did not start.')
    const words = command.name.split('|')
    const argv = [
      ...words,
      ...Array.from({ length: Math.max(0, Math.abs(command.arity) - words.length) }, () =>
        command.name === 'debug' ? 'restart' : '1',
      ),
    ]
    await result.server.prepare(argv)
    return result.server
      .connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
      .send(argv)
      .replies.some(
        (reply) =>
          typeof reply === 'object' &&
          reply !== null &&
          'text' in reply &&
          String(reply.text).includes('is not simulated'),
      )
  }
  const found: string[] = []
  for (const command of target.table.commands)
    if (command.subcommands === null && !hungUpOn.has(command.name) && (await unanswered(command)))
      found.push(command.name.replace('|', ' ').toLowerCase())
  return found
}

test('the document names every command that is not simulated, and no other', async () => {
  const found = new Set<string>()
  for (const { id } of targetInfos)
    for (const name of await notSimulated(await loadTarget(id, { modules: false }))) found.add(name)
  const isNamed = (name: string): boolean =>
    documented.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern))
  expect(documented.length).toBeGreaterThan(3)
  const unnamed = [...found].filter((name) => !isNamed(name))
  expect(unnamed, 'These have no handler, and docs/server.md does not say so.').toEqual([])
  expect(
    documented.filter(
      (pattern) =>
        ![...found].some((name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)),
    ),
  ).toEqual([])
})

test('nothing that is simulated falls under a name with a star', async () => {
  for (const { id } of targetInfos) {
    const target = await loadTarget(id, { modules: false })
    const missing = new Set(await notSimulated(target))
    const simulated = target.table.commands
      .filter(({ subcommands }) => subcommands === null)
      .map(({ name }) => name.replace('|', ' ').toLowerCase())
      .filter((name) => !missing.has(name))
    expect(
      simulated.filter((name) =>
        documented.some((pattern) => pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))),
      ),
    ).toEqual([])
  }
})
