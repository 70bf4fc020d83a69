import { createHash } from 'node:crypto'
import { targetInfos } from '../targets/infos'
import { policyReport } from '../workspace/policy-report'
import { diagnosticsOf } from './check'
import { collectOften } from './collect-often'
import { locationOf } from './diagnostic'
import { writeContent, type Io, type Source } from './input'
import { onOneLine } from './printable'
import { describeTarget, readSubject, type ServerOptions, type Subject } from './subject'
import { resultsOf } from './test'

/**
 * Writes a report of a policy to standard output. Returns 0, whatever was found; throws CannotRun where a file cannot be
 * read or an expectation cannot be parsed.
 */
export async function report(file: string, expectFile: string | undefined, options: ServerOptions, io: Io): Promise<0> {
  const subject = await readSubject(file, options, io, [expectFile])
  await collectOften(subject.acl)
  const { result, diagnostics } = await diagnosticsOf(subject, { diagnostics: true, ignore: [] })
  const hasExpectations = expectFile !== undefined || subject.expect !== null
  const tested = result.started && hasExpectations ? await resultsOf(subject, expectFile, result.server, io) : null
  const sources = [subject.acl, subject.conf, tested?.source ?? null].filter((source) => source !== null)
  const text = policyReport({
    name: onOneLine(subject.acl.name),
    at: new Date().toISOString(),
    server: describeTarget(subject.target),
    files: sources.map(({ name, bytes }) => ({ name: onOneLine(name), sha256: sha256(bytes) })),
    users: result.started ? [...result.server.users] : null,
    target: subject.target,
    findings: diagnostics.map((diagnostic) => ({
      code: diagnostic.code,
      severity: diagnostic.severity,
      message: diagnostic.message,
      place: placeOf(diagnostic.source, diagnostic),
    })),
    sentences:
      tested === null
        ? null
        : tested.results.map(({ expectation, state, message }) => ({ text: expectation.text, state, message })),
    unchecked: uncheckedOf(subject, { started: result.started, hasExpectations }),
  })
  writeContent(text, io)
  return 0
}

const sha256 = (bytes: string): string => createHash('sha256').update(bytes, 'latin1').digest('hex')

function placeOf(source: Source, diagnostic: Parameters<typeof locationOf>[0]): string {
  const name = onOneLine(source.name)
  return diagnostic.place === null ? name : `${name}:${locationOf(diagnostic).line}`
}

interface Checked {
  readonly started: boolean
  readonly hasExpectations: boolean
}

/** Returns what a report does not tell, in sentences. */
function uncheckedOf(
  { target, conf, server, settings, limits }: Subject,
  { started, hasExpectations }: Checked,
): string[] {
  const hasModules = targetInfos.find(({ id }) => id === target.id)?.hasModules === true
  return [
    ...(started ? [] : ['What the users may do: the server refuses the files.']),
    ...(conf === null
      ? ['redis.conf: it was not given. Network, protected mode, renamed commands and requirepass were not looked at.']
      : []),
    ...(hasExpectations
      ? started
        ? []
        : ['The expectations: the server refuses the files.']
      : ['What the users are meant to be able to do: no expectations were given.']),
    ...(settings.silenced.length > 0 ? [`Muted diagnostics: ${settings.silenced.join(', ')}.`] : []),
    ...(hasModules && !target.modules ? ['The commands of modules: they were not switched on (--modules).'] : []),
    ...limits,
    server === null
      ? 'Running servers: their users, data, clients and logs were not read.'
      : 'The data, the clients and the logs of the server.',
    'Defects of the release: acl-playground check --server-version lists those that are known.',
  ]
}
