import { fromText, toText, type Bytes } from '../acl/bytes'
import type { Decision } from '../acl/decision'
import type { LineExpectation } from '../analysis/expectations/expectation'
import { isAddress } from '../analysis/expectations/address'
import { runExpectation } from '../analysis/expectations/run'
import { accessWords, explain } from '../analysis/explain'
import type { SimulatedServer } from '../server/server'
import { InputError } from './errors'
import { argvOf, known, record, shown, textOf } from './input'
import { ruleAt, type Texts } from './places'
import type { Check, CheckOptions, CommandLine, KeyAccess, SelectorCheck } from './types'

const nowhere = { line: 1, column: 1, from: 0, to: 0 }

/** Decides a command line of a user: the log-in, then the rules, then what the configuration refuses. */
export function checkLine(
  server: SimulatedServer,
  texts: Texts,
  user: string,
  line: CommandLine,
  options: CheckOptions = {},
): Check {
  const name = fromText(textOf(user, 'user'))
  const argv = argvOf(line)
  const result = runExpectation(server, statementOf(name, argv, options))
  if (result.state === 'invalid') {
    const hint = result.hint?.startsWith('Did you mean') === true ? ` ${result.hint.split('? ')[0] ?? ''}?` : ''
    throw new InputError(`${result.message}${hint}`)
  }
  const { verdict, reply, decision, message } = result
  const asked = verdict?.reason === null || decision?.reason === verdict?.reason
  return {
    allowed: verdict?.allowed ?? false,
    reason: verdict?.reason ?? null,
    message,
    reply: reply === null ? null : toText(reply),
    rules: asked && decision !== null ? explain(decision).deciding.map((rule) => ruleAt(rule, texts)) : [],
    selectors: decision === null ? [] : selectorsOf(decision, texts),
  }
}

function statementOf(user: Bytes, argv: readonly Bytes[], options: CheckOptions): LineExpectation {
  known(record(options, 'The options'), ['db', 'from'], 'option')
  const { db = null, from = null } = options
  if (db !== null && !(Number.isInteger(db) && db >= 0))
    throw new InputError(`db must be the number of a database, not ${shown(db)}.`)
  if (from !== null && !isAddress(textOf(from, 'from')))
    throw new InputError(`from must be an IPv4 or IPv6 address, not ${shown(from)}.`)
  return {
    kind: 'line',
    user,
    verb: 'can',
    action: { kind: 'command', argv },
    origin: from === null ? null : { kind: 'address', address: from },
    db,
    because: null,
    text: '',
    place: nowhere,
    places: { user: nowhere, verb: nowhere, action: nowhere, origin: null, db: null, because: null },
  }
}

function selectorsOf({ selectors }: Decision, texts: Texts): SelectorCheck[] {
  return selectors.map(({ selector, allowed, command, keys, channels, databases }) => ({
    selector,
    allowed,
    command: { allowed: command.allowed, rule: command.rule === null ? null : ruleAt(command.rule, texts) },
    keys: keys.map(({ use, allowed, grantedBy }) => ({
      key: toText(use.key),
      needs: accessWords(use.access) as KeyAccess,
      allowed,
      rules: grantedBy.map((rule) => ruleAt(rule, texts)),
    })),
    channels: channels.map(({ use, allowed, grantedBy }) => ({
      channel: toText(use.channel),
      isPattern: use.isPattern,
      allowed,
      rule: grantedBy === null ? null : ruleAt(grantedBy, texts),
    })),
    databases: databases.map(({ db, allowed, grantedBy }) => ({
      database: db,
      allowed,
      rule: grantedBy === null ? null : ruleAt(grantedBy, texts),
    })),
  }))
}
