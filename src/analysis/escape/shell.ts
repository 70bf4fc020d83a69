import { hasInvisible } from './visible'

/**
 * Returns a text as one word of a command for sh and bash: what the shell reads is the text, whatever it contains. Null
 * where a terminal would not show the word as it is; no quotes of sh can write such characters.
 */
export function shellWord(text: string): string | null {
  if (hasInvisible(text)) return null
  return /^[\w%+,./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/**
 * Returns a path as an argument of a command to copy, which no program takes for an option; `FILE` where the path has
 * characters that a terminal does not show.
 */
export function shellPath(path: string): string {
  return shellWord(path.length > 1 && path.startsWith('-') ? `./${path}` : path) ?? 'FILE'
}
