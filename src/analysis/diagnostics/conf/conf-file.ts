import type { Bytes } from '../../../acl/bytes'
import type { Span } from '../../../acl/decision'
import type { ConfigLine } from '../../../server/config-file'
import type { Target } from '../../../targets/target'
import type { Edit, Diagnostic, Fix } from '../../diagnostic'

/** A parsed directive of redis.conf. */
export interface Directive {
  readonly name: Bytes
  readonly values: readonly Bytes[]
  readonly line: ConfigLine
}

/** redis.conf, parsed for the checks. */
export interface ConfText {
  readonly text: string
  readonly target: Target
  readonly directives: readonly Directive[]
  /** The text of users.acl where redis.conf names an ACL file; else null. */
  readonly acl: string | null
  /** True where anybody can connect as the default user once the server runs. */
  readonly defaultIsOpen: boolean
}

/** A report on a directive. */
export interface ConfReport {
  readonly message: string
  readonly hint: string | null
  readonly span: Span
  readonly fixes: readonly Fix[]
}

/** A check of redis.conf. */
export interface ConfCheck {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly check: (conf: ConfText) => readonly ConfReport[]
}

/** Returns the effective directive, which is the last of its name; undefined where there is none. */
export function directive(conf: ConfText, name: string): Directive | undefined {
  return conf.directives.findLast((one) => one.name === name)
}

/** Returns all directives of a name, in order. */
export function all(conf: ConfText, name: string): readonly Directive[] {
  return conf.directives.filter((one) => one.name === name)
}

/** Removes a line from the file. */
export function without({ text }: ConfText, { line }: Directive): Edit {
  const from = text.lastIndexOf('\n', line.span.from - 1) + 1
  const end = text.indexOf('\n', line.span.to)
  return { from, to: end < 0 ? text.length : end + 1, insert: '' }
}

/** Replaces a directive's line. */
export function write({ line }: Directive, label: string, insert: string): Fix {
  return { label, edits: [{ from: line.span.from, to: line.span.to, insert }] }
}
