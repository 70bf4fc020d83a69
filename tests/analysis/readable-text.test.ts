import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/acl/check'
import { fromText } from '../../src/acl/bytes'
import { loadAclFile } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { Checker } from '../../src/analysis/diagnostics/checker'
import { allDiagnostics } from '../../src/analysis/diagnostics/settings'
import { clientIds } from '../../src/analysis/diagnostics/clients'
import { diagnoseCommand } from '../../src/analysis/diagnostics/command-line'
import { diagnoseConf } from '../../src/analysis/diagnostics/conf'
import { checklist, unknownClientSide } from '../../src/analysis/checklist'
import { compareFiles, compareTargets, describeUserChange } from '../../src/analysis/compare'
import { coverage } from '../../src/analysis/coverage'
import { explain } from '../../src/analysis/explain'
import { explainToken } from '../../src/analysis/explain-token'
import type { Diagnostic } from '../../src/analysis/diagnostic'
import { plain } from '../../src/analysis/phrase'
import { refusals } from '../../src/analysis/refusals'
import { suggest } from '../../src/analysis/suggest'
import { summaryParagraph } from '../../src/analysis/summary'
import { loadTarget } from '../../src/targets/load'
import type { Target } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { files, run } from '../cli/program'
import { runs } from '../runs'

/** UTF-8 shown one character a byte: `Ã©` for `é`. */
const MOJIBAKE = /[\u00c2-\u00f4][\u0080-\u00bf]+/

const name = fc.constantFrom('café', 'ключ', '日本', 'naïve', '𝄞')
const rule = fc
  .tuple(
    fc.constantFrom(
      ...['~N:*', '~N', '~N*', '~N:', '%R~N:*', '%W~N:*', '&N:*', '&N', '~*', 'allkeys', 'resetkeys', '&*'],
      ...['+@all', '-@dangerous', '+@read', '+get', '+set', '+copy', '+publish', '+psubscribe', '+acl|list', '+config'],
      ...[
        '+select|N',
        '+get|N',
        '+N',
        '+@N',
        'json.N',
        '+json.N',
        '>N',
        '<N',
        '#N',
        '>"N"',
        'N',
        'on',
        'off',
        'nopass',
      ],
      ...['~-N', '~{N,x}', '~[^Nnnn]*', '~[N', '~*N*', '(~N +get)', '(~N', '&${N}', '>${N}', '+multi', '+xreadgroup'],
      ...['db=1', 'db=2', 'resetpass'],
    ),
    name,
  )
  .map(([form, name]) => form.replace('N', name))
const line = fc
  .tuple(name, fc.array(rule, { maxLength: 8 }))
  .map(([user, rules]) => `user ${user} on ${rules.join(' ')}`)
const file = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'))
const command = fc
  .tuple(
    fc.constantFrom(
      ...['GET N', 'SET N 1', 'COPY N x', 'PUBLISH N 1', 'PSUBSCRIBE N*', 'CONFIG GET N', 'ACL SETUSER N on'],
      ...['SELECT N', 'MGET N x', 'FLUSHALL'],
    ),
    name,
  )
  .map(([form, name]) => form.replace('N', name).split(' '))

const ofDiagnostics = (diagnostics: readonly Diagnostic[]): (string | null)[] =>
  diagnostics.flatMap(({ message, hint, fixes }) => [
    message,
    hint,
    ...fixes.flatMap(({ label, edits }) => [label, ...edits.map(({ insert }) => insert)]),
  ])

/** All that is said of a file that loads. */
function ofUsers(target: Target, text: string, words: readonly string[]): (string | null)[] {
  const loaded = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
  if (!loaded.ok) return ofDiagnostics(refusals(loaded.problems, text, target))
  const argv = words.map(fromText)
  const resolved = target.table.resolve(argv)
  return [...loaded.users.values()].flatMap((user) => {
    const decision = resolved && decide(user, resolved, argv, usesOf(target, resolved, argv, 0))
    const explained = decision && explain(decision)
    const rules = user.root.rules.map(({ text }) => text)
    return [
      plain(summaryParagraph(user, target)),
      ...(decision === undefined ? [] : suggest(decision, user, target).flatMap(({ also }) => [also])),
      ...(explained === undefined
        ? []
        : [
            plain(explained.headline),
            ...explained.rows.flatMap(({ subject, needs, cells }) => [
              subject.text,
              needs,
              ...cells.map(({ note }) => note),
            ]),
          ]),
      ...rules.flatMap((_, at) => {
        const token = explainToken(rules, at, { target, docs: null, keys: argv, channels: argv })
        return token === null ? [] : [token.summary, token.more, ...token.points.map((point) => point.text)]
      }),
      ...(decision === undefined ? [] : Array.from(coverage(target, text, [decision]).rules, ({ why }) => why)),
    ]
  })
}

test.each(['redis-6.2', 'redis-8.0', 'valkey-9.1'] as const)('no text shows UTF-8 as single bytes: %s', async (id) => {
  const target = await loadTarget(id)
  const other = await loadTarget('redis-7.2')
  const checker = new Checker(new Users(target.table, target.behaviours), target)
  fc.assert(
    fc.property(file, file, command, fc.constantFrom(...clientIds, ''), (text, before, words, client) => {
      const settings = client === '' ? allDiagnostics : { ...allDiagnostics, choices: { client } }
      const { users } = compareFiles({ target, acl: before }, { target, acl: text })
      const upgrade = compareTargets(text, other, target)
      const loaded = new Users(target.table, target.behaviours)
      const items = checklist({ target, acl: text, conf: 'aclfile users.acl\n', client: unknownClientSide })
      const said = [
        ...ofDiagnostics(checker.diagnose(text, settings)),
        ...ofDiagnostics(diagnoseConf(`requirepass ${words[1] ?? ''}\n${text}`, '', target, settings)),
        ...diagnoseCommand(words.map(fromText), loaded, target).flatMap(({ message, hint }) => [message, hint]),
        ...ofUsers(target, text, words),
        ...users.flatMap((user) => describeUserChange(user)),
        ...upgrade.comparison.users.flatMap((user) => describeUserChange(user)),
        ...items.flatMap(({ title, summary, evidence, fix }) => [
          title,
          summary,
          ...evidence.map((one) => one.text),
          fix?.text ?? null,
          ...(fix?.snippets ?? []).map((one) => one.text),
        ]),
      ]
      for (const one of said) expect(one ?? '').not.toMatch(MOJIBAKE)
    }),
    { numRuns: runs(80) },
  )
})

test.each(['text', 'json', 'github', 'junit', 'sarif'])('nor does the command line: %s', async (format) => {
  const acl = 'user default off\nuser café on nopass ~ключ:* ~日本* &naïve +@all -@dangerous +get|日本 +select|é\n'
  const paths = files({
    'users.acl': acl,
    'old.acl': 'user default off\nuser café on nopass ~ключ:x +get\nuser é on nopass +get|日本 ~*\n',
    'refused.acl': 'user café on +ключ ~* ~日本\n',
    'must.txt': 'café can GET ключ:1\ncafé cannot GET 日本:1\nключ can PING\n',
  })
  const ran = [
    await run(['check', paths['users.acl'], '-f', format]),
    await run(['check', paths['refused.acl'], '-f', format]),
    await run(['test', paths['users.acl'], paths['must.txt'], '-f', format]),
    await run(['compare', paths['old.acl'], paths['users.acl'], '-f', format]),
    await run(['coverage', paths['users.acl'], paths['must.txt'], '-f', format]),
  ]
  for (const { out, err } of ran) expect(out + err).not.toMatch(MOJIBAKE)
  expect(ran.map(({ out }) => out).join('')).toMatch(/café|--format/)
})
