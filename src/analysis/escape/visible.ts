/** Control characters, invisible formatting characters, line separators and lone surrogates. */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Returns true for a text with characters that a terminal or a page interprets or does not show. */
export const hasInvisible = (text: string): boolean => text.search(INVISIBLE) >= 0

/** Escapes characters that a terminal or a page interprets or does not show, as `\u{a}`. */
export const visible = (text: string): string =>
  text.replace(INVISIBLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
