import { defaultTargetId } from '../../../targets/infos'
import { blankState } from '../../../workspace/state'
import type { Theme } from '../../state/Layout.svelte'
import type { Action, Group } from './action'

const themes: readonly { readonly id: Theme; readonly title: string; readonly synonyms: readonly string[] }[] = [
  { id: 'light', title: 'Use the light theme', synonyms: ['bright', 'appearance', 'colors'] },
  { id: 'dark', title: 'Use the dark theme', synonyms: ['night', 'appearance', 'colors'] },
  { id: 'system', title: 'Use the system’s theme', synonyms: ['automatic', 'appearance', 'colors'] },
]

/** Actions of the workspace as a whole. */
export const workspace: Group = {
  title: 'Workspace',
  actions: [
    {
      id: 'palette',
      title: 'Ask, or find an action',
      shortcut: { keys: 'Mod K', by: 'page-first', inDialogs: true },
      listed: false,
      run: (app) => app.dialogs.show(app.dialogs.current === 'palette' ? null : 'palette'),
    },
    {
      id: 'share',
      title: 'Share',
      hint: 'a link',
      synonyms: ['link', 'url', 'embed', 'permalink'],
      run: (app) => app.dialogs.show('share'),
    },
    {
      id: 'compare',
      title: 'Compare versions of users.acl',
      hint: 'and server versions',
      synonyms: ['diff', 'changes', 'upgrade', 'migrate', 'before and after'],
      run: (app) => app.dialogs.show('compare'),
    },
    {
      id: 'replay',
      title: 'Replay what an application ran',
      hint: 'MONITOR, ACL LOG',
      synonyms: ['least privilege', 'minimal rules', 'capture', 'noperm', 'suggest a user'],
      run: (app) => app.dialogs.show('replay'),
    },
    {
      id: 'refused',
      title: 'Why was this refused?',
      hint: 'NOPERM, ACL LOG',
      synonyms: ['denied', 'noperm', 'error', 'explain', 'no permissions'],
      shortcut: { keys: 'Alt 8', by: 'page' },
      run: (app) => app.dialogs.askWhy(),
    },
    {
      id: 'cheat',
      title: 'Cheat sheet',
      hint: 'all rules',
      synonyms: ['reference', 'syntax', 'help', 'rules', 'print'],
      shortcut: { keys: 'Alt 7', by: 'page' },
      run: (app) => app.dialogs.showCheat(),
    },
    {
      id: 'exchange',
      title: 'Import and export',
      hint: 'other formats',
      synonyms: ['terraform', 'kubernetes', 'helm', 'ansible', 'yaml', 'json', 'elasticache', 'memorydb', 'docker'],
      run: (app) => app.dialogs.show('exchange'),
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
        void import('../../exchange/files').then(({ download }) =>
          download('users.acl', app.playground.files.acl.text, 'text/plain'),
        ),
    },
    {
      id: 'gallery',
      title: 'Gallery',
      hint: 'examples',
      synonyms: ['samples', 'templates', 'policies', 'tutorial', 'lessons'],
      run: (app) => app.dialogs.showGallery(),
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
      run: (app) => app.dialogs.show('workspaces'),
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
      run: (app) => app.dialogs.read(''),
    },
    {
      id: 'shortcuts',
      title: 'Keyboard shortcuts',
      synonyms: ['help', 'keys', 'licenses', 'about'],
      shortcut: { keys: '?', by: 'page' },
      run: (app) => app.dialogs.show('shortcuts'),
    },
  ],
}
