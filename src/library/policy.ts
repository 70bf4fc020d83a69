import { toText, type Bytes } from '../acl/bytes'
import { Users } from '../acl/users'
import { compareFiles, describeUserChange } from '../analysis/compare'
import { applyFix } from '../analysis/diagnostic'
import { Checker } from '../analysis/diagnostics/checker'
import { diagnoseConf } from '../analysis/diagnostics/conf'
import { startRefusals } from '../analysis/start-refusals'
import { withAclFile } from '../cli/subject'
import type { SimulatedServer } from '../server/server'
import { startServer, type StartResult } from '../server/start'
import { masker, maskText } from '../workspace/secrets'
import { checkLine } from './check'
import { InputError, RefusedError } from './errors'
import { expectationReport } from './expect'
import { diagnosticSettings, engineOptions, readInput, shown, textOf, type Input } from './input'
import { fileOf, FileText, type Texts } from './places'
import type {
  Check,
  CheckOptions,
  CommandLine,
  Diagnostic,
  DiagnosticOptions,
  ExpectationReport,
  Policy,
  PolicyComparison,
  PolicyOptions,
  PolicyTarget,
  PolicyUser,
  UserChange,
} from './types'

/**
 * Loads users.acl, and redis.conf where it is given, as a server of the target does at start. Rejects with RefusedError,
 * in the server's words, where the server does not start on these files, and with InputError for options of another
 * type.
 */
export async function loadPolicy(options: PolicyOptions): Promise<Policy> {
  const input = await readInput(options)
  return new LoadedPolicy(input, startOn(input, startServer(engineOptions(input))))
}

/** Returns the started server. Throws RefusedError where it did not start. */
export function startOn(input: Input, result: StartResult): SimulatedServer {
  if (result.started) return result.server
  const texts = textsOf(input)
  const mask = maskOf(texts)
  const output = mask(toText(result.output))
  const { acl, conf } = startRefusals(result, texts.acl.text, input.hasConf ? texts.conf.text : null, input.target)
  const places = [...acl, ...conf].map(({ span, message, hint }) => {
    const file = fileOf(span, texts) ?? texts.acl
    const { line, column } = file.location(span.from, span.to)
    return { file: file.name, line, column, message: mask(message), hint: hint === null ? null : mask(hint) }
  })
  const shownPlaces = places.map(
    ({ file, line, column, message, hint }) =>
      `${file}:${line}:${column}: ${message}${hint === null ? '' : `\n  ${hint}`}`,
  )
  const message = [`${input.target.label} does not start on these files:`, output, ...shownPlaces].join('\n')
  throw new RefusedError(message, output, places)
}

/** Returns the texts of the files. */
function textsOf({ acl, conf }: Pick<Input, 'acl' | 'conf'>): Texts {
  return { acl: new FileText('users.acl', toText(acl)), conf: new FileText('redis.conf', toText(conf)) }
}

/** Returns a function that masks the passwords of the files in a message. */
function maskOf({ acl, conf }: Texts): (message: string) => string {
  return masker([...maskText(acl.text, 'acl', conf.text).secrets, ...maskText(conf.text, 'conf', conf.text).secrets])
}

class LoadedPolicy implements Policy {
  readonly #input: Input
  readonly #server: SimulatedServer
  readonly #texts: Texts
  readonly target: PolicyTarget
  readonly users: readonly PolicyUser[]

  constructor(input: Input, server: SimulatedServer) {
    this.#input = input
    this.#server = server
    this.#texts = textsOf(input)
    const { id, label, version, release, evidence, modules } = input.target
    this.target = { id, label, version, release, evidence, modules }
    this.users = [...server.users].map((user) => ({
      name: toText(user.name),
      enabled: user.enabled,
      nopass: user.nopass,
      passwords: user.passwords.length,
      rules: toText(rulesOf(user.describe(), user.name)),
    }))
  }

  check(user: string, argv: CommandLine, options?: CheckOptions): Check {
    return checkLine(this.#server, this.#texts, user, argv, options)
  }

  expect(text: string): ExpectationReport {
    return expectationReport(this.#server, textOf(text, 'The expectations'), maskOf(this.#texts))
  }

  compare(other: Policy): PolicyComparison {
    if (!(other instanceof LoadedPolicy))
      throw new InputError(`compare takes a policy that loadPolicy returned, not ${shown(other)}.`)
    const side = ({ target, acl, conf }: Input): Parameters<typeof compareFiles>[0] => ({
      target,
      acl,
      conf,
    })
    const { same, users, notes } = compareFiles(side(this.#input), side(other.#input))
    const changes = users.flatMap((change): UserChange[] =>
      change.kind === 'same'
        ? []
        : [
            {
              user: toText(change.name),
              kind: change.kind,
              relation: change.relation,
              changes: describeUserChange(change),
            },
          ],
    )
    const message = changes.flatMap(({ user, changes: lines }) => lines.map((line) => `${user}: ${line}`)).join('\n')
    return { same, users: changes, notes, message }
  }

  diagnostics(options: DiagnosticOptions = {}): readonly Diagnostic[] {
    const settings = diagnosticSettings(options)
    const { target, hasConf } = this.#input
    const { acl, conf } = this.#texts
    const ofAcl = new Checker(new Users(target.table, target.behaviours), target).diagnose(acl.text, settings)
    const ofConf = hasConf ? diagnoseConf(withAclFile(conf.text), acl.text, target, settings) : []
    const mask = maskOf(this.#texts)
    return [...ofAcl, ...ofConf].map(({ code, severity, message, hint, span, fixes }) => {
      const file = fileOf(span, this.#texts) ?? acl
      return {
        code,
        severity,
        message: mask(message),
        hint: hint === null ? null : mask(hint),
        location: file.location(span.from, span.to),
        fixes: fixes.map((fix) => ({
          label: mask(fix.label),
          safe: fix.safe === true,
          apply: () => applyFix(file.text, fix),
        })),
      }
    })
  }
}

/** Returns a user's line in ACL LIST without its name and password hashes. */
function rulesOf(line: Bytes, name: Bytes): Bytes {
  return line
    .slice(`user ${name} `.length)
    .split(' ')
    .filter((word) => !/^#[0-9a-f]{64}$/.test(word))
    .join(' ')
}
