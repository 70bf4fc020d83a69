import { describe, expect, test } from 'vitest'
import { ask, type Asked } from '../../src/ask'
import { aclOf, policies, questionsAbout, serverOf, type Question } from './corpus'

/** Returns what is wrong with an answer; null where it is as written down. */
function wrong(expected: string, { meaning, answer }: Asked & { readonly kind: 'answered' }): string | null {
  const { verdict, users = [], list = [], rules = [] } = answer
  const [kind = ''] = expected.split(' ')
  const names = expected.slice(kind.length + 1).split(', ')
  const same = (found: string): string | null => (found === expected ? null : found)
  switch (kind) {
    case 'users': {
      // Of keys, those that can use all of them.
      const able = users.filter((user) => meaning.kind !== 'keys' || user.verdict === 'yes')
      return same(`users ${able.map(({ name }) => name).join(', ') || '-'}`)
    }
    case 'rule':
      return same(`rule ${rules[0]?.rule}, line ${rules[0]?.place?.line}`)
    case 'includes':
    case 'excludes': {
      const words = new Set(list.flatMap((item) => [item.toLowerCase(), item.replace('@', ''), item.split(' ')[0]]))
      const bad = names.filter((name) => words.has(name) !== (kind === 'includes'))
      return bad.length === 0 ? null : `not ${kind} ${bad.join(', ')}`
    }
    default:
      return same(String(verdict))
  }
}

const meaningOf = (asked: Asked): string => (asked.kind === 'answered' ? asked.means : asked.kind)

describe.each(Object.entries(policies))('questions about %s', (policy, target) => {
  test('mean what is written down or are not understood, and the answers are right', async () => {
    const server = await serverOf(aclOf(policy), target)
    const missed: Question[] = []
    for (const question of questionsAbout(policy)) {
      const asked = ask({ server, acl: aclOf(policy), conf: '' }, question.text)
      const means = meaningOf(asked)
      if (!question.means.includes(means)) {
        expect(means, `${question.number}: ${question.text}`).toBe('nothing')
        missed.push(question)
      } else if (asked.kind === 'answered') {
        const problems = question.answers.flatMap((one) => wrong(one, asked) ?? [])
        expect(problems, `${question.number}: ${question.text}`).toEqual([])
        // Its canonical form is a question with the same meaning.
        expect(meaningOf(ask({ server, acl: aclOf(policy), conf: '' }, means))).toBe(means)
      }
    }
    expect(missed.map(({ text }) => text)).toEqual(notUnderstood[policy] ?? [])
  })
})

/** The questions that are not understood, and said to be so. */
const notUnderstood: Readonly<Record<string, readonly string[]>> = {
  shop: ['who may shut down the server'],
}
