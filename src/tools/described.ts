/** A server's description of its own commands, as JSON. */
import { createClient } from 'redis'
import type { KeySpec } from '../acl/command'
import type { ArgumentDoc, CommandDoc } from '../targets/docs'

export interface DescribedCommand extends Omit<CommandDoc, 'summary'> {
  readonly name: string
  readonly arity: number
  readonly flags: readonly string[]
  readonly firstKey: number
  readonly lastKey: number
  readonly step: number
  readonly categories: readonly string[]
  readonly keySpecs?: readonly KeySpec[]
  readonly tips?: readonly string[]
  readonly subcommands?: readonly DescribedCommand[]
}

export interface Described {
  readonly target: string
  readonly version: string
  /** Only the names and their order count: the members are taken from the commands. */
  readonly categories: Readonly<Record<string, readonly string[]>>
  readonly commands: readonly DescribedCommand[]
}

/** The values that releases before `before` (and from `from` on) reported instead. */
export interface Earlier extends Partial<DescribedCommand> {
  readonly before: string
  readonly from?: string
}

export interface DescribedModules {
  readonly modules: Readonly<
    Record<
      string,
      {
        readonly declares: readonly string[]
        readonly commands: readonly (DescribedCommand & {
          readonly redis?: string
          readonly earlier?: readonly Earlier[]
        })[]
      }
    >
  >
}

type Raw = string | number | null | readonly Raw[]
const list = (raw: Raw | undefined): readonly Raw[] => (Array.isArray(raw) ? (raw as readonly Raw[]) : [])
const texts = (raw: Raw | undefined): string[] => list(raw).map(String)

/** Converts a flat list of keys and values, as RESP2 encodes maps. */
function fields(raw: Raw | undefined): Map<string, Raw> {
  const flat = list(raw)
  const out = new Map<string, Raw>()
  for (let i = 0; i + 1 < flat.length; i += 2) out.set(String(flat[i]), flat[i + 1] ?? null)
  return out
}

function keySpec(raw: Raw): KeySpec {
  const spec = fields(raw)
  const begin = fields(spec.get('begin_search'))
  const find = fields(spec.get('find_keys'))
  const notes = spec.get('notes')
  const number = (of: Map<string, Raw>, name: string): number => Number(fields(of.get('spec')).get(name))
  return {
    flags: texts(spec.get('flags')),
    ...(typeof notes === 'string' && { notes }),
    begin:
      begin.get('type') === 'index'
        ? { type: 'index', index: number(begin, 'index') }
        : begin.get('type') === 'keyword'
          ? {
              type: 'keyword',
              keyword: String(fields(begin.get('spec')).get('keyword')),
              startfrom: number(begin, 'startfrom'),
            }
          : { type: 'unknown' },
    find:
      find.get('type') === 'range'
        ? {
            type: 'range',
            lastkey: number(find, 'lastkey'),
            keystep: number(find, 'keystep'),
            limit: number(find, 'limit'),
          }
        : find.get('type') === 'keynum'
          ? {
              type: 'keynum',
              keynumidx: number(find, 'keynumidx'),
              firstkey: number(find, 'firstkey'),
              keystep: number(find, 'keystep'),
            }
          : { type: 'unknown' },
  }
}

function argument(raw: Raw): ArgumentDoc {
  const of = fields(raw)
  const text = (name: string): string | undefined =>
    typeof of.get(name) === 'string' ? String(of.get(name)) : undefined
  const token = text('token')
  const since = text('since')
  return {
    name: text('name') ?? '',
    type: (text('type') ?? 'string') as ArgumentDoc['type'],
    ...(of.has('key_spec_index') && { keySpec: Number(of.get('key_spec_index')) }),
    ...(token !== undefined && { token }),
    ...(since !== undefined && { since }),
    ...(of.has('flags') && { flags: texts(of.get('flags')) as NonNullable<ArgumentDoc['flags']> }),
    ...(of.has('arguments') && { arguments: list(of.get('arguments')).map(argument) }),
  }
}

function documentation(raw: Raw | undefined): Partial<DescribedCommand> {
  const of = fields(raw)
  const named = ['group', 'since', 'complexity', 'deprecated_since', 'replaced_by'] as const
  return {
    ...Object.fromEntries(named.filter((name) => of.has(name)).map((name) => [name, String(of.get(name))])),
    ...(of.has('doc_flags') && { docFlags: texts(of.get('doc_flags')) }),
    ...(of.has('arguments') && { arguments: list(of.get('arguments')).map(argument) }),
  }
}

function command(raw: Raw, docs: Map<string, Raw>): DescribedCommand {
  const [name, arity, flags, firstKey, lastKey, step, categories, tips, keySpecs, subcommands] = list(raw)
  const own = docs.get(String(name))
  const below = fields(fields(own).get('subcommands'))
  return {
    name: String(name),
    arity: Number(arity),
    flags: texts(flags),
    firstKey: Number(firstKey),
    lastKey: Number(lastKey),
    step: Number(step),
    categories: texts(categories),
    keySpecs: list(keySpecs).map(keySpec),
    tips: texts(tips),
    subcommands: list(subcommands).map((sub) => command(sub, below)),
    ...documentation(own),
  }
}

/**
 * Reads the commands of a running server (6.0 or newer). Rejects with the client's error where it cannot be reached.
 */
export async function describeServer(address: string, target: string): Promise<Described> {
  const client = createClient({ url: `redis://${address}`, RESP: 2 })
  await client.connect()
  try {
    const ask = async (...argv: string[]): Promise<Raw> => (await client.sendCommand(argv)) as unknown as Raw
    const version = /redis_version:(\S+)|valkey_version:(\S+)/.exec(String(await ask('INFO', 'server')))
    const docs = await ask('COMMAND', 'DOCS').catch(() => null)
    return {
      target,
      version: version?.[2] ?? version?.[1] ?? '',
      categories: Object.fromEntries(texts(await ask('ACL', 'CAT')).map((name) => [name, []])),
      commands: list(await ask('COMMAND')).map((raw) => command(raw, fields(docs))),
    }
  } finally {
    client.destroy()
  }
}
