import { inView } from './rows'

/** The height of a row of the grid. */
const ROW = 26

/** The size of what a grid shows, below its head and beside the names of its rows. */
interface GridSize {
  readonly rows: number
  readonly users: number
  /** True where a badge stands below the name of a user. */
  readonly hasBadges: boolean
}

/** A cell of the grid. Row 0 is the head, column 0 the names of commands. */
interface Place {
  readonly row: number
  readonly column: number
}

/** The part of a grid that is in view, its measures in pixels, and the cell that the keyboard is on. */
export class GridView {
  box = $state<HTMLElement>()
  width = $state(600)
  height = $state(240)
  #left = $state(0)
  #top = $state(0)
  #at = $state.raw<Place>({ row: 0, column: 0 })
  readonly #size: () => GridSize

  readonly rowHeight = ROW
  readonly namesWidth = $derived(this.width < 480 ? 132 : 196)
  /** Two lines high where a badge stands below a name. */
  readonly headHeight = $derived.by(() => (this.#size().hasBadges ? 46 : 34))
  /** A few users share the room there is. */
  readonly columnWidth = $derived.by(() =>
    Math.max(104, Math.min(200, Math.floor((this.width - this.namesWidth) / Math.max(1, this.#size().users)))),
  )
  /** The rows that are drawn. */
  readonly rows = $derived.by(() => inView(this.#size().rows, ROW, this.#top, this.height - this.headHeight))
  /** The users that are drawn. */
  readonly users = $derived.by(() =>
    inView(this.#size().users, this.columnWidth, this.#left, this.width - this.namesWidth, 2),
  )
  readonly place = $derived.by<Place>(() => ({
    row: Math.min(this.#at.row, this.#size().rows),
    column: Math.min(this.#at.column, this.#size().users),
  }))

  constructor(size: () => GridSize) {
    this.#size = size
  }

  get sheetWidth(): number {
    return this.xOf(this.#size().users + 1)
  }

  get sheetHeight(): number {
    return this.yOf(this.#size().rows + 1)
  }

  xOf(column: number): number {
    return this.namesWidth + (column - 1) * this.columnWidth
  }

  yOf(row: number): number {
    return this.headHeight + (row - 1) * ROW
  }

  /** Notes how far the box is scrolled. */
  scrolled(): void {
    this.#left = this.box?.scrollLeft ?? 0
    this.#top = this.box?.scrollTop ?? 0
  }

  /** Puts the keyboard on a cell. */
  putAt(place: Place): void {
    this.#at = place
  }

  /** Moves the keyboard as a key says. Returns false where the key does not move it. */
  move(key: string): boolean {
    const page = Math.max(1, Math.floor((this.height - this.headHeight) / ROW) - 1)
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageUp: [-page, 0],
      PageDown: [page, 0],
      Home: [0, -Infinity],
      End: [0, Infinity],
    }
    const step = steps[key]
    if (step === undefined) return false
    const { rows, users } = this.#size()
    const bounded = (value: number, most: number): number => Math.min(most, Math.max(0, value))
    const { row, column } = this.place
    this.#at = { row: bounded(row + step[0], rows), column: bounded(column + step[1], users) }
    this.bringIntoView()
    return true
  }

  /** Scrolls to the cell that the keyboard is on, and focuses it once it is drawn. */
  bringIntoView(): void {
    const { box } = this
    if (!box) return
    const at = this.#at
    if (at.row > 0) {
      const y = (at.row - 1) * ROW
      const room = box.clientHeight - this.headHeight
      if (y < box.scrollTop) box.scrollTop = y
      else if (y + ROW > box.scrollTop + room) box.scrollTop = y + ROW - room
    }
    if (at.column > 0) {
      const x = (at.column - 1) * this.columnWidth
      const room = box.clientWidth - this.namesWidth
      if (x < box.scrollLeft) box.scrollLeft = x
      else if (x + this.columnWidth > box.scrollLeft + room) box.scrollLeft = x + this.columnWidth - room
    }
    this.scrolled()
    requestAnimationFrame(() => box.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true }))
  }
}
