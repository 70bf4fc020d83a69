/**
 * Writes the command tables in src/targets/data.
 *
 *     npm run targets -- --files <directory>           from descriptions of commands, a JSON file per target
 *     npm run targets -- --from <host:port> <target>   from a running server (without a password)
 *
 * A target gets two files: `<id>.json` has what checking needs, `<id>.docs.json` the argument grammar and other
 * documentation. A file of modules (`modules` instead of `commands`) gives a pair for each Redis 8 target.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { targetInfos } from '../targets/infos'
import type { DocsData } from '../targets/docs'
import { packSpec, type TableData } from '../targets/table'
import { type Described, type DescribedCommand, type DescribedModules, describeServer } from './described'

const folder = fileURLToPath(new URL('../targets/data/', import.meta.url))

/** A list that stores equal texts once. */
class Pool {
  readonly items: string[] = []

  indexOf(text: string): number {
    const at = this.items.indexOf(text)
    return at >= 0 ? at : this.items.push(text) - 1
  }
}

function pack(described: Described): TableData {
  const flags = new Pool()
  const sets = new Pool()
  const tips = new Pool()
  const specs = new Pool()
  const categories = Object.keys(described.categories)
  const line = (command: DescribedCommand): string => {
    const set = command.categories.map((name) => {
      const at = categories.indexOf(name.replace('@', ''))
      if (at < 0)
        throw new Error(`${described.target}: ${command.name} is in ${name}, which is not among the categories`)
      return at
    })
    const range = [command.firstKey, command.lastKey, command.step]
    const fields = [
      command.name + (command.subcommands?.length ? '*' : ''),
      command.arity,
      flags.indexOf(command.flags.join(' ')),
      sets.indexOf(set.join(' ')),
      range.some((n) => n !== 0) ? range.join() : '',
      (command.keySpecs ?? []).map((spec) => specs.indexOf(packSpec(spec))).join(),
      command.tips?.length ? tips.indexOf(command.tips.join(';')) : '',
    ]
    return fields.join(' ').trimEnd()
  }
  const commands = described.commands.flatMap((command) => [command, ...(command.subcommands ?? [])]).map(line)
  return {
    version: described.version,
    categories,
    flags: flags.items,
    sets: sets.items,
    tips: tips.items,
    specs: specs.items,
    commands,
  }
}

function docsOf(described: Described): DocsData {
  const all = described.commands.flatMap((command) => [command, ...(command.subcommands ?? [])])
  return all
    .filter((c) => c.group !== undefined)
    .map((c) => [
      c.name.toLowerCase(),
      {
        group: c.group ?? '',
        ...(c.since !== undefined && { since: c.since }),
        ...(c.complexity !== undefined && { complexity: c.complexity }),
        ...(c.docFlags !== undefined && { docFlags: c.docFlags }),
        ...(c.deprecated_since !== undefined && { deprecated_since: c.deprecated_since }),
        ...(c.replaced_by !== undefined && { replaced_by: c.replaced_by }),
        ...(c.arguments !== undefined && { arguments: c.arguments }),
      },
    ])
}

function olderThan(a: string, b: string): boolean {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)]
  const at = [0, 1, 2].find((i) => (x[i] ?? 0) !== (y[i] ?? 0))
  return at !== undefined && (x[at] ?? 0) < (y[at] ?? 0)
}

/**
 * Returns the modules as a release bundled them: without later commands, and with the values that older releases
 * reported.
 */
function modulesAt(
  version: string,
  target: string,
  { modules }: DescribedModules,
  builtIn: ReadonlySet<string>,
): Described {
  const commands = Object.values(modules)
    .flatMap((module) => module.commands)
    .filter((command) => !builtIn.has(command.name))
    .filter((command) => command.redis === undefined || !olderThan(version, command.redis))
    .map((command) =>
      (command.earlier ?? [])
        .filter(
          (then) => olderThan(version, then.before) && (then.from === undefined || !olderThan(version, then.from)),
        )
        .sort((a, b) => (olderThan(a.before, b.before) ? 1 : -1))
        .reduce<DescribedCommand>((now, { before: _before, from: _from, ...then }) => ({ ...now, ...then }), command),
    )
  const own = Object.values(modules).flatMap((module) => module.declares)
  const used = commands
    .flatMap((c) => [c, ...(c.subcommands ?? [])])
    .flatMap((c) => c.categories.map((name) => name.replace('@', '')))
  return { target, version, categories: Object.fromEntries([...own, ...used].map((name) => [name, []])), commands }
}

function write(name: string, value: TableData | DocsData): void {
  const text = `${JSON.stringify(value)
    .replace(/(?<=",)(?="[^"]*[ *\]])/g, '\n')
    .replace(/(?<=[\]}],)(?="[a-z]+":\[|\["[a-z_|.]+",\{"group)/gi, '\n')}\n`
  writeFileSync(join(folder, name), text)
  console.log(`${name.padEnd(32)} ${text.length} bytes, ${gzipSync(text, { level: 9 }).length} gzipped`)
}

function writeTarget(described: Described, suffix = ''): void {
  write(`${described.target}${suffix}.json`, pack(described))
  write(`${described.target}${suffix}.docs.json`, docsOf(described))
}

function fromFiles(directory: string): void {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as Described | DescribedModules)
  const servers = files.filter((file) => 'commands' in file)
  for (const described of servers) writeTarget(described)
  for (const described of files.filter((file) => 'modules' in file)) {
    for (const { id, version } of targetInfos.filter((info) => info.hasModules)) {
      const builtIn = servers.find((server) => server.target === id)?.commands ?? []
      writeTarget(modulesAt(version, id, described, new Set(builtIn.map((command) => command.name))), '.modules')
    }
  }
}

const [option, where, id] = process.argv.slice(2)
if (option === '--files' && where !== undefined) fromFiles(where)
else if (option === '--from' && where !== undefined && targetInfos.some((info) => info.id === id))
  writeTarget(await describeServer(where, id ?? ''))
else {
  console.error(
    'Usage: npm run targets -- --files <directory>\n       npm run targets -- --from <host:port> <target>\n' +
      `Targets: ${targetInfos.map((info) => info.id).join(' ')}`,
  )
  process.exit(1)
}
