type Reader = typeof import('./read-state')

let loaded: Reader | null = null

/** Loads what validates stored workspaces: a first visit, which has none, starts without it. */
export async function loadReader(): Promise<void> {
  loaded ??= await import('./read-state')
}

/** True once `loadReader` is through. */
export const hasReader = (): boolean => loaded !== null

/** Returns what validates stored workspaces, for which `loadReader` must be through. */
export function reader(): Reader {
  if (loaded === null) throw new Error('Stored workspaces are read before loadReader is through.')
  return loaded
}
