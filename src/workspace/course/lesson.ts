import type { Bytes } from '../../acl/bytes'
import type { DenyReason } from '../../acl/decision'
import type { Reply } from '../../resp/reply'
import type { SimulatedServer } from '../../server/server'
import type { Origin } from '../../server/types'
import type { TargetId } from '../../targets/target'
import type { SavedConnection, SavedEntry, WorkspaceFiles } from '../state'

export type PartId = 'first-user' | 'finer-rules' | 'running-it' | 'proving-it'

/** Rules that hints lead to, by their addresses on the cheat sheet: `#cheat/key`. */
export const cheatAnchors = [
  'off',
  'hash',
  'key',
  'key-read',
  'channel',
  'allow-command',
  'deny-command',
  'allow-category',
  'deny-category',
  'allow-subcommand',
  'selector',
] as const
export type CheatAnchor = (typeof cheatAnchors)[number]

/** The workspace that a lesson opens with. */
export interface LessonStart {
  readonly files: WorkspaceFiles
  readonly connections: readonly SavedConnection[]
  /** Commands that have run when the lesson opens. They are not the learner's. */
  readonly entries: readonly SavedEntry[]
}

/** The outcome of a command line, as in the gallery: allowed and answered, denied and why, another error, or no answer. */
export type RunOutcome = 'allowed' | DenyReason | 'configuration' | 'error' | 'closed'

/** A command line that the learner ran. */
export interface RanCommand {
  /** The user that was logged in before the line ran; null where nobody was. */
  readonly user: Bytes | null
  readonly origin: Origin
  /** The words as they were sent. */
  readonly argv: readonly Bytes[]
  /** `configuration`: a directive blocked it. `error`: any other error. `closed`: the connection was refused or closed. */
  readonly outcome: RunOutcome
  readonly replies: readonly Reply[]
}

/** A condition for passing a lesson. Files are judged as a server would start with them. */
export type Goal =
  /** A line of the expectations language. `say`: the words to show in its place. */
  | { readonly kind: 'sentence'; readonly sentence: string; readonly say?: string }
  /** The user is proved equal to that user of the solution. */
  | { readonly kind: 'equivalent'; readonly user: string; readonly say: string }
  /** The learner ran such a command; `earlier`: those before it, oldest first. */
  | {
      readonly kind: 'command'
      readonly say: string
      readonly isDone: (run: RanCommand, earlier: readonly RanCommand[]) => boolean
    }
  /** Command lines, run on a fresh server by a client that nobody logged in, end with an outcome. */
  | {
      readonly kind: 'session'
      readonly say: string
      readonly lines: readonly string[]
      readonly isAllowed: boolean
      readonly origin?: Origin
    }
  /** A property of the started server. `directive`: the one that shows it. */
  | {
      readonly kind: 'server'
      readonly say: string
      readonly holds: (server: SimulatedServer) => boolean
      readonly directive: string
    }
  /** The checker reports none of these codes in users.acl. */
  | { readonly kind: 'diagnostics'; readonly say: string; readonly codes: readonly string[] }
  /** The learner's expectations hold on the learner's files, and there are at least so many. */
  | { readonly kind: 'expectations'; readonly say: string; readonly atLeast: number }
  /** One of the learner's expectations fails once users.acl is replaced by a file with a mistake. */
  | { readonly kind: 'catches'; readonly say: string; readonly acl: string }

/** One step of help. Hints are shown one at a time: an idea, the rule with its place in the cheat sheet, the solution. */
export type Hint =
  | { readonly kind: 'idea'; readonly text: string }
  | { readonly kind: 'rule'; readonly text: string; readonly cheat: CheatAnchor | null }
  | { readonly kind: 'solution'; readonly text: string }

/** A command line to run in a console. */
export interface RunStep {
  /** The user that the console is logged in as; null for a connection as the server opens it. */
  readonly as: string | null
  readonly line: string
  /** `127.0.0.1` by default. */
  readonly from?: Origin
}

/** Commands to run first, files to replace, and commands to run then; a changed redis.conf restarts the server. */
export interface Answer {
  readonly first?: readonly RunStep[]
  readonly files?: Partial<WorkspaceFiles>
  readonly runs?: readonly RunStep[]
}

/** An answer that learners give and that does not pass, for the tests. */
export interface WrongAnswer extends Answer {
  /** The mistake, in words. */
  readonly what: string
}

export interface Reference {
  readonly title: string
  readonly href: string
}

export interface Lesson {
  /** Stable: `#learn/keys` opens the lesson. */
  readonly id: string
  readonly part: PartId
  readonly title: string
  /** Paragraphs of 60 to 120 words in all, with code in backticks and links as `[text](#cheat/key)`, `#learn/…`, `#docs/…` or https. */
  readonly text: (target: TargetId) => readonly string[]
  readonly task: (target: TargetId) => string
  /** False where the server lacks what the lesson is about. */
  readonly isAvailable: (target: TargetId) => boolean
  /** The reason for being unavailable on some targets, as a sentence; null where the lesson works on all of them. */
  readonly needs: string | null
  readonly start: (target: TargetId) => LessonStart
  readonly goals: (target: TargetId) => readonly Goal[]
  readonly hints: (target: TargetId) => readonly Hint[]
  readonly solution: (target: TargetId) => Answer
  readonly wrongAnswers: (target: TargetId) => readonly WrongAnswer[]
  /** Codes of the diagnostics that the lesson explains. */
  readonly diagnostics: readonly string[]
  /** Ids of the checklist items that the lesson explains. */
  readonly checklist: readonly string[]
  readonly reference: readonly Reference[]
}

/** Returns the codes of the diagnostics that a lesson is graded by. */
export function diagnosticsOf(lesson: Lesson, target: TargetId): readonly string[] {
  return lesson.goals(target).flatMap((goal) => (goal.kind === 'diagnostics' ? goal.codes : []))
}

/** Returns the text of a goal as shown in the list of goals. */
export function goalText(goal: Goal): string {
  return goal.kind === 'sentence' ? (goal.say ?? goal.sentence) : goal.say
}
