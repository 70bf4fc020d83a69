import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellPath, shellWord } from '../../../src/analysis/escape/shell'
import { checklist, unknownClientSide } from '../../../src/analysis/checklist'
import { loadTarget } from '../../../src/targets/load'
import { codePoint } from '../../code-point'
import { runs } from '../../runs'
import { runInShell, shells } from '../../shell'

/** Texts with what shells interpret. */
const hostile = fc.oneof(
  fc.constantFrom(
    '10.0.0.0/8; echo injected; #',
    '$(echo injected)',
    '`echo injected`',
    '${IFS}',
    "'; echo injected; '",
    '" || echo injected',
    '\\',
    "\\'",
    '!!',
    '~',
    '-n',
    '--',
    '{a,b}',
    '*',
    '',
    '# x',
    'a=b',
    'é $é',
    '10.0.0.0/8 -j ACCEPT',
    '::1/0',
  ),
  fc.string({ unit: fc.constantFrom(...'a$`"\'\\;&|<>(){}[]*?!#~= \t%@-é'), maxLength: 12 }),
  fc.string({ unit: codePoint, maxLength: 6 }),
)

test.each(shells)('%s reads a quoted word as the text, whatever it contains', (shell) => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 40 }), (texts) => {
      const shown = texts.filter((text) => shellWord(text) !== null)
      const script = `for word in ${shown.map(shellWord).join(' ')}; do printf '<%s>\\n' "$word"; done`
      expect(runInShell(shell, script)).toBe(shown.map((text) => `<${text}>\n`).join(''))
    }),
    { numRuns: runs(25) },
  )
})

test('a word with characters that are not seen is not written', () => {
  for (const text of ['a\nb', '\x1b[2J', 'a\u202eb', '\ud800', '\0']) expect(shellWord(text)).toBeNull()
  expect(shellPath('a\nb')).toBe('FILE')
})

test('a path is never an option', () => {
  expect([shellPath('-rf'), shellPath('-'), shellPath('a b/-c')]).toEqual(['./-rf', '-', "'a b/-c'"])
})

/** The programs of the rules as functions of the shell, which print their arguments. */
const programs =
  'iptables() { printf "%s|" iptables "$@"; echo; }\nip6tables() { printf "%s|" ip6tables "$@"; echo; }\n'
const rule =
  /^ip6?tables\|-A\|INPUT\|(?:-i\|lo\|)?-p\|tcp\|(?:-s\|[\da-f.:]+\/\d+\|)?(?:-d\|[\da-f.:]+\|)?--dport\|\d+\|-j\|(?:ACCEPT|DROP)\|$/

test.each(shells)(
  'firewall rules in %s admit and drop, whatever a link names as network and address',
  async (shell) => {
    const target = await loadTarget('redis-8.0')
    fc.assert(
      fc.property(hostile, fc.array(hostile, { maxLength: 3 }), (network, addresses) => {
        const conf = `bind 10.0.0.5 ${addresses.map((one) => JSON.stringify(one)).join(' ')}\n`
        const items = checklist({ target, conf, acl: null, client: { ...unknownClientSide, network } })
        const snippets = items.find(({ id }) => id === 'firewall')?.fix?.snippets ?? []
        const lines = runInShell(shell, programs + (snippets[0]?.text ?? ''))
          .trimEnd()
          .split('\n')
        for (const line of lines) expect(line).toMatch(rule)
        for (const { text } of snippets.slice(1)) expect(text).not.toMatch(/injected|`|\$\(/)
      }),
      { numRuns: runs(50) },
    )
  },
)
