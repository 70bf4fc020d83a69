/** The parts of Rolldown's context that are used here. */
interface ChunkingContext {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null
}

/** A group for Rolldown: `name` returns the name of the chunk that a module belongs to, null where it is none of the group. */
interface ChunkGroup {
  readonly debugName: string
  readonly name: (id: string, context: ChunkingContext) => string | null
}

/**
 * Returns groups that make one chunk of each of these lists of files and all they import statically, without what is in the
 * chunks before. By itself, Rolldown makes chunks of what they share with parts that are loaded later: dozens of files to
 * load before the page or a command can start.
 * @param entries lists of paths by the name of the chunk
 */
export function oneChunkEach(entries: Readonly<Record<string, readonly string[]>>): ChunkGroup[] {
  return Object.entries(entries).map(([chunk, files]) => {
    let reached: ReadonlySet<string> | null = null
    return {
      debugName: chunk,
      name: (id, context) => {
        reached ??= reach(files, context)
        return reached.has(id) ? chunk : null
      },
    }
  })
}

function reach(files: readonly string[], context: ChunkingContext): ReadonlySet<string> {
  const reached = new Set(files)
  // A set yields what is added while it is iterated.
  for (const id of reached) for (const imported of context.getModuleInfo(id)?.importedIds ?? []) reached.add(imported)
  return reached
}
