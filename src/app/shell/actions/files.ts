import type { App } from '../../state/App.svelte'
import { filePanes, lowerPanes } from '../panes'
import type { Action, Group } from './action'

/** False in a page whose files are for reading only. */
const mayEdit = (app: App): boolean => !app.isReadOnly

/** Actions of the files, and of the server's memory of them. */
export const files: Group = {
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
      title: 'Rename the user or role at the cursor',
      synonyms: ['rename the user', 'user names', 'role names', 'refactor'],
      shortcut: {
        keys: 'F2',
        by: 'editor',
        does: 'Rename the role at the cursor, or the user of this line, in all files',
      },
      when: mayEdit,
      run: (app) => app.edit('rename'),
    },
    {
      id: 'diagnostics',
      title: 'All diagnostics',
      synonyms: ['errors', 'warnings', 'problems', 'diagnostics', 'muted', 'client library'],
      run: (app) => app.dialogs.show('diagnostics'),
    },
    {
      id: 'outline',
      title: 'Users of the files',
      hint: 'with their diagnostics',
      synonyms: ['outline', 'go to user', 'find a user', 'symbols'],
      shortcut: { keys: 'Mod Shift O', by: 'page-first' },
      run: (app) => app.dialogs.show('outline'),
    },
    {
      id: 'fix-all',
      title: 'Apply every safe fix',
      synonyms: ['quick fix', 'repair'],
      when: mayEdit,
      run: (app) => void import('../../diagnostics/fix-all').then(({ fixAllSafe }) => fixAllSafe(app)),
    },
    {
      id: 'simplify-user',
      title: 'Simplify the user at the cursor',
      hint: 'shorter rules, proved equal',
      synonyms: ['shorten', 'minimize', 'clean up', 'redundant', 'refactor'],
      when: (app) => mayEdit(app) && app.userAtCursor !== null,
      run: (app) => app.dialogs.simplify(app.userAtCursor),
    },
    {
      id: 'simplify-file',
      title: 'Simplify users.acl',
      hint: 'shorter rules, proved equal',
      synonyms: ['shorten', 'minimize', 'clean up', 'redundant', 'refactor'],
      when: mayEdit,
      run: (app) => app.dialogs.simplify(null),
    },
    {
      id: 'roles',
      title: 'Extract or expand roles',
      hint: 'proved equal',
      synonyms: ['share rules', 'groups', 'migrate roles', 'refactor'],
      run: (app) => app.dialogs.show('roles'),
    },
    {
      id: 'checklist',
      title: 'Security checklist',
      synonyms: ['hardening', 'firewall', 'audit', 'tls'],
      run: (app) => app.dialogs.show('checklist'),
    },
    {
      id: 'password',
      title: 'Generate a password',
      synonyms: ['ACL GENPASS', 'hash', 'secret', 'rotate'],
      run: (app) => app.dialogs.show('password'),
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
      run: (app) => app.dialogs.show('differences'),
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
