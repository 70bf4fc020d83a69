import type { Bytes } from '../../../acl/bytes'
import type { Span } from '../../../acl/decision'
import type { ConfigLine } from '../../../server/config-file'
import type { Target } from '../../../targets/target'
import type { Edit, Diagnostic, Fix } from '../../diagnostic'

/** A directive of redis.conf that was read. */
export interface Directive {
  readonly name: Bytes
  readonly values: readonly Bytes[]
  readonly line: ConfigLine
}

/** redis.conf as checks see it. */
export interface ConfText {
  readonly text: string
  readonly target: Target
  readonly directives: readonly Directive[]
  /** users.acl where redis.conf names an ACL file; null where it names none. */
  readonly acl: string | null
  /** Whether the user default lets everybody in once the server runs. */
  readonly defaultIsOpen: boolean
}

/** What is said of a directive. */
export interface ConfReport {
  readonly message: string
  readonly hint: string | null
  readonly span: Span
  readonly fixes: readonly Fix[]
}

/** An entry of the catalogue that looks at redis.conf. */
export interface ConfCheck {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly check: (conf: ConfText) => readonly ConfReport[]
}

/** The directive that counts: the last one of its name; undefined where there is none. */
export function directive(conf: ConfText, name: string): Directive | undefined {
  return conf.directives.findLast((one) => one.name === name)
}

/** The directives of a name, in order. */
export function all(conf: ConfText, name: string): readonly Directive[] {
  return conf.directives.filter((one) => one.name === name)
}

/** Takes a line out of the file. */
export function without({ text }: ConfText, { line }: Directive): Edit {
  const from = text.lastIndexOf('\n', line.span.from - 1) + 1
  const end = text.indexOf('\n', line.span.to)
  return { from, to: end < 0 ? text.length : end + 1, insert: '' }
}

/** Writes a directive's line anew. */
export function write({ line }: Directive, label: string, insert: string): Fix {
  return { label, edits: [{ from: line.span.from, to: line.span.to, insert }] }
}
