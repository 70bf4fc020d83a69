import { fromText } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { allDiagnostics } from '../../../src/analysis/diagnostics/settings'
import { diagnoseConf } from '../../../src/analysis/diagnostics/conf'
import { applyFix, type Diagnostic } from '../../../src/analysis/diagnostic'
import { startServer } from '../../../src/server/start'
import { targetInfos } from '../../../src/targets/infos'
import { loadTarget } from '../../../src/targets/load'
import type { Target } from '../../../src/targets/target'
import { decodeLink, encodeLink } from '../../../src/workspace/codec'
import { lessonByDiagnostic, lessonOf } from '../../../src/workspace/course/course'
import { pageAddress } from '../../../src/workspace/site'
import { blankState, type WorkspaceState } from '../../../src/workspace/state'

/** A section of docs/diagnostics.md: its own words, and its example. */
export interface Section {
  readonly code: string
  /** From the heading to the example. */
  readonly words: string
  readonly kind: 'acl' | 'conf'
  readonly target: Target
  readonly client: string | null
  /** The file of the example, without its carets. */
  readonly file: string
  /** The link as it stands in the document, from `#` on; null where there is none yet. */
  readonly link: string | null
}

/** The parts of the document in order: text between sections as it is, and sections. */
export async function readDocument(text: string): Promise<(string | Section)[]> {
  const parts: (string | Section)[] = []
  for (const part of text.split(/^(?=##)/m)) {
    const [, code] = /^### (.+)$/m.exec(part) ?? []
    const [fence = '', kind, id, client, body = ''] =
      /^```(acl|conf) (\S+)(?: client=(\S+))?\n([^]*?)^```$/m.exec(part) ?? []
    const info = targetInfos.find((one) => one.id === id)
    if (code === undefined || info === undefined) {
      parts.push(part)
      continue
    }
    const lines = body.split('\n').filter((line) => !/^ *\^+$/.test(line))
    parts.push({
      code,
      kind: kind === 'conf' ? 'conf' : 'acl',
      target: await loadTarget(info.id),
      client: client ?? null,
      words: part.slice(0, part.indexOf(fence)),
      file: lines.join('\n'),
      link: /\]\([^#)]*(#[^)]+)\)/.exec(part)?.[1] ?? null,
    })
  }
  return parts
}

/** The diagnostics of a section on a file. */
export function diagnosticsOf({ code, kind, target, client }: Section, file: string): Diagnostic[] {
  const settings = client === null ? allDiagnostics : { ...allDiagnostics, choices: { client } }
  const all =
    kind === 'acl'
      ? new Checker(new Users(target.table, target.behaviours), target).diagnose(file, settings)
      : diagnoseConf(file, '', target, settings)
  return all.filter((diagnostic) => diagnostic.code === code)
}

/** Whether a server of the section's target starts with the file, or loads it. */
export function isAccepted({ kind, target }: Section, file: string): boolean {
  if (kind === 'acl') return loadAclFile(new Users(target.table, target.behaviours), fromText(file), 'users.acl').ok
  return startServer({
    target,
    conf: fromText(file),
    files: { read: () => '', write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
  }).started
}

/** The workspace that a section's link opens. */
export function workspaceOf({ kind, target, client, file }: Section): WorkspaceState {
  const blank = blankState(target.id)
  const settings = client === null ? {} : { settings: { ...allDiagnostics, choices: { client } } }
  return {
    ...blank,
    ...settings,
    files: kind === 'acl' ? { ...blank.files, acl: file } : { ...blank.files, conf: file },
  }
}

/** Passwords in clear are part of some examples, so these links keep them. */
async function linkOf(section: Section): Promise<string> {
  if (section.link !== null) {
    const known = await decodeLink(section.link)
    if (known.kind === 'state' && JSON.stringify(known.state) === JSON.stringify(workspaceOf(section)))
      return section.link
  }
  const made = await encodeLink(workspaceOf(section), { keepPasswords: true })
  if (!made.ok) throw new Error(made.message)
  return made.fragment
}

function withCarets(file: string, { span }: Diagnostic): string {
  const lines = file.split('\n')
  const start = lines.slice(0, span.line - 1).reduce((sum, line) => sum + line.length + 1, 0)
  lines.splice(span.line, 0, ' '.repeat(span.from - start) + '^'.repeat(Math.max(1, span.to - span.from)))
  return lines.join('\n')
}

/** A section as it should stand: its own words, the example with its place, what is said of it, the fixed file and the link. */
export async function writeSection(section: Section): Promise<string> {
  const [diagnostic] = diagnosticsOf(section, section.file)
  if (diagnostic === undefined) throw new Error(`Nothing is said of the example of ${section.code}.`)
  const fence = [
    '```' + section.kind,
    section.target.id,
    ...(section.client === null ? [] : [`client=${section.client}`]),
  ].join(' ')
  const [fix] = diagnostic.fixes
  const said = `${diagnostic.severity}: ${diagnostic.message}${diagnostic.hint === null ? '' : ` ${diagnostic.hint}`}`
  const fixed =
    fix === undefined
      ? ''
      : `Fix${fix.safe ? ' (safe)' : ''}: ${fix.label}.\n\n\`\`\`\n${applyFix(section.file, fix).trimEnd()}\n\`\`\`\n\n`
  return `${section.words}${fence}\n${withCarets(section.file, diagnostic)}\`\`\`\n\n> ${said}\n\n${fixed}[Open in the playground](${pageAddress}${await linkOf(section)})${lessonLink(section)}\n\n`
}

/** A link to the lesson that explains a diagnostic, where there is one. */
function lessonLink({ code }: Section): string {
  const lesson = lessonOf(lessonByDiagnostic.get(code) ?? '')
  return lesson === null ? '' : ` · [Lesson: ${lesson.title}](${pageAddress}#learn/${lesson.id})`
}
