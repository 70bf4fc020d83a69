import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { AlikeReport, CachedReport, LineSource, type WordRange } from './cached-report'
import { checkLine, type CheckedLine, type CodedReport, type PasswordPlace } from './checked-line'
import type { ClientId } from './clients'
import { heldFrom, offsetIn, positionIn, shapeOf, type HeldOf } from './line-shape'

/** The largest number of shapes that are cached; lines of further ones are checked each time. */
const MOST_SHAPES = 2_000
/** The largest number of reports of a cached shape: the limits of reports and fixes of a line do not apply to so few. */
const MOST_REPORTS = 20

/** A checked line, and its ranges by words, which are the same for all lines of its shape. */
interface Model {
  readonly checked: CheckedLine
  readonly reports: readonly { readonly report: CachedReport; readonly range: WordRange }[]
  readonly passwords: readonly WordRange[]
  readonly changesFunctions: WordRange | null
}

/** Checks lines. Of lines with one shape, only the first is checked: most lines of a long file have one of few shapes. */
export class AlikeLines {
  readonly #models = new Map<string, Model | null>()
  readonly #heldOf: HeldOf

  constructor(
    readonly users: Users,
    readonly target: Target,
  ) {
    this.#heldOf = heldFrom(users.roles)
  }

  /** Returns what `checkLine` returns. */
  check(text: string, client: ClientId | null): CheckedLine {
    // Clients are matched with names and patterns, which a shape leaves out.
    const shape = client === null ? shapeOf(text, this.#heldOf) : null
    const model = shape === null ? undefined : this.#models.get(shape)
    if (model !== undefined && model !== null) return new AlikeLine(text, this.users, this.target, model)
    const checked = checkLine(text, this.users, this.target, client)
    if (shape !== null && model === undefined && this.#models.size < MOST_SHAPES)
      this.#models.set(shape, modelOf(checked))
    return checked
  }
}

/** Returns the model of a line; null where a range cannot be found in other lines by its words. */
function modelOf(checked: CheckedLine): Model | null {
  const { text, reports, passwords, functions } = checked
  if (reports.length > MOST_REPORTS) return null
  const models: { report: CachedReport; range: WordRange }[] = []
  for (const report of reports) {
    const range = rangeIn(text, report)
    if (range === null || !(report instanceof CachedReport)) return null
    models.push({ report, range })
  }
  const places = passwords.map((password) => rangeIn(text, password))
  const at = functions?.changes?.at ?? null
  const changesFunctions = at === null ? null : rangeIn(text, at)
  if ((at !== null && changesFunctions === null) || !places.every((place) => place !== null)) return null
  return { checked, reports: models, passwords: places, changesFunctions }
}

function rangeIn(text: string, range: { readonly from: number; readonly to: number }): WordRange | null {
  const from = positionIn(text, range.from)
  const to = positionIn(text, range.to)
  return from === null || to === null ? null : { from, to }
}

/** A line that was checked by its model. */
class AlikeLine extends LineSource implements CheckedLine {
  readonly #model: Model
  readonly name: NonNullable<CheckedLine['name']>
  readonly reports: readonly CodedReport[]
  #passwords: readonly PasswordPlace[] | null = null

  constructor(text: string, users: Users, target: Target, model: Model) {
    super(text, users, target, null)
    this.#model = model
    const from = model.checked.name?.from ?? 0
    const space = text.indexOf(' ', from)
    const to = space < 0 ? text.length : space
    this.name = { text: text.slice(from, to), from, to }
    const { reports } = model
    this.reports =
      reports.length === 0 ? noReports : reports.map(({ report, range }) => new AlikeReport(this, report, range))
  }

  get passwords(): readonly PasswordPlace[] {
    return (this.#passwords ??= this.#model.passwords.map((range) => {
      const { from, to } = this.#place(range)
      return { hash: this.text.slice(from + 1, to), from, to }
    }))
  }

  get functions(): CheckedLine['functions'] {
    const { checked, changesFunctions: range } = this.#model
    const { functions } = checked
    if (functions === null || functions.changes === null || range === null) return functions
    return { ...functions, changes: { ...functions.changes, at: this.#place(range) } }
  }

  #place({ from, to }: WordRange): { from: number; to: number } {
    return { from: offsetIn(this.text, from), to: offsetIn(this.text, to) }
  }

  get isComment(): boolean {
    return this.#model.checked.isComment
  }
  get greeting(): readonly string[] {
    return this.#model.checked.greeting
  }
  get end(): number {
    return this.text.length
  }
  get mayChangeUsers(): boolean {
    return this.#model.checked.mayChangeUsers
  }
  get isAsSaved(): boolean | null {
    return this.#model.checked.isAsSaved
  }
}

const noReports: readonly CodedReport[] = []
