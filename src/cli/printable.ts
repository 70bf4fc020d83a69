/**
 * Escapes what a terminal or a build log might act on: control characters, invisible formatting characters and lone
 * surrogates. Line breaks stay, tabs become blanks. Everything that comes from a file, a client or an argument passes
 * through here, or through `onOneLine`, before it is printed.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeOf)
}

/** Escapes line breaks as well: for a name in the middle of a sentence, which must not start a line of its own. */
export function onOneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n')
}

/**
 * Escapes as `printable` does, but keeps the colours that `painter` sets: for a whole message whose parts may be coloured
 * already.
 */
export function printableWithColors(text: string): string {
  return text
    .split(COLOR)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('')
}

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The sequences of `painter`; as the separator of `split`, which keeps what the group matches. */
const COLOR = /(\x1b\[(?:1|2|22|3[0-79])m)/

const escapeOf = (char: string): string =>
  char === '\n' ? '\n' : char === '\t' ? ' ' : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
