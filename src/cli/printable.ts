import { visible } from '../analysis/escape/visible'

/**
 * Escapes what a terminal or a build log might interpret: control characters, invisible formatting characters and lone
 * surrogates. Keeps line breaks; tabs become spaces. Everything that comes from a file, a client or an argument passes
 * through this function or `onOneLine` before it is printed.
 */
export function printable(text: string): string {
  return text.replace(/[^\n\t]+|\t/g, (part) => (part === '\t' ? ' ' : visible(part)))
}

/** Escapes line breaks too, for a name within a sentence, which must not start a line of its own. */
export function onOneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n')
}

/**
 * Escapes like `printable`, but keeps the colours that `painter` sets, for a message whose parts may be coloured
 * already.
 */
export function printableWithColors(text: string): string {
  return text
    .split(COLOR)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('')
}

/** The sequences that `painter` writes. The group makes `split` keep them. */
const COLOR = /(\x1b\[(?:1|2|22|3[0-79])m)/
