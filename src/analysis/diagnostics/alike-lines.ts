import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { AlikeReport, CachedReport, LineSource, type WordRange } from './cached-report'
import { checkLine, type CheckedLine } from './checked-line'
import type { ClientId } from './clients'
import { offsetIn, positionIn, shapeOf } from './line-shape'

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

  constructor(
    readonly users: Users,
    readonly target: Target,
  ) {}

  /** Returns what `checkLine` returns. */
  check(text: string, client: ClientId | null): CheckedLine {
    // Clients are matched with names and patterns, which a shape leaves out.
    const shape = client === null ? shapeOf(text) : null
    const model = shape === null ? undefined : this.#models.get(shape)
    if (model !== undefined && model !== null) return alike(model, new LineSource(text, this.users, this.target, null))
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

function alike({ checked, reports, passwords, changesFunctions }: Model, source: LineSource): CheckedLine {
  const { text } = source
  const { name, functions, isComment, greeting, mayChangeUsers, isAsSaved } = checked
  const place = (range: WordRange): { from: number; to: number } => ({
    from: offsetIn(text, range.from),
    to: offsetIn(text, range.to),
  })
  const from = name?.from ?? 0
  const to = text.indexOf(' ', from)
  const nameTo = to < 0 ? text.length : to
  return {
    text,
    name: { text: text.slice(from, nameTo), from, to: nameTo },
    isComment,
    reports: reports.map(({ report, range }) => new AlikeReport(source, report, range)),
    passwords: passwords.map((range) => {
      const { from, to } = place(range)
      return { hash: text.slice(from + 1, to), from, to }
    }),
    greeting,
    functions:
      functions === null || functions.changes === null || changesFunctions === null
        ? functions
        : { ...functions, changes: { ...functions.changes, at: place(changesFunctions) } },
    end: text.length,
    mayChangeUsers,
    isAsSaved,
  }
}
