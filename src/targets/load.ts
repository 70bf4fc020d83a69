import type { CommandDoc, CommandDocs, DocsData } from './docs'
import { storedNames, type TableData } from './table'
import type { Target, TargetId } from './target'
import { unpackTarget } from './unpack'

interface Chunks {
  readonly table: () => Promise<{ readonly default: TableData }>
  readonly docs: () => Promise<{ readonly default: unknown }>
}

/** Paths are written out so that a bundler makes each a chunk of its own. */
const servers: Readonly<Record<TargetId, Chunks>> = {
  'redis-6.0': { table: () => import('./data/redis-6.0.json'), docs: () => import('./data/redis-6.0.docs.json') },
  'redis-6.2': { table: () => import('./data/redis-6.2.json'), docs: () => import('./data/redis-6.2.docs.json') },
  'redis-7.0': { table: () => import('./data/redis-7.0.json'), docs: () => import('./data/redis-7.0.docs.json') },
  'redis-7.2': { table: () => import('./data/redis-7.2.json'), docs: () => import('./data/redis-7.2.docs.json') },
  'redis-7.4': { table: () => import('./data/redis-7.4.json'), docs: () => import('./data/redis-7.4.docs.json') },
  'redis-8.0': { table: () => import('./data/redis-8.0.json'), docs: () => import('./data/redis-8.0.docs.json') },
  'redis-8.2': { table: () => import('./data/redis-8.2.json'), docs: () => import('./data/redis-8.2.docs.json') },
  'redis-8.4': { table: () => import('./data/redis-8.4.json'), docs: () => import('./data/redis-8.4.docs.json') },
  'redis-8.6': { table: () => import('./data/redis-8.6.json'), docs: () => import('./data/redis-8.6.docs.json') },
  'redis-8.8': { table: () => import('./data/redis-8.8.json'), docs: () => import('./data/redis-8.8.docs.json') },
  'redis-8.10': { table: () => import('./data/redis-8.10.json'), docs: () => import('./data/redis-8.10.docs.json') },
  'valkey-7.2': { table: () => import('./data/valkey-7.2.json'), docs: () => import('./data/valkey-7.2.docs.json') },
  'valkey-8.0': { table: () => import('./data/valkey-8.0.json'), docs: () => import('./data/valkey-8.0.docs.json') },
  'valkey-8.1': { table: () => import('./data/valkey-8.1.json'), docs: () => import('./data/valkey-8.1.docs.json') },
  'valkey-9.1': { table: () => import('./data/valkey-9.1.json'), docs: () => import('./data/valkey-9.1.docs.json') },
}

/** The modules bundled with Redis 8, as of each release. */
const modules: Readonly<Partial<Record<TargetId, Chunks>>> = {
  'redis-8.0': {
    table: () => import('./data/redis-8.0.modules.json'),
    docs: () => import('./data/redis-8.0.modules.docs.json'),
  },
  'redis-8.2': {
    table: () => import('./data/redis-8.2.modules.json'),
    docs: () => import('./data/redis-8.2.modules.docs.json'),
  },
  'redis-8.4': {
    table: () => import('./data/redis-8.4.modules.json'),
    docs: () => import('./data/redis-8.4.modules.docs.json'),
  },
  'redis-8.6': {
    table: () => import('./data/redis-8.6.modules.json'),
    docs: () => import('./data/redis-8.6.modules.docs.json'),
  },
  'redis-8.8': {
    table: () => import('./data/redis-8.8.modules.json'),
    docs: () => import('./data/redis-8.8.modules.docs.json'),
  },
  'redis-8.10': {
    table: () => import('./data/redis-8.10.modules.json'),
    docs: () => import('./data/redis-8.10.modules.docs.json'),
  },
}

export interface LoadOptions {
  /** Adds the commands and categories of the modules bundled with Redis 8; other targets have none. */
  readonly modules?: boolean
}

const loaded = new Map<string, Promise<Target>>()

function chunksOf(id: TargetId, options: LoadOptions): readonly Chunks[] {
  const bundled = options.modules === true ? modules[id] : undefined
  return bundled === undefined ? [servers[id]] : [servers[id], bundled]
}

/** Loads a target's tables as they are stored, for unpackTarget to make a target of elsewhere. */
export async function loadTables(id: TargetId, options: LoadOptions = {}): Promise<readonly TableData[]> {
  const parts = await Promise.all(chunksOf(id, options).map((chunk) => chunk.table()))
  return parts.map((part) => part.default)
}

/** Loads a target's command table (once: the same Target comes back later). Fails only where the chunk cannot be fetched. */
export function loadTarget(id: TargetId, options: LoadOptions = {}): Promise<Target> {
  const chunks = chunksOf(id, options)
  const key = `${id} ${chunks.length}`
  const known = loaded.get(key)
  if (known !== undefined) return known
  const loading = loadTables(id, options).then((tables) => unpackTarget(id, tables))
  loaded.set(key, loading)
  loading.catch(() => loaded.delete(key))
  return loading
}

const docs = new Map<string, CommandDocs>()

/** Loads what COMMAND DOCS tells and completion uses: every command's summary and, but for Redis 6, its argument grammar. */
export async function loadDocs(id: TargetId, options: LoadOptions = {}): Promise<CommandDocs> {
  const chunks = chunksOf(id, options)
  const key = `${id} ${chunks.length}`
  const known = docs.get(key)
  if (known !== undefined) return known
  const [summaries, ...parts] = await Promise.all([
    import('./data/summaries.json'),
    ...chunks.map((chunk) => Promise.all([chunk.table(), chunk.docs()])),
  ])
  const summaryOf = new Map(summaries.default.map(([name = '', summary = '']) => [name, summary]))
  const all = new Map<string, CommandDoc>()
  for (const [table, told] of parts) {
    const known = new Map(told.default as DocsData)
    for (const name of storedNames(table.default)) {
      const summary =
        summaryOf.get(name) ?? (name.endsWith('|help') ? 'Lists the subcommands and what they do.' : undefined)
      all.set(name, { ...known.get(name), ...(summary !== undefined && { summary }) })
    }
  }
  docs.set(key, all)
  return all
}

/** A target's docs where `loadDocs` has loaded them already, else null. */
export function loadedDocs(target: Target): CommandDocs | null {
  return docs.get(`${target.id} ${target.modules ? 2 : 1}`) ?? null
}
