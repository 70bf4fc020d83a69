import type { StringStorage } from '../../workspace/storage'

export type Theme = 'system' | 'light' | 'dark'
/** The files in the left pane. */
const fileTabs = ['acl', 'conf', 'expect'] as const
export type FileTab = (typeof fileTabs)[number]
/** The tabs of the lower pane. */
export const lowerTabs = ['log', 'keys', 'user', 'permissions', 'coverage'] as const
export type LowerTab = (typeof lowerTabs)[number]
/** The panes of a phone, one in view at a time. */
export type Pane = 'rules' | 'console' | 'more' | 'learn' | LowerTab

interface SavedLayout {
  readonly columns: number
  readonly lower: number
  readonly learn: number
  readonly learnRows: number
  readonly theme: Theme
  readonly fileTab: FileTab
  readonly lowerTab: LowerTab
}

const key = 'acl-playground.layout'
const bounds = { columns: [22, 75], lower: [14, 80], learn: [16, 45], learnRows: [25, 75] } as const

function clamp(value: unknown, [low, high]: readonly [number, number], otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise
}

function read(storage: StringStorage): SavedLayout {
  let saved: Partial<SavedLayout> = {}
  try {
    const parsed: unknown = JSON.parse(storage.getItem(key) ?? '{}')
    if (typeof parsed === 'object' && parsed !== null) saved = parsed
  } catch {
    // Storage is forbidden or holds something else: the page starts with its own proportions.
  }
  const theme = saved.theme === 'light' || saved.theme === 'dark' ? saved.theme : 'system'
  return {
    columns: clamp(saved.columns, bounds.columns, 46),
    lower: clamp(saved.lower, bounds.lower, 30),
    learn: clamp(saved.learn, bounds.learn, 25),
    learnRows: clamp(saved.learnRows, bounds.learnRows, 50),
    theme,
    fileTab: fileTabs.find((one) => one === saved.fileTab) ?? 'acl',
    lowerTab: lowerTabs.find((one) => one === saved.lowerTab) ?? 'log',
  }
}

/** The layout of the page, stored in this browser: sizes of panes (in percent) and the theme; on a phone also the pane in view. */
export class Layout {
  #columns = $state(46)
  #lower = $state(30)
  #learn = $state(25)
  #learnRows = $state(50)
  #theme = $state<Theme>('system')
  #pane = $state<Pane>('console')
  #fills = $state(false)
  #fileTab = $state<FileTab>('acl')
  #lowerTab = $state<LowerTab>('log')
  readonly #storage: StringStorage

  /** The theme that the address asks for, which is not stored. */
  #asked: Theme | null

  /** @param theme shown in place of the stored one, until another is chosen */
  constructor(storage: StringStorage, theme: Theme | null = null) {
    this.#storage = storage
    this.#asked = theme
    const saved = read(storage)
    this.#columns = saved.columns
    this.#lower = saved.lower
    this.#learn = saved.learn
    this.#learnRows = saved.learnRows
    this.#theme = saved.theme
    this.#fileTab = saved.fileTab
    this.#lowerTab = saved.lowerTab
    this.#showTheme()
  }

  /** Width of the left column. */
  get columns(): number {
    return this.#columns
  }

  set columns(value: number) {
    this.#columns = clamp(value, bounds.columns, this.#columns)
    this.#save()
  }

  /** Height of the lower pane on the right. */
  get lower(): number {
    return this.#lower
  }

  set lower(value: number) {
    this.#lower = clamp(value, bounds.lower, this.#lower)
    this.#save()
  }

  /** Width of the lesson's column. */
  get learn(): number {
    return this.#learn
  }

  set learn(value: number) {
    this.#learn = clamp(value, bounds.learn, this.#learn)
    this.#save()
  }

  /** Height of the rules below a lesson, where there is no room for a column of its own. */
  get learnRows(): number {
    return this.#learnRows
  }

  set learnRows(value: number) {
    this.#learnRows = clamp(value, bounds.learnRows, this.#learnRows)
    this.#save()
  }

  get pane(): Pane {
    return this.#pane
  }

  /** Restores the lower pane where another comes into view. */
  set pane(value: Pane) {
    this.#pane = value
    if (this.place !== 'lower') this.#fills = false
  }

  /** True where the lower pane fills the window. */
  get fills(): boolean {
    return this.#fills
  }

  /** Makes a tab of the lower pane fill the window, or restores the panes. */
  fill(tab: LowerTab | null): void {
    if (tab === null) this.pane = 'console'
    else {
      this.showLower(tab)
      this.#fills = true
    }
  }

  get fileTab(): FileTab {
    return this.#fileTab
  }

  set fileTab(value: FileTab) {
    if (value === this.#fileTab) return
    this.#fileTab = value
    this.#save()
  }

  get lowerTab(): LowerTab {
    return this.#lowerTab
  }

  set lowerTab(value: LowerTab) {
    if (value === this.#lowerTab) return
    this.#lowerTab = value
    this.#save()
  }

  get theme(): Theme {
    return this.#theme
  }

  set theme(value: Theme) {
    this.#asked = null
    this.#theme = value
    this.#showTheme()
    this.#save()
  }

  /** The place of the pane in view: the tabs of the lower pane are one place. */
  get place(): 'rules' | 'console' | 'lower' | 'more' | 'learn' {
    const { pane } = this
    return pane === 'rules' || pane === 'console' || pane === 'more' || pane === 'learn' ? pane : 'lower'
  }

  /** Brings a tab of the lower pane into view. */
  showLower(tab: LowerTab): void {
    this.lowerTab = tab
    this.pane = tab
  }

  /** System, light, dark, and round again. */
  nextTheme(): void {
    this.theme = this.#theme === 'system' ? 'light' : this.#theme === 'light' ? 'dark' : 'system'
  }

  #showTheme(): void {
    const { dataset } = document.documentElement
    const theme = this.#asked ?? this.#theme
    if (theme === 'system') delete dataset['theme']
    else dataset['theme'] = theme
  }

  #save(): void {
    try {
      const { columns, lower, learn, learnRows, theme, fileTab, lowerTab } = this
      const saved: SavedLayout = { columns, lower, learn, learnRows, theme, fileTab, lowerTab }
      this.#storage.setItem(key, JSON.stringify(saved))
    } catch {
      // Not remembered, then; nothing else depends on it.
    }
  }
}
