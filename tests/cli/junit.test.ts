import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { renderJUnit, type Case } from '../../src/cli/formats/junit'
import { findProgram } from '../../src/tools/browser'
import { files, plainChapter, run } from './program'
import { codePoint } from '../code-point'

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  text: string
}

/** The elements of a document, with what attributes and text are once read. Throws where it is no well-formed XML 1.0. */
function parse(document: string): Element[] {
  const parser = new SaxesParser({ xmlns: false, defaultXMLVersion: '1.0' })
  const all: Element[] = []
  const open: Element[] = []
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes }, text: '' }
    all.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    const inner = open.at(-1)
    if (inner !== undefined) inner.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.on('error', (problem) => {
    throw problem
  })
  // As a file: what cannot be UTF-8 would be lost on the way.
  parser.write(Buffer.from(document, 'utf8').toString('utf8')).close()
  return all
}

const piece = fc.constantFrom(
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '&amp;',
  '&',
  '<',
  '>',
  '"',
  "'",
  '\0',
  '\x01',
  '\x1b[31m',
  '\x7f',
  '\x85',
  '\x9f',
  '\r\n',
  '\r',
  '\n',
  '\t',
  '\u2028',
  '\ud800',
  '\udfff',
  '\ufffe',
  '\uffff',
  '\ufeff',
  '\u{1f600}',
  '\u{1fffe}',
  'é',
  '\xff',
  ' ',
  '%',
  '<?xml',
  '&#0;',
)
const words = fc.oneof(
  fc.string({ unit: codePoint, minLength: 1, maxLength: 40 }),
  fc.array(piece, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
)
const cases = fc.array(
  fc.record<Case>({
    name: words,
    outcome: fc.constantFrom('passed', 'failure', 'error'),
    message: words,
    details: words,
  }),
  { maxLength: 6 },
)
const suite = fc.record({
  name: words,
  at: fc.integer({ min: 0, max: 4e12 }),
  seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
  cases,
  output: words,
})

/** What XML 1.0 has no place for, as the report shows it. */
const shown = (text: string): string =>
  text.replace(
    /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (char) => `\\u{${char.charCodeAt(0).toString(16)}}`,
  )

test('whatever is in it, a report is well-formed XML, and says what it was given', () => {
  fc.assert(
    fc.property(suite, (report) => {
      const [, head, ...rest] = parse(renderJUnit(report))
      expect(head?.attributes).toMatchObject({ name: shown(report.name), tests: String(report.cases.length) })
      const read = rest.filter(({ name }) => name === 'testcase')
      expect(read.map(({ attributes }) => attributes['name'])).toEqual(report.cases.map(({ name }) => shown(name)))
      const told = report.cases.filter(({ outcome }) => outcome !== 'passed')
      expect(
        rest
          .filter(({ name }) => name === 'failure' || name === 'error')
          .map(({ name, attributes, text }) => [name, attributes['message'], text]),
      ).toEqual(told.map(({ outcome, message, details }) => [outcome, shown(message), shown(details)]))
      expect(rest.find(({ name }) => name === 'system-out')?.text).toBe(shown(report.output))
    }),
    { numRuns: 500 },
  )
})

/** Reports of the command itself, hostile ones among them. */
async function reports(): Promise<string[]> {
  const paths = files({
    'users.acl': `${plainChapter}user <&"]]>' on +@all ~*\n`,
    'a "b" <c> &d.expect': 'app can GET app:1\napp cannot GET app:1\nap can PING\n',
  })
  const hostile = [
    '"<&\\"]]>\'" cannot PING',
    '"odd\\x01\\x00 user" cannot log in because no-user',
    'app cannot GET "app:]]>\\x1b[31m<b>\\xff&amp;"',
    'app can SET "\\xed\\xa0\\x80" x',
    'ghost can PING',
    '',
  ].join('\n')
  const junit = async (expectations: string, stdin: string, ...more: string[]): Promise<string> => {
    const { code, out, err } = await run(
      ['test', paths['users.acl'], expectations, '-f', 'junit', '-t', 'redis-7.2', ...more],
      { stdin },
    )
    expect([code, err]).toEqual([1, ''])
    return out
  }
  return [
    await junit('-', hostile),
    await junit('-', hostile, '--coverage'),
    await junit(paths['a "b" <c> &d.expect'], ''),
    await junit('-', Buffer.from('app cannot GET "app:caf\xe9\x80"\n', 'latin1').toString('latin1')),
  ]
}

test('reports of the command are well-formed, whoever is named in them', async () => {
  for (const report of await reports()) expect(parse(report)[0]?.name).toBe('testsuites')
})

const xmllint = findProgram('xmllint')

test(`reports are valid against the schema that every reader takes${xmllint === null ? ': xmllint is not installed, so only what has to be there is checked' : ''}`, async () => {
  const suites = [...(await reports()), ...fc.sample(suite, 40).map(renderJUnit)]
  const folder = mkdtempSync(join(tmpdir(), 'acl-playground-'))
  const paths = suites.map((report, i) => {
    const path = join(folder, `${i}.xml`)
    writeFileSync(path, report)
    return path
  })
  if (xmllint === null) {
    for (const report of suites)
      expect(Object.keys(parse(report)[1]?.attributes ?? {})).toEqual([
        'id',
        'package',
        'name',
        'timestamp',
        'hostname',
        'tests',
        'failures',
        'errors',
        'time',
      ])
    return
  }
  const validate = (paths: readonly string[]): { readonly code: number | null; readonly err: string } => {
    const { status, stderr } = spawnSync(
      xmllint,
      ['--nonet', '--noout', '--schema', fileURLToPath(new URL('junit.xsd', import.meta.url)), ...paths],
      { encoding: 'utf8' },
    )
    return {
      code: status,
      err: stderr
        .split('\n')
        .filter((line) => !line.endsWith(' validates'))
        .join('\n'),
    }
  }
  expect(validate(paths)).toEqual({ code: 0, err: '' })
  // And the schema does refuse: a report without its counts, and one with an element out of place.
  const broken = join(folder, 'broken.xml')
  for (const [before, after] of [
    [/ errors="\d+"/, ''],
    ['<properties/>', ''],
    ['<testcase ', '<testcase file="x" '],
  ] as const) {
    writeFileSync(broken, (suites[0] ?? '').replace(before, after))
    expect(validate([broken]).code).not.toBe(0)
  }
})
