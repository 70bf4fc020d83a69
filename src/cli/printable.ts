/**
 * Escapes what a terminal or a build log might interpret: control characters, invisible formatting characters and lone
 * surrogates. Keeps line breaks; tabs become spaces. Everything that comes from a file, a client or an argument passes
 * through this function or `onOneLine` before it is printed.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeOf)
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

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The sequences that `painter` writes. The group makes `split` keep them. */
const COLOR = /(\x1b\[(?:1|2|22|3[0-79])m)/

const escapeOf = (char: string): string =>
  char === '\n' ? '\n' : char === '\t' ? ' ' : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
