import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { allDiagnostics } from '../../../src/analysis/diagnostics/settings'
import type { Diagnostic } from '../../../src/analysis/diagnostic'
import { loadTarget } from '../../../src/targets/load'
import { hash } from './found'
import { runs } from '../../runs'

const line = fc.constantFrom(
  '',
  'user default off',
  'user default on nopass ~* &* +@all',
  'user app on >secret ~app* +get',
  'user app on >secret ~app:* +@read +@write -@dangerous',
  `user é on ${hash} ~é:* +@all -@dangerous`,
  'user b on ~{a,b}:* +@read (+set ~c)',
  'user b off',
  '# note',
  'user',
  'user c on +gett',
)
const file = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))
const settings = fc.constantFrom(
  allDiagnostics,
  { ...allDiagnostics, silenced: ['no-delimiter'] },
  { ...allDiagnostics, silencedFor: { app: ['client-handshake'] } },
  { ...allDiagnostics, choices: { client: 'celery' } },
)

const whole = ({ code, severity, message, hint, span, fixes }: Diagnostic): unknown => ({
  code,
  severity,
  message,
  hint,
  span,
  fixes,
})

test('a look that was given up leaves nothing wrong behind', async () => {
  const target = await loadTarget('redis-8.0')
  const fresh = (): Checker => new Checker(new Users(target.table, target.behaviours), target)
  const long = fc
    .array(fc.tuple(line, fc.integer({ min: 1, max: 60 })), { maxLength: 5 })
    .map((runs) => runs.flatMap(([one, times]) => Array<string>(times).fill(one)).join('\n'))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(long, settings, fc.integer({ max: 3 })), { maxLength: 3 }),
      long,
      settings,
      (given, text, wanted) => {
        const checker = fresh()
        for (const [earlier, chosen, steps] of given) {
          const look = checker.diagnoseInSteps(earlier, chosen)
          for (let i = 0; i < steps; i++) look.next()
        }
        expect(checker.diagnose(text, wanted).map(whole)).toEqual(fresh().diagnose(text, wanted).map(whole))
      },
    ),
    { numRuns: runs(40) },
  )
})

test('after any edit the diagnostics is what a first look gives', async () => {
  const target = await loadTarget('redis-8.0')
  const fresh = (): Checker => new Checker(new Users(target.table, target.behaviours), target)
  fc.assert(
    fc.property(fc.array(fc.tuple(file, settings), { minLength: 2, maxLength: 5 }), (versions) => {
      const checker = fresh()
      for (const [text, wanted] of versions)
        expect(checker.diagnose(text, wanted).map(whole)).toEqual(fresh().diagnose(text, wanted).map(whole))
    }),
  )
})
