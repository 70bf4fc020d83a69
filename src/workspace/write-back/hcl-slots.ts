import { hclString } from '../../analysis/escape/hcl'
import { type Slot, linesOf, linesSlot } from './slots'

const token =
  /#[^\n]*|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|<<-?([A-Za-z_]\w*)[^\S\n]*\r?\n([^]*?)(?<=\n)[^\S\n]*\1(?=\r?\n|$)|"(?:[^"\\\n$%]|\\.|[$%](?!\{))*"/g

/** Returns the texts of a Terraform file: heredocs, and strings without templates. */
export function hclSlots(source: string): Slot[] {
  return [...source.matchAll(token)].flatMap(({ 0: found, 1: mark, 2: body, index }): Slot[] => {
    if (mark !== undefined && body !== undefined && body !== '') {
      const from = index + found.indexOf('\n') + 1
      const first = body.split('\n').find((line) => line.trim() !== '') ?? ''
      const slot = linesSlot(source, from, from + body.replace(/\r?\n$/, '').length, first.trim())
      if (slot === null) return []
      const isPlain = (line: string): boolean => !/[$%]\{/.test(line) || holds(slot.lines, line)
      // What a template would read as its own is not written.
      return [
        {
          ...slot,
          encode: (lines) => slot.encode(lines.map((line) => (typeof line === 'number' || isPlain(line) ? line : ''))),
        },
      ]
    }
    if (!found.startsWith('"')) return []
    const text = unescaped(found)
    if (text === null) return []
    const lines = text.split('\n')
    return [
      {
        from: index,
        to: index + found.length,
        isList: false,
        lines,
        encode: (given) => hclString(linesOf({ lines }, given).join('\n')),
      },
    ]
  })
}

/** Returns true where each template of a line stands in an old line too. */
const holds = (old: readonly string[], line: string): boolean =>
  (line.match(/[$%]\{[^}]*\}/g) ?? []).every((template) => old.some((one) => one.includes(template)))

function unescaped(literal: string): string | null {
  try {
    return JSON.parse(
      literal.replace(/\\U00([0-9a-fA-F]{6})/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16))),
    ) as string
  } catch {
    return null
  }
}
