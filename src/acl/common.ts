/** Characters that are compared at once. */
const CHUNK = 2048

/** Returns the number of characters with which both strings begin. */
export function commonHead(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let at = 0
  while (at + CHUNK <= most && a.slice(at, at + CHUNK) === b.slice(at, at + CHUNK)) at += CHUNK
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return at
}

/** Returns the number of characters with which both strings end, `most` at most. */
export function commonTail(a: string, b: string, most: number): number {
  const part = (text: string, at: number): string => text.slice(text.length - at - CHUNK, text.length - at)
  let at = 0
  while (at + CHUNK <= most && part(a, at) === part(b, at)) at += CHUNK
  while (at < most && a.charCodeAt(a.length - 1 - at) === b.charCodeAt(b.length - 1 - at)) at++
  return at
}
