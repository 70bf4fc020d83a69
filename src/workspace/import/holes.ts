import { toText, fromText, type Bytes } from '../../acl/bytes'

/** Noncharacters that enclose the source of a value which is not in the text: a variable, a template, an expression. */
const [OPEN, CLOSE, SPACE] = ['\ufdd0', '\ufdd1', '\ufdd2'] as const
const [openBytes, closeBytes] = [fromText(OPEN), fromText(CLOSE)] as const
const LONGEST = 60

/** Returns a text without white space that stands for a value which is not in the text. */
export function hole(source: string): string {
  const shown = source
    .slice(0, 300)
    .replace(/[\ufdd0\ufdd1]/g, '')
    .trim()
    .replace(/\s+/g, SPACE)
  return `${OPEN}${shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1)}…` : shown}${CLOSE}`
}

/** Returns the source of the first hole in a text; null where there is none. */
export function holeIn(text: string): string | null {
  const from = text.indexOf(OPEN)
  const to = from < 0 ? -1 : text.indexOf(CLOSE, from)
  return to < 0 ? null : text.slice(from + 1, to).replaceAll(SPACE, ' ')
}

/** Returns the source of the first hole in a byte string; null where there is none. */
export function holeInBytes(bytes: Bytes): string | null {
  const from = bytes.indexOf(openBytes)
  const to = from < 0 ? -1 : bytes.indexOf(closeBytes, from)
  return to < 0 ? null : holeIn(toText(bytes.slice(from, to + closeBytes.length)))
}

/** Returns the index after the hole at a place of a text; the place itself where there is none. */
export function afterHole(text: string, at: number): number {
  return text[at] === OPEN ? text.indexOf(CLOSE, at) + 1 || at : at
}

/** Returns the text with its holes as they were written. */
export function withoutHoles(text: string): string {
  return text.replace(/[\ufdd0\ufdd1]/g, '').replaceAll(SPACE, ' ')
}

/** Puts holes in place of what is filled in when a YAML or JSON file is used: `${VAR}`, `$(VAR)`, `{{ expression }}`. */
export function templateHoles(text: string): string {
  return text.replace(/\ufdd0[^\ufdd1]*\ufdd1|\$\{[^{}\n]{1,200}\}|\$\(\w{1,100}\)|\{\{[^{}\n]{1,200}\}\}/g, (found) =>
    found.startsWith(OPEN) ? found : hole(found),
  )
}
