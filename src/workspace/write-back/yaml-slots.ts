import { isScalar, parse, parseAllDocuments, type Scalar, visit, type YAMLSeq } from 'yaml'
import { type Slot, linesOf, linesSlot } from './slots'

/** Returns the texts of a YAML or JSON file, and its lists of words. Throws nothing: a file with errors has none. */
export function yamlSlots(source: string): Slot[] {
  const documents = parseAllDocuments(source, { uniqueKeys: false, logLevel: 'silent' })
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return []
  const slots: Slot[] = []
  for (const document of documents)
    visit(document, {
      Scalar(key, node) {
        if (key !== 'key') slots.push(...scalarSlots(source, node))
      },
      Seq(_, node) {
        slots.push(...listSlots(source, node))
      },
    })
  return slots
}

function scalarSlots(source: string, { range, value, type }: Scalar): Slot[] {
  if (typeof value !== 'string' || range === undefined || range === null) return []
  const [from, to] = range
  if (type === 'BLOCK_FOLDED') return []
  if (type === 'BLOCK_LITERAL') {
    const start = source.indexOf('\n', from) + 1
    const end = source[to - 1] === '\n' ? to - 1 : to
    const slot =
      start > 0 && start < end
        ? linesSlot(source, start, end, value.split('\n').find((line) => line.trim() !== '') ?? '')
        : null
    return slot === null ? [] : [slot]
  }
  const text: Slot = {
    from,
    to,
    isList: false,
    lines: value.split('\n'),
    encode: (lines) => quoted(linesOf({ lines: value.split('\n') }, lines).join('\n'), source[from] ?? ''),
  }
  const decoded = /^[A-Za-z0-9+/=\s]{8,}$/.test(value) ? fromBase64(value) : null
  if (decoded === null) return [text]
  const lines = decoded.split('\n')
  return [
    text,
    {
      from,
      to,
      isList: false,
      lines,
      encode: (given) => quoted(toBase64(linesOf({ lines }, given).join('\n')), source[from] ?? ''),
    },
  ]
}

/** Returns a list as a whole, and the words after each `--user name` in it. */
function listSlots(source: string, { items, flow }: YAMLSeq): Slot[] {
  const scalars = items.filter(isScalar)
  const words = scalars.map(({ value }) => value)
  if (scalars.length === 0 || scalars.length < items.length || !words.every((word) => typeof word === 'string'))
    return []
  const starts = words.flatMap((word, i) => (word === '--user' && i + 2 < words.length ? [i + 2] : []))
  return [0, ...starts].flatMap((start) => {
    const next = words.findIndex((word, i) => i >= start && word.startsWith('--'))
    const run = scalars.slice(start, next < 0 ? words.length : next)
    const from = run[0]?.range?.[0]
    const to = run.at(-1)?.range?.[1]
    if (from === undefined || to === undefined || /(?:^|\s)#\s/.test(source.slice(from, to))) return []
    const line = source.slice(source.lastIndexOf('\n', from - 1) + 1, from)
    const between = flow === true ? ', ' : `\n${line.replace(/[^\s-]/g, ' ')}`
    if (flow !== true && !/^\s*(?:- +)+$/.test(line)) return []
    const slot = { lines: run.map(({ value }) => String(value)) }
    const sources = new Map(
      run.map(({ value, range }) => [String(value), source.slice(range?.[0] ?? 0, range?.[1] ?? 0)]),
    )
    return [
      {
        from,
        to,
        isList: true,
        ...slot,
        encode: (lines) =>
          linesOf(slot, lines)
            .map((word) => sources.get(word) ?? quoted(word, '"'))
            .join(between),
      },
    ]
  })
}

/** Returns a text as a scalar, in the quotes that it had, or in double ones where it needs them. */
function quoted(text: string, mark: string): string {
  const isPrintable = /^[\x20-\x7e]*$/.test(text)
  if (mark === "'" && isPrintable) return `'${text.replaceAll("'", "''")}'`
  if (mark !== '"' && isPrintable && /^[\w/(+~][^,[\]{}#"']*$/.test(text) && !switches.test(text) && isPlain(text))
    return text
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Words that YAML 1.1 reads as true or false. */
const switches = /^(?:on|off|yes|no|y|n)$/i

function isPlain(text: string): boolean {
  try {
    const [value] = parse(`- ${text}\n`) as readonly unknown[]
    return value === text
  } catch {
    return false
  }
}

function fromBase64(text: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(atob(text.replace(/\s+/g, '')), (char) => char.charCodeAt(0)),
    )
  } catch {
    return null
  }
}

const toBase64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
