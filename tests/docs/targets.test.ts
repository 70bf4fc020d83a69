import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { targetInfos } from '../../src/targets/infos'
import type { TargetInfo } from '../../src/targets/target'
import { families, recordingsOf } from '../conformance/recordings'

const words = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen twenty twenty-one twenty-two twenty-three twenty-four twenty-five twenty-six twenty-seven'
).split(' ')
const inWords = (count: number): string => words[count] ?? String(count)
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const of = (product: TargetInfo['product'], evidence?: TargetInfo['evidence']): readonly TargetInfo[] =>
  targetInfos.filter((info) => info.product === product && (evidence === undefined || info.evidence === evidence))
const releases = (infos: readonly TargetInfo[]): string =>
  infos.map(({ id, product }) => id.slice(product.length + 1)).join(', ')
const recorded = targetInfos.filter(({ evidence }) => evidence === 'recorded')

/** Fails with the text that the document should have. */
function expectIn(document: string, text: string): void {
  const found = readFileSync(document, 'utf8').replace(/\s+/g, ' ')
  expect(found.includes(text.replace(/\s+/g, ' ')), `${document} should say:\n\n${text}\n\n`).toBe(true)
}

test('the README has a table of the targets', () => {
  const row = (label: string, product: TargetInfo['product']): string =>
    `| ${label} | ${releases(of(product, 'recorded'))} | ${releases(of(product, 'documented'))} |`.replace(
      '|  |',
      '| |',
    )
  expectIn(
    'README.md',
    [
      '| | recorded | documented, not recorded |',
      '| --- | --- | --- |',
      row('Redis', 'redis'),
      row('Valkey', 'valkey'),
    ].join('\n'),
  )
})

/** The number of recorded scenarios, down to the hundred. */
const scenarios = (
  Math.floor(
    recorded.flatMap(({ id }) => families.map((family) => recordingsOf(id, family).length)).reduce((a, b) => a + b) /
      100,
  ) * 100
).toLocaleString('en')

test('the documents count the targets', () => {
  expectIn(
    'README.md',
    `${capital(inWords(targetInfos.length))} targets. ${capital(inWords(recorded.length))} are *recorded*: the tests replay their answers to about ${scenarios} scenarios.`,
  )
  expectIn(
    'docs/playground.md',
    `${inWords(of('redis').length)} releases of Redis and ${inWords(of('valkey').length)} of Valkey`,
  )
  expectIn('CONTRIBUTING.md', `holds what ${inWords(recorded.length)} real servers answered`)
})

test('the recordings’ README names the servers that were recorded', () => {
  const versions = (product: TargetInfo['product']): string =>
    of(product, 'recorded')
      .map(({ release }) => release)
      .join(', ')
  expectIn(
    'tests/conformance/README.md',
    `What ${inWords(recorded.length)} real servers answered to about ${scenarios} scenarios: Redis ${versions('redis')} and Valkey ${versions('valkey')}.`,
  )
})
