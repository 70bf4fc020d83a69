import type { CommandDoc, CommandDocs, DocsData } from './docs'
import { targetInfos } from './infos'
import { storedNames, type TableData } from './table'
import type { Target, TargetId } from './target'
import { unpackTarget } from './unpack'

interface Chunks {
  readonly table: () => Promise<{ readonly default: TableData }>
  readonly docs: () => Promise<{ readonly default: DocsData }>
}

/** The chunks of a table, found by its name: a bundler makes each file that the paths match a chunk of its own. */
function chunksNamed(name: string): Chunks {
  return {
    table: () => import(`./data/${name}.json`) as Promise<{ readonly default: TableData }>,
    docs: () => import(`./data/${name}.docs.json`) as Promise<{ readonly default: DocsData }>,
  }
}

export interface LoadOptions {
  /** Adds the commands and categories of the modules bundled with Redis 8; other targets have none. */
  readonly modules?: boolean
  /** The exact release to decide as, for `parseExactRelease` (`8.0.6`); absent: the one that the table was made from. */
  readonly version?: string
}

/**
 * Makes a target of its tables as they are stored.
 * @param version the exact release to decide as; absent, or none of the target's line: the one that the tables were made from
 */
export async function targetFrom(id: TargetId, tables: readonly TableData[], version?: string): Promise<Target> {
  const isRecorded = version === undefined || targetInfos.some((info) => info.id === id && info.release === version)
  // Most have no need of the differences between releases.
  return isRecorded ? unpackTarget(id, tables) : (await import('./derive')).deriveTarget(id, tables, version)
}

const loaded = new Map<string, Promise<Target>>()

function chunksOf(id: TargetId, options: LoadOptions): readonly Chunks[] {
  const hasModules = targetInfos.some((info) => info.id === id && info.hasModules)
  return [id, ...(options.modules === true && hasModules ? [`${id}.modules`] : [])].map(chunksNamed)
}

/** Loads a target's tables as they are stored, for targetFrom to make a target of elsewhere. */
export async function loadTables(id: TargetId, options: LoadOptions = {}): Promise<readonly TableData[]> {
  const parts = await Promise.all(chunksOf(id, options).map((chunk) => chunk.table()))
  return parts.map((part) => part.default)
}

/** Loads a target's command table (once: the same Target comes back later). Fails only where the chunk cannot be fetched. */
export function loadTarget(id: TargetId, options: LoadOptions = {}): Promise<Target> {
  const chunks = chunksOf(id, options)
  const key = `${id} ${chunks.length} ${options.version ?? ''}`
  const known = loaded.get(key)
  if (known !== undefined) return known
  const { version } = options
  const loading = loadTables(id, options).then((tables) => targetFrom(id, tables, version))
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
    const known = new Map(told.default)
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
