import { fromText } from '../../acl/bytes'
import { addedPassword } from '../../acl/password'
import { parseRule } from '../../acl/rule'
import { behavioursOf, type Behaviours } from '../../targets/behaviours'
import { labelOf } from '../../targets/infos'
import type { TargetId } from '../../targets/target'
import type { Answer, CheatAnchor, Goal, Hint, Lesson, PartId, Reference, RunStep, WrongAnswer } from './lesson'

/** The facts about a target that lessons depend on. */
export interface Facts extends Behaviours {
  readonly id: TargetId
  /** `Redis 8.0` */
  readonly label: string
}

type Depending<T> = T | ((facts: Facts) => T)

/** A lesson in short form; what does not depend on the target is written as it is. */
export interface Sketch {
  readonly id: string
  readonly part: PartId
  readonly title: string
  readonly text: Depending<readonly string[]>
  readonly task: Depending<string>
  /** The behaviour that the lesson needs, with the reason to tell where it is missing. */
  readonly needs?: { readonly has: (facts: Facts) => boolean; readonly reason: string }
  /** users.acl; passwords become hashes, unless `showsPasswords` is set. */
  readonly acl: Depending<string>
  readonly showsPasswords?: true
  readonly conf?: Depending<string>
  readonly expect?: Depending<string>
  /** The users that the consoles are logged in as; null for a connection as the server opens it. */
  readonly consoles: Depending<readonly (string | null)[]>
  /** Commands that have run: `0 SET app:1 42`, with the number of the console. */
  readonly entries?: Depending<readonly string[]>
  /** A string is a sentence. */
  readonly goals: Depending<readonly (string | Goal)[]>
  readonly idea: Depending<string>
  readonly rule: Depending<readonly [text: string, cheat: CheatAnchor | null]>
  readonly answer: Depending<string>
  readonly solution: Depending<ShortAnswer>
  /** By the mistake, in words. */
  readonly wrong: Depending<Readonly<Record<string, ShortAnswer>>>
  readonly diagnostics?: readonly string[]
  readonly checklist?: readonly string[]
  readonly reference: readonly Reference[]
}

/** An answer in short form: users.acl alone, or with other files and with commands (`app: GET app:1`). */
export type ShortAnswer =
  | string
  | {
      readonly acl?: string
      readonly conf?: string
      readonly expect?: string
      /** Commands that run before the files are replaced. */
      readonly first?: readonly (string | RunStep)[]
      readonly runs?: readonly (string | RunStep)[]
    }

/** The redis.conf of lessons that are not about it. */
const plainConf = 'bind 127.0.0.1\nprotected-mode yes\nport 6379\naclfile users.acl\n'

const known = new Map<TargetId, Facts>()

/** Returns the facts about a target. */
function factsOf(id: TargetId): Facts {
  const before = known.get(id)
  if (before !== undefined) return before
  const behaviours = behavioursOf(id)
  const label = labelOf(id)
  const facts = { ...behaviours, id, label }
  known.set(id, facts)
  return facts
}

/** Replaces the passwords of a file by their hashes. */
export function hashed(acl: string): string {
  return acl.replace(/\S+/g, (word) => {
    const hash = addedPassword(parseRule(fromText(word)))
    return hash === null ? word : `#${hash}`
  })
}

/** Returns a command line as a step: `app: GET app:1`, or `-: AUTH app secret` on a connection as the server opens it. */
function stepOf(step: string | RunStep): RunStep {
  if (typeof step !== 'string') return step
  const [, as = '-', line = ''] = /^(\S+): (.*)$/.exec(step) ?? []
  return { as: as === '-' ? null : as, line }
}

/** Expands a sketch to a lesson. */
export function draw(sketch: Sketch): Lesson {
  const of = <T>(value: Depending<T>, id: TargetId): T =>
    typeof value === 'function' ? (value as (facts: Facts) => T)(factsOf(id)) : value
  const file = (acl: string): string => (sketch.showsPasswords === true ? acl : hashed(acl))
  const answer = (short: ShortAnswer): Answer => {
    if (typeof short === 'string') return { files: { acl: file(short) } }
    const { acl, conf, expect, first, runs } = short
    return {
      ...(first !== undefined && { first: first.map(stepOf) }),
      files: {
        ...(acl !== undefined && { acl: file(acl) }),
        ...(conf !== undefined && { conf }),
        ...(expect !== undefined && { expect }),
      },
      ...(runs !== undefined && { runs: runs.map(stepOf) }),
    }
  }
  return {
    id: sketch.id,
    part: sketch.part,
    title: sketch.title,
    text: (id) => of(sketch.text, id),
    task: (id) => of(sketch.task, id),
    isAvailable: (id) => sketch.needs?.has(factsOf(id)) ?? true,
    needs: sketch.needs?.reason ?? null,
    start: (id) => ({
      files: {
        acl: file(of(sketch.acl, id)),
        conf: of(sketch.conf ?? plainConf, id),
        ...(sketch.expect !== undefined && { expect: of(sketch.expect, id) }),
      },
      connections: of(sketch.consoles, id).map((login) => ({ origin: { kind: 'loopback' }, login })),
      entries: of(sketch.entries ?? [], id).map((text) => ({ on: Number(text[0]), line: text.slice(2) })),
    }),
    goals: (id) =>
      of(sketch.goals, id).map((goal) => (typeof goal === 'string' ? { kind: 'sentence', sentence: goal } : goal)),
    hints: (id): readonly Hint[] => {
      const [text, cheat] = of(sketch.rule, id)
      return [
        { kind: 'idea', text: of(sketch.idea, id) },
        { kind: 'rule', text, cheat },
        { kind: 'solution', text: of(sketch.answer, id) },
      ]
    },
    solution: (id) => answer(of(sketch.solution, id)),
    wrongAnswers: (id): readonly WrongAnswer[] =>
      Object.entries(of(sketch.wrong, id)).map(([what, short]) => ({ what, ...answer(short) })),
    diagnostics: sketch.diagnostics ?? [],
    checklist: sketch.checklist ?? [],
    reference: sketch.reference,
  }
}

const root = 'https://redis.io/docs/latest'

/** Pages of the reference that lessons link to. */
export const reference = {
  acl: { title: 'Access control lists', href: `${root}/operate/oss_and_stack/management/security/acl/` },
  security: { title: 'Security of a server', href: `${root}/operate/oss_and_stack/management/security/` },
  setuser: { title: 'ACL SETUSER', href: `${root}/commands/acl-setuser/` },
  log: { title: 'ACL LOG', href: `${root}/commands/acl-log/` },
  diagnostics: { title: 'Diagnostics', href: '#docs/diagnostics' },
  expectations: { title: 'Expectations', href: '#docs/expectations' },
  proof: { title: 'What is proved', href: '#docs/proof' },
  playground: { title: 'The playground', href: '#docs/playground' },
} as const satisfies Readonly<Record<string, Reference>>

/** Returns the reference to a command's page. */
export const commandPage = (name: string): Reference => ({
  title: name,
  href: `${root}/commands/${name.toLowerCase().replace(' ', '-')}/`,
})
