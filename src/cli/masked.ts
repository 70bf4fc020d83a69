import { masker, maskText, type MaskedText, type SecretFile } from '../workspace/secrets'
import type { Edit } from '../analysis/diagnostic'
import type { Source } from './input'

const files = new WeakMap<Source, { readonly file: SecretFile; readonly conf: string; masked: MaskedText | null }>()

/** Registers a source as a file with passwords, so that they are never printed. Returns the source. */
export function markFile(source: Source, file: SecretFile, conf: Source | null = null): Source {
  files.set(source, { file, conf: conf?.text ?? '', masked: null })
  return source
}

function maskedText(source: Source): MaskedText {
  const known = files.get(source)
  if (known === undefined) return { text: source.text, secrets: new Set() }
  return (known.masked ??= maskText(source.text, known.file, known.conf))
}

/** Returns the printable text of a source: passwords are masked, and all offsets stay the same. */
export function shownText(source: Source): string {
  return maskedText(source).text
}

/** Returns a function that masks the passwords of these sources in a message. */
export function maskOf(...sources: readonly (Source | null)[]): (message: string) => string {
  let mask: ((message: string) => string) | null = null
  return (message) => {
    mask ??= masker(sources.flatMap((source) => (source === null ? [] : [...maskedText(source).secrets])))
    return mask(message)
  }
}

/** Returns true for an edit that writes a password in clear: a word with the sign of one, or a password of its own lines. */
export function writesPassword(source: Source, { from, to, insert }: Edit): boolean {
  if (/(?:^|[\s"'(])[<>]/.test(insert)) return true
  const { text } = source
  const start = text.lastIndexOf('\n', from - 1) + 1
  const newLine = text.indexOf('\n', to)
  const end = newLine < 0 ? text.length : newLine
  const shown = shownText(source)
  let hidden = ''
  for (let i = start; i <= end; i++) {
    if (i < end && shown[i] !== text[i]) hidden += text[i]
    else if (hidden !== '' && insert.includes(hidden)) return true
    else hidden = ''
  }
  return false
}
