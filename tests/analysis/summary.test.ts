import { expect, test } from 'vitest'
import { userOfRules } from '../../src/analysis/explain-line'
import { plain } from '../../src/analysis/phrase'
import { summarize } from '../../src/analysis/summary'
import { loadTarget } from '../../src/targets/load'

async function keyFacts(rules: string): Promise<string> {
  const target = await loadTarget('redis-8.0')
  const made = userOfRules('app', rules.split(' '), target)
  if ('rejected' in made) throw new Error(rules)
  const facts = summarize(made.user, target).filter(({ code }) => code === 'keys')
  return facts.map(({ phrases }) => plain(phrases)).join('; ')
}

test.each([
  ['~* +get +set', 'can read and write every key'],
  // No pattern matches the empty name.
  ['%RW~* +get +set', 'can read and write every key whose name is not empty'],
  ['%R~* %W~a +copy', 'can read every key whose name is not empty; can write the key a'],
  // The source of a copy must be readable.
  ['%W~b:* +copy', 'can neither read nor write any key'],
  ['%W~b:* +sunionstore +set', 'can read no key; can write keys under b:'],
])('%s: %s', async (rules, facts) => expect(await keyFacts(rules)).toBe(facts))
