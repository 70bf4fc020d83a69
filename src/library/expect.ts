import { parseExpectations } from '../analysis/expectations/parse'
import { runExpectation } from '../analysis/expectations/run'
import type { SimulatedServer } from '../server/server'
import { maskText } from '../workspace/secrets'
import { InputError } from './errors'
import { FileText } from './places'
import type { ExpectationReport, ExpectationResult } from './types'

/**
 * Checks an expectations file; lines that cannot be parsed are results too.
 * @param mask masks the passwords of the policy's files
 */
export function expectationReport(
  server: SimulatedServer,
  text: string,
  mask: (message: string) => string,
): ExpectationReport {
  const { expectations, problems } = parseExpectations(text)
  if (expectations.length + problems.length === 0)
    throw new InputError('The text has no expectations. Write one per line, such as: app can GET app:1')
  const { text: masked } = maskText(text, 'expect', '')
  const file = new FileText('users.expect', text)
  const results = [
    ...problems.map(({ message, hint, place }): ExpectationResult => ({
      line: place.line,
      text: masked.split('\n')[place.line - 1]?.trim() ?? '',
      state: 'invalid',
      message: mask(message),
      hint,
      location: file.location(place.from, place.to),
    })),
    ...expectations.map((expectation): ExpectationResult => {
      const { state, message, hint, place } = runExpectation(server, expectation)
      return {
        line: expectation.place.line,
        text: masked.slice(expectation.place.from, expectation.place.to),
        state,
        message: mask(message),
        hint: hint === null ? null : mask(hint),
        location: file.location(place.from, place.to),
      }
    }),
  ].sort((a, b) => a.line - b.line)
  const failed = results.filter(({ state }) => state !== 'holds')
  return {
    holds: failed.length === 0,
    results,
    message: failed
      .map(
        ({ line, text, message, hint }) => `line ${line}: ${text}\n  ${message}${hint === null ? '' : `\n  ${hint}`}`,
      )
      .join('\n'),
  }
}
