import { toText } from '../../acl/bytes'
import { defaultTargetId, targetInfos } from '../../targets/infos'
import { blankState } from '../../workspace/state'
import type { App } from '../state/App.svelte'
import type { Theme } from '../state/Layout.svelte'
import { filePanes, lowerPanes } from './panes'

/** A key combination, written `Mod K`, `Alt 1` or `F8`. */
export interface Shortcut {
  readonly keys: string
  /** The handler: the page, the page before the editors, or the editors themselves. */
  readonly by: 'page' | 'page-first' | 'editor'
  /** The text in the table of shortcuts; default: the action's title. */
  readonly does?: string
  /** True where it works while a dialog is open. */
  readonly inDialogs?: boolean
}

/** Something that a person can do. The list of actions, the More pane, shortcuts and their table are made from it. */
export interface Action {
  readonly id: string
  readonly title: string
  /** Other words that find it in the list of actions. */
  readonly synonyms?: readonly string[]
  /** A note beside the title. */
  readonly hint?: string
  readonly shortcut?: Shortcut
  /** Tells whether it is possible now; default: always. */
  readonly when?: (app: App) => boolean
  /** False for what has a shortcut only. */
  readonly listed?: boolean
  readonly run: (app: App) => void
}

/** A group of actions; a function returns those that depend on the workspace. */
interface Group {
  readonly title: string
  readonly actions: readonly (Action | ((app: App) => readonly Action[]))[]
}

/** The most users that a connection is offered for. */
const mostUsers = 40

const themes: readonly { readonly id: Theme; readonly title: string; readonly synonyms: readonly string[] }[] = [
  { id: 'light', title: 'Use the light theme', synonyms: ['bright', 'appearance', 'colors'] },
  { id: 'dark', title: 'Use the dark theme', synonyms: ['night', 'appearance', 'colors'] },
  { id: 'system', title: 'Use the system’s theme', synonyms: ['automatic', 'appearance', 'colors'] },
]

/** False in a page whose files are for reading only. */
const mayEdit = (app: App): boolean => !app.isReadOnly

const workspace: Group = {
  title: 'Workspace',
  actions: [
    {
      id: 'palette',
      title: 'All actions',
      shortcut: { keys: 'Mod K', by: 'page-first', inDialogs: true },
      listed: false,
      run: (app) => app.show(app.dialog === 'palette' ? null : 'palette'),
    },
    {
      id: 'share',
      title: 'Share',
      hint: 'a link',
      synonyms: ['link', 'url', 'embed', 'permalink'],
      run: (app) => app.show('share'),
    },
    {
      id: 'compare',
      title: 'Compare versions of users.acl',
      hint: 'and server versions',
      synonyms: ['diff', 'changes', 'upgrade', 'migrate', 'before and after'],
      run: (app) => app.show('compare'),
    },
    {
      id: 'replay',
      title: 'Replay what an application ran',
      hint: 'MONITOR, ACL LOG',
      synonyms: ['least privilege', 'minimal rules', 'capture', 'noperm', 'suggest a user'],
      run: (app) => app.show('replay'),
    },
    {
      id: 'refused',
      title: 'Why was this refused?',
      hint: 'NOPERM, ACL LOG',
      synonyms: ['denied', 'noperm', 'error', 'explain', 'no permissions'],
      shortcut: { keys: 'Alt 8', by: 'page' },
      run: (app) => app.askWhy(),
    },
    {
      id: 'cheat',
      title: 'Cheat sheet',
      hint: 'all rules',
      synonyms: ['reference', 'syntax', 'help', 'rules', 'print'],
      shortcut: { keys: 'Alt 7', by: 'page' },
      run: (app) => app.showCheat(),
    },
    {
      id: 'exchange',
      title: 'Import and export',
      hint: 'other formats',
      synonyms: ['terraform', 'kubernetes', 'helm', 'ansible', 'yaml', 'json', 'elasticache', 'memorydb', 'docker'],
      run: (app) => app.show('exchange'),
    },
    {
      id: 'learn',
      title: 'Learn',
      hint: 'lessons',
      synonyms: ['course', 'tutorial', 'teach', 'exercise', 'beginner'],
      shortcut: { keys: 'Alt 6', by: 'page', does: 'Open the lessons' },
      run: (app) => app.focusLesson(),
    },
    {
      id: 'download',
      title: 'Download users.acl',
      hint: 'as it is written',
      synonyms: ['save', 'export', 'file'],
      run: (app) =>
        void import('../exchange/files').then(({ download }) =>
          download('users.acl', app.playground.files.acl.text, 'text/plain'),
        ),
    },
    {
      id: 'gallery',
      title: 'Gallery',
      hint: 'examples',
      synonyms: ['samples', 'templates', 'policies', 'tutorial', 'lessons'],
      run: (app) => app.showGallery(),
    },
    {
      id: 'blank',
      title: 'Start blank',
      hint: '#new',
      synonyms: ['new', 'empty', 'reset', 'clear'],
      run: (app) => void app.replace(blankState(defaultTargetId), 'Started blank.', 'example'),
    },
    {
      id: 'workspaces',
      title: 'Workspaces',
      hint: 'and their versions',
      synonyms: ['history', 'recover', 'lost', 'undo', 'restore earlier work', 'rename', 'duplicate', 'delete'],
      run: (app) => app.show('workspaces'),
    },
    ...themes.map(({ id, title, synonyms }): Action => ({
      id: `theme-${id}`,
      title,
      synonyms,
      when: (app) => app.layout.theme !== id,
      run: (app) => (app.layout.theme = id),
    })),
    {
      id: 'docs',
      title: 'Documentation',
      synonyms: ['help', 'manual', 'guide', 'how to', 'reference'],
      run: (app) => app.read(''),
    },
    {
      id: 'shortcuts',
      title: 'Keyboard shortcuts',
      synonyms: ['help', 'keys', 'licenses', 'about'],
      shortcut: { keys: '?', by: 'page' },
      run: (app) => app.show('shortcuts'),
    },
  ],
}

const files: Group = {
  title: 'Files and memory',
  actions: [
    ...filePanes.map(({ id, title, keys, synonyms }): Action => ({
      id: `open-${id}`,
      title: `Open ${id === 'expect' ? 'expectations' : title}`,
      synonyms,
      shortcut: { keys, by: 'page' },
      run: (app) => app.editors.focus(id),
    })),
    {
      id: 'next-diagnostic',
      title: 'Go to the next diagnostic',
      synonyms: ['error', 'warning', 'problem'],
      shortcut: { keys: 'F8', by: 'page' },
      run: (app) => app.toDiagnostic('next'),
    },
    {
      id: 'fix',
      title: 'Apply the fix at the cursor',
      synonyms: ['quick fix', 'repair', 'problem'],
      shortcut: { keys: 'Mod .', by: 'page' },
      when: mayEdit,
      run: (app) => app.toDiagnostic('fix'),
    },
    {
      id: 'find',
      title: 'Find and replace in the file',
      synonyms: ['search'],
      shortcut: { keys: 'Mod F', by: 'editor' },
      run: (app) => app.edit('find'),
    },
    {
      id: 'format',
      title: 'Format the file',
      synonyms: ['prettify', 'tidy'],
      shortcut: { keys: 'Alt Shift F', by: 'editor' },
      when: mayEdit,
      run: (app) => app.edit('format'),
    },
    {
      id: 'rename',
      title: 'Rename the user at the cursor',
      synonyms: ['user names', 'refactor'],
      shortcut: { keys: 'F2', by: 'editor', does: 'Rename the user of this line in all files' },
      when: mayEdit,
      run: (app) => app.edit('rename'),
    },
    {
      id: 'diagnostics',
      title: 'All diagnostics',
      synonyms: ['errors', 'warnings', 'problems', 'diagnostics', 'muted', 'client library'],
      run: (app) => app.show('diagnostics'),
    },
    {
      id: 'outline',
      title: 'Users of the files',
      hint: 'with their diagnostics',
      synonyms: ['outline', 'go to user', 'find a user', 'symbols'],
      shortcut: { keys: 'Mod Shift O', by: 'page-first' },
      run: (app) => app.show('outline'),
    },
    {
      id: 'fix-all',
      title: 'Apply every safe fix',
      synonyms: ['quick fix', 'repair'],
      when: mayEdit,
      run: (app) => void import('../diagnostics/fix-all').then(({ fixAllSafe }) => fixAllSafe(app)),
    },
    {
      id: 'simplify-user',
      title: 'Simplify the user at the cursor',
      hint: 'shorter rules, proved equal',
      synonyms: ['shorten', 'minimize', 'clean up', 'redundant', 'refactor'],
      when: (app) => mayEdit(app) && app.userAtCursor !== null,
      run: (app) => app.simplify(app.userAtCursor),
    },
    {
      id: 'simplify-file',
      title: 'Simplify users.acl',
      hint: 'shorter rules, proved equal',
      synonyms: ['shorten', 'minimize', 'clean up', 'redundant', 'refactor'],
      when: mayEdit,
      run: (app) => app.simplify(null),
    },
    {
      id: 'checklist',
      title: 'Security checklist',
      synonyms: ['hardening', 'firewall', 'audit', 'tls'],
      run: (app) => app.show('checklist'),
    },
    {
      id: 'password',
      title: 'Generate a password',
      synonyms: ['ACL GENPASS', 'hash', 'secret', 'rotate'],
      run: (app) => app.show('password'),
    },
    ...lowerPanes.map(({ id, action, synonyms }): Action => ({
      id: `show-${id}`,
      title: action,
      synonyms,
      run: (app) => app.layout.showLower(id),
    })),
    {
      id: 'fill-permissions',
      title: 'Fill the window with the permissions',
      hint: 'on or off',
      synonyms: ['maximize', 'full screen', 'restore', 'enlarge', 'matrix'],
      run: ({ layout }) => layout.fill(layout.fills ? null : 'permissions'),
    },
    {
      id: 'save-memory',
      title: 'Save memory to file',
      hint: 'ACL SAVE',
      synonyms: ['write'],
      run: (app) => app.playground.host.save(),
    },
    {
      id: 'load-file',
      title: 'Load file into memory',
      hint: 'ACL LOAD',
      synonyms: ['reload', 'read'],
      run: (app) => app.playground.loadFile(),
    },
    {
      id: 'differences',
      title: 'Compare memory and file',
      synonyms: ['diff', 'changes'],
      run: (app) => app.show('differences'),
    },
    {
      id: 'restart',
      title: 'Restart the server',
      hint: 'reads redis.conf',
      synonyms: ['start', 'reboot'],
      run: (app) => void app.playground.restart(),
    },
  ],
}

const connections: Group = {
  title: 'Connections',
  actions: [
    {
      id: 'console',
      title: 'Go to the console',
      synonyms: ['redis-cli', 'terminal', 'commands'],
      shortcut: { keys: 'Alt 3', by: 'page' },
      run: (app) => app.focusConsole(),
    },
    {
      id: 'run',
      title: 'Run the command',
      synonyms: ['execute', 'try'],
      shortcut: {
        keys: 'Mod Enter',
        by: 'page-first',
        does: 'Run the command, from anywhere; in redis.conf: restart the server; in expectations: show why this line holds or not',
      },
      run: (app) => app.runInView(),
    },
    {
      id: 'stop-waiting',
      title: 'Stop waiting for a reply',
      synonyms: ['cancel', 'blocked'],
      when: (app) => app.playground.connections.current?.waiting === true,
      run: withConnection((app, one) => app.playground.connections.stopWaiting(one)),
    },
    {
      id: 'run-as',
      title: 'Run as another user',
      synonyms: ['log in as', 'AUTH', 'switch user', 'impersonate'],
      shortcut: { keys: 'Alt 5', by: 'page' },
      run: (app) => {
        app.layout.pane = 'console'
        app.runsAs.isOpen = true
      },
    },
    {
      id: 'follow-line',
      title: 'Run as the user of the line at the cursor',
      hint: 'on or off',
      synonyms: ['follow', 'log in as'],
      run: (app) => {
        app.runsAs.follows = !app.runsAs.follows
      },
    },
    {
      id: 'connect',
      title: 'New connection',
      synonyms: ['client', 'log in', 'tls', 'unix socket', 'address'],
      run: (app) => app.show('connect'),
    },
    (app) =>
      app.playground.host.userNames.slice(0, mostUsers).map((name): Action => ({
        id: `connect-as-${name}`,
        title: `New connection as ${toText(name)}`,
        synonyms: ['AUTH', 'log in', 'user names'],
        run: () => void app.playground.connections.open({ kind: 'loopback' }, toText(name)),
      })),
    {
      id: 'clear',
      title: 'Clear the transcript',
      hint: 'clear',
      synonyms: ['empty', 'console'],
      run: withConnection((app, one) => app.playground.connections.clear(one)),
    },
    {
      id: 'reconnect',
      title: 'Connect again',
      synonyms: ['reconnect'],
      run: withConnection((app, one) => app.playground.connections.reconnect(one)),
    },
    {
      id: 'disconnect',
      title: 'Close this connection',
      synonyms: ['disconnect', 'quit'],
      run: withConnection((app, one) => app.playground.connections.close(one)),
    },
    {
      id: 'clock',
      title: 'Put the server’s clock forward by a minute',
      hint: 'keys expire',
      synonyms: ['time', 'ttl', 'expire'],
      run: (app) => app.playground.host.stepClock(60_000),
    },
    {
      id: 'reset-log',
      title: 'Reset ACL LOG',
      hint: 'ACL LOG RESET',
      synonyms: ['clear', 'noperm'],
      run: (app) => app.playground.host.resetLog(),
    },
    {
      id: 'close',
      title: 'Close what was opened last',
      shortcut: { keys: 'Escape', by: 'page' },
      listed: false,
      when: (app) => app.canCloseLast,
      run: (app) => app.closeLast(),
    },
  ],
}

const versions: Group = {
  title: 'Server version',
  actions: [
    ({ playground: { host } }) =>
      targetInfos.map((info): Action => ({
        id: `use-${info.id}`,
        title: `Use ${info.label}`,
        synonyms: ['upgrade', 'downgrade', 'version', 'migrate'],
        hint:
          info.id === host.targetId
            ? 'in use'
            : info.evidence === 'documented'
              ? 'documented, not recorded'
              : info.version,
        run: (app) => void app.useTarget(info.id, host.modules),
      })),
  ],
}

const registry: readonly Group[] = [workspace, files, connections, versions]

/** All actions that do not depend on the workspace. */
export const fixedActions: readonly Action[] = registry.flatMap(({ actions }) =>
  actions.filter((action) => typeof action !== 'function'),
)

/** A group of actions as the list of actions and the More pane show it. */
export interface ActionGroup {
  readonly title: string
  readonly actions: readonly Action[]
}

/** Returns the actions that are possible now. */
export function actionsOf(app: App): readonly ActionGroup[] {
  return registry.map(({ title, actions }) => ({
    title,
    actions: actions
      .flatMap((action) => (typeof action === 'function' ? action(app) : [action]))
      .filter(({ listed = true, when }) => listed && (when === undefined || when(app))),
  }))
}

type CurrentConnection = NonNullable<App['playground']['connections']['current']>

/** Returns an action's function that needs the connection in view. */
function withConnection(run: (app: App, one: CurrentConnection) => void): (app: App) => void {
  return (app) => {
    const one = app.playground.connections.current
    if (one !== null) run(app, one)
  }
}
