import { fromText } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import { Users } from '../../../src/acl/users'
import { compareFiles } from '../../../src/analysis/compare'
import { describeUserChange } from '../../../src/analysis/compare/describe'
import type { Diagnostic } from '../../../src/analysis/diagnostic'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { diagnoseConf } from '../../../src/analysis/diagnostics/conf'
import { parseExpectations } from '../../../src/analysis/expectations/parse'
import { runExpectations } from '../../../src/analysis/expectations/run'
import { effectOfFix } from '../../../src/analysis/fix-effect'
import { planUsers } from '../../../src/analysis/plan'
import { renameUser } from '../../../src/analysis/rename-user'
import { startRefusals } from '../../../src/analysis/start-refusals'
import { type StartResult, startWith } from '../../../src/server/start-with'
import type { Target } from '../../../src/targets/target'
import { masker, maskText } from '../../../src/workspace/secrets'
import { seededRandom } from '../../conformance/replay'
import type { Entry } from './entries'

/** Lines of about so many characters in all. */
function lines(size: number, line: (i: number) => string): string {
  const count = Math.max(2, Math.round(size / line(1_000).length))
  return Array.from({ length: count }, (_, i) => line(i)).join('')
}

const user = (rules: string) => (i: number) => `user u${i} on ${rules.replaceAll('#', String(i))}\n`
const someUsers = user('>password# ~app#:* +@read')

function start(target: Target, conf: string, acl: string): StartResult {
  const [confBytes, aclBytes] = [fromText(conf), fromText(acl)]
  return startWith(
    { server: {}, keyspace: {} },
    {
      target,
      conf: confBytes,
      files: {
        read: (path) => (path === 'users.acl' ? aclBytes : path === 'redis.conf' ? confBytes : null),
        write: () => undefined,
      },
      clock: { now: () => 0 },
      random: seededRandom(1),
    },
  )
}

function load(text: string, target: Target): Users {
  const users = new Users(target.table, target.behaviours)
  const loaded = loadAclFile(users, fromText(text), 'users.acl')
  if (loaded.ok) users.replaceAll(loaded)
  return users
}

function read({ message, hint, fixes }: Diagnostic): unknown {
  return [message, hint, fixes]
}

/** Inputs that are read together, each of them growing: `first` and `second` are texts of half the size. */
function pair(
  name: string,
  first: (size: number) => string,
  second: (size: number) => string,
  run: (first: string, second: string, target: Target) => unknown,
): Entry {
  return {
    name,
    most: 256_000,
    least: 256_000,
    prepare: ({ length }, target) => {
      const [a, b] = [first(length / 2), second(length / 2)]
      return () => run(a, b, target)
    },
  }
}

const ofLines = (line: (i: number) => string) => (size: number) => lines(size, line)
const ofNames = (before: string, name: (i: number) => string, after: string) => (size: number) =>
  before + lines(size, name) + after

function startAndCheck(acl: string, conf: string, target: Target): unknown {
  const result = start(target, conf, acl)
  const refused = startRefusals(result, acl, conf, target)
  return [result.started, refused.acl.map(read), refused.conf.map(read), diagnoseConf(conf, acl, target).map(read)]
}

const confs: Readonly<Record<string, (i: number) => string>> = {
  users: (i) => `${i === 0 ? 'aclfile users.acl\n' : ''}user c${i} on nopass ~* +@all\n`,
  'renamed commands': (i) =>
    `${i === 0 ? 'aclfile users.acl\n' : ''}rename-command ${i === 0 ? 'GET' : `g${i}`} g${i + 1}\n`,
  'lines of save': (i) => `${i === 0 ? 'aclfile users.acl\n' : ''}save ${i + 1} 1\n`,
  'files that it includes': (i) => `${i === 0 ? 'aclfile users.acl\n' : ''}include redis.conf\n`,
  'lines that are no directives': (i) => `${i === 0 ? 'aclfile users.acl\n' : ''}nosuch.line${i} 1\n`,
}

const sentences: Readonly<Record<string, (i: number) => string>> = {
  'about a user each': (i) => `u${i} can GET app${i}:x\n`,
  'about users that are not there': (i) => `nobody${i} can GET app${i}:x\n`,
  'about commands that are not there': (i) => `u${i} can NOSUCH${i} app${i}:x\n`,
  'about all commands of a user each': (i) => `u${i} can only read keys app${i}:*\n`,
  'about all commands of users that are not there': (i) => `missing${i} can only read keys app${i}:*\n`,
}

function runSentences(acl: string, expect: string, target: Target): unknown {
  const result = start(target, 'aclfile users.acl\n', acl)
  if (!result.started) throw new Error('The server does not start.')
  return runExpectations(result.server, parseExpectations(expect).expectations).map(({ state, message }) => [
    state,
    message,
  ])
}

function compare(before: string, after: string, target: Target): unknown {
  return compareFiles({ target, acl: before }, { target, acl: after }).users.map((one) => describeUserChange(one))
}

const changes: Readonly<Record<string, readonly [(size: number) => string, (size: number) => string]>> = {
  'the same users': [ofLines(someUsers), ofLines(someUsers)],
  'other users': [ofLines(someUsers), ofLines((i) => someUsers(i).replace('user u', 'user v'))],
  'users that all change': [ofLines(someUsers), ofLines(user('>other# ~app#:* ~tmp:* +@write'))],
  'the users in another order': [
    ofLines(someUsers),
    (size) => ofLines(someUsers)(size).trimEnd().split('\n').reverse().join('\n'),
  ],
  'a user of many selectors': [
    ofNames('user a on nopass', (i) => ` (~a${i}:* +get)`, '\n'),
    ofNames('user a on nopass', (i) => ` (~b${i}:* +set)`, '\n'),
  ],
  'a user of many keys': [
    ofNames('user a on nopass +@all', (i) => ` ~a${i}:*`, '\n'),
    ofNames('user a on nopass +@all', (i) => ` ~b${i}:*`, '\n'),
  ],
  'a user of many passwords': [
    ofNames('user a on +@all', (i) => ` >a${i}`, '\n'),
    ofNames('user a on +@all', (i) => ` >b${i}`, '\n'),
  ],
}

/** Every two inputs that are read together. */
export const pairs: readonly Entry[] = [
  ...Object.entries(confs).map(([name, line]) =>
    pair(`users.acl beside a redis.conf of ${name}`, ofLines(someUsers), ofLines(line), startAndCheck),
  ),
  pair(
    'the effects of fixes beside a redis.conf',
    ofLines(user('>password# ~app# +@all')),
    ofLines(confs['renamed commands'] ?? String),
    (acl, conf, target) =>
      new Checker(new Users(target.table, target.behaviours), target)
        .diagnose(acl)
        .flatMap(({ fixes }) => fixes.slice(0, 1))
        .slice(0, 500)
        .map((fix) => effectOfFix(acl, fix, target, conf)),
  ),
  pair(
    'passwords and messages to mask them in',
    ofLines(someUsers),
    ofLines((i) => `The password >password${i} is shown.\n`),
    (acl, messages) => {
      const mask = masker(maskText(acl, 'acl').secrets)
      return messages.split('\n').map(mask)
    },
  ),
  ...Object.entries(sentences).map(([name, line]) =>
    pair(`users.acl and sentences ${name}`, ofLines(someUsers), ofLines(line), runSentences),
  ),
  ...Object.entries(changes).map(([name, [before, after]]) => pair(`compare ${name}`, before, after, compare)),
  pair(
    'the plan from old to new users',
    ofLines(someUsers),
    ofLines((i) => someUsers(i).replace('user u', i % 2 === 0 ? 'user v' : 'user u')),
    (current, wanted, target) =>
      planUsers({ current: load(current, target), wanted: load(wanted, target), runner: 'default' }, target),
  ),
  pair(
    'rename a user of users.acl and users.expect',
    ofLines(someUsers),
    ofLines((i) => `u1 can GET app${i}:x\n`),
    (acl, expect) => renameUser({ acl, conf: 'aclfile users.acl\n', expect }, 'u1', 'w1'),
  ),
]
