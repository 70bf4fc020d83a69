/** The parts of Rolldown's context that are used here. */
interface ChunkingContext {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null
}

/**
 * Returns a group for Rolldown that puts an entry and everything it imports statically into one chunk. By itself, Rolldown
 * makes chunks of what the entry shares with parts that are loaded later: dozens of requests before the page can start.
 */
export function oneChunkFor(entry: string): {
  debugName: string
  name: (id: string, context: ChunkingContext) => string | null
} {
  let reached: Set<string> | null = null
  return {
    debugName: 'page',
    name: (id, context) => {
      reached ??= reach(entry, context)
      return reached.has(id) ? 'page' : null
    },
  }
}

function reach(entry: string, context: ChunkingContext): Set<string> {
  const reached = new Set([entry])
  // A set yields what is added while it is iterated.
  for (const id of reached) for (const imported of context.getModuleInfo(id)?.importedIds ?? []) reached.add(imported)
  return reached
}
