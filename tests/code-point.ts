import fc from 'fast-check'

const SURROGATES = { first: 0xd800, count: 0x800 }

/**
 * Any character but a lone surrogate, as a unit of `fc.string`. The library's own `binary` maps all of them back by a table
 * of a million entries, which takes a second to fill and stays in memory.
 */
export const codePoint = fc.nat({ max: 0x10ffff - SURROGATES.count }).map(
  (n) => String.fromCodePoint(n < SURROGATES.first ? n : n + SURROGATES.count),
  (text) => {
    if (typeof text !== 'string') throw new Error('not a text')
    const [first, ...others] = text
    const code = first?.codePointAt(0)
    if (code === undefined || others.length > 0) throw new Error('not one character')
    if (code < SURROGATES.first) return code
    if (code < SURROGATES.first + SURROGATES.count) throw new Error('a lone surrogate')
    return code - SURROGATES.count
  },
)
