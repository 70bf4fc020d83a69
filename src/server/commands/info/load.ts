import type { Handler } from '../../handler'
import type { InfoParts } from './parts'

let handler: Handler<InfoParts> | null = null

/** Loads the code of INFO; null where it is loaded. Most servers never run it. */
export function loadInfo(): Promise<void> | null {
  if (handler !== null) return null
  return import('./index').then((code) => {
    handler = code.info
  })
}

/** Returns the handler of INFO; null before loadInfo has loaded it. */
export function infoHandler(): Handler<InfoParts> | null {
  return handler
}
