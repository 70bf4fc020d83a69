import { exerciseId } from '../../workspace/course/exercise'
import { lowerTabs, type FileTab, type LowerTab } from '../state/Layout.svelte'

/** The dialogs that are views with an address. */
interface ViewDialogs {
  readonly current: string | null
  readonly galleryAt: string
  readonly cheatRule: string
  readonly reading: string
  readonly question: string
  showGallery(id: string): void
  showCheat(rule: string): void
  ask(question: string): void
  read(page: string): void
  show(dialog: null): void
}

/** The parts of the page that views with an address are opened and closed by. */
export interface ViewHost {
  readonly lesson: string | null
  readonly dialogs: ViewDialogs
  readonly layout: { showLower(tab: LowerTab): void }
  readonly editors: { goToLine(file: FileTab, line: number): void }
  openLesson(id: string | null): void
}

/** A view with an address of its own, such as `#learn/keys`. */
export interface View {
  /** The first part of the address: `learn`. Lowercase letters only. */
  readonly name: string
  /** `beside`: stays open beside the files. `over`: opens over the page, and closes another one that is open there. */
  readonly layer: 'beside' | 'over'
  /** Returns the rest of the address while the view is open (`keys`; empty for `#learn`); null while it is closed. */
  readonly shown: (app: ViewHost) => string | null
  /** Opens the view at the rest of an address, which anyone may have written. */
  readonly open: (app: ViewHost, rest: string) => void
  readonly close: (app: ViewHost) => void
}

/** All views with an address. */
export const views: readonly View[] = [
  {
    name: 'gallery',
    layer: 'over',
    shown: (app) => (app.dialogs.current === 'gallery' ? app.dialogs.galleryAt : null),
    open: (app, rest) => app.dialogs.showGallery(rest),
    close: (app) => app.dialogs.show(null),
  },
  {
    // A tab of the lower pane. It is no place to return to, so that its address is not kept.
    name: 'view',
    layer: 'beside',
    shown: () => null,
    open: ({ layout }, rest) => {
      const tab = lowerTabs.find((one) => one === rest)
      if (tab !== undefined) layout.showLower(tab)
    },
    close: () => undefined,
  },
  {
    // A line of users.acl, or of another file: `redis.conf/3`. A lesson stays open beside it.
    name: 'line',
    layer: 'over',
    shown: () => null,
    open: ({ editors }, rest) => {
      const [, file = 'users.acl', line] = /^(?:(users\.acl|redis\.conf|users\.expect)\/)?(\d{1,9})$/.exec(rest) ?? []
      if (line === undefined) return
      editors.goToLine(file === 'users.acl' ? 'acl' : file === 'redis.conf' ? 'conf' : 'expect', Number(line))
    },
    close: () => undefined,
  },
  {
    name: 'learn',
    layer: 'beside',
    // An exercise belongs to its workspace, and has no address of its own.
    shown: ({ lesson }) => (lesson === exerciseId ? null : lesson),
    open: (app, rest) => app.openLesson(rest),
    close: (app) => app.openLesson(null),
  },
  {
    name: 'cheat',
    layer: 'over',
    shown: (app) => (app.dialogs.current === 'cheat' ? app.dialogs.cheatRule : null),
    open: (app, rest) => app.dialogs.showCheat(rest),
    close: (app) => app.dialogs.show(null),
  },
  {
    name: 'ask',
    layer: 'over',
    // A password belongs into no address.
    shown: ({ dialogs }) =>
      dialogs.current === 'ask' && !/(?:^|\s)[<>]\S/.test(dialogs.question) ? dialogs.question : null,
    open: (app, rest) => app.dialogs.ask(rest),
    close: (app) => app.dialogs.show(null),
  },
  {
    name: 'docs',
    layer: 'over',
    shown: (app) => (app.dialogs.current === 'docs' ? app.dialogs.reading : null),
    open: (app, rest) => app.dialogs.read(rest),
    close: (app) => app.dialogs.show(null),
  },
]
