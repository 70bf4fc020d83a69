import { toText } from '../../acl/bytes'
import { targetInfos, defaultTargetId } from '../../targets/infos'
import { blankState } from '../../workspace/state'
import { fixAllSafe } from '../diagnostics/fix-all'
import type { App } from '../state/App.svelte'
import { modKey } from './shortcuts'

/** Something that can be done, for the palette and the phone's More pane. */
export interface Action {
  readonly label: string
  readonly hint?: string
  /** Its shortcut, where there is a keyboard. */
  readonly keys?: string
  readonly run: () => void
}

export interface ActionGroup {
  readonly label: string
  readonly actions: readonly Action[]
}

const themes = [
  { id: 'light', label: 'light theme' },
  { id: 'dark', label: 'dark theme' },
  { id: 'system', label: 'system’s theme' },
] as const

/** Every action of the page, as things stand. */
export function actionsOf(app: App): readonly ActionGroup[] {
  const { playground, layout } = app
  const one = playground.console
  const file: Action[] = [
    { label: 'Open users.acl', keys: 'Alt 1', run: () => app.focusRules('acl') },
    { label: 'Open redis.conf', keys: 'Alt 2', run: () => app.focusRules('conf') },
    { label: 'Open expectations', keys: 'Alt 4', run: () => app.focusRules('expect') },
    { label: 'Go to the next problem', keys: 'F8', run: () => app.toProblem('next') },
    { label: 'Fix the problem at the cursor', keys: `${modKey}.`, run: () => app.toProblem('fix') },
    { label: 'Find and replace', keys: `${modKey}F`, run: () => app.edit('find') },
    { label: 'Format the file', keys: 'Alt Shift F', run: () => app.edit('format') },
    { label: 'Rename the user at the cursor', keys: 'F2', run: () => app.edit('rename') },
    { label: 'All advice', run: () => app.show('diagnostics') },
    { label: 'Make every safe fix', run: () => fixAllSafe(app) },
    { label: 'Security checklist', run: () => app.show('checklist') },
    { label: 'Generate a password', run: () => app.show('password') },
    { label: 'Permissions of every user', run: () => layout.showLower('permissions') },
    { label: 'Coverage: rules that nothing needed', run: () => layout.showLower('coverage') },
    { label: 'Save memory to file', hint: 'ACL SAVE', run: () => playground.saveMemory() },
    { label: 'Load file into memory', hint: 'ACL LOAD', run: () => playground.loadFile() },
    { label: 'Compare memory and file', run: () => app.show('differences') },
    { label: 'Restart the server', keys: `${modKey}Enter in redis.conf`, run: () => playground.start() },
  ]
  const connection: Action[] = one
    ? [
        { label: 'Go to the console', keys: 'Alt 3', run: () => app.focusConsole() },
        { label: 'Run the command', keys: `${modKey}Enter`, run: () => app.runDraft() },
        ...(one.waiting ? [{ label: 'Stop waiting for a reply', run: () => playground.stopWaiting(one) }] : []),
        { label: 'New connection', run: () => app.show('connect') },
        ...playground.userNames.slice(0, 40).map((name) => ({
          label: `New connection as ${toText(name)}`,
          run: () => void playground.open({ kind: 'loopback' }, toText(name)),
        })),
        { label: 'Clear the transcript', hint: 'clear', run: () => playground.clear(one) },
        { label: 'Connect again', run: () => playground.reconnect(one) },
        { label: 'Close this connection', run: () => playground.close(one) },
        {
          label: 'Put the server’s clock forward by a minute',
          hint: 'keys expire',
          run: () => playground.stepClock(60_000),
        },
        { label: 'Reset ACL LOG', hint: 'ACL LOG RESET', run: () => playground.resetLog() },
      ]
    : []
  return [
    {
      label: 'Workspace',
      actions: [
        { label: 'Share', hint: 'a link', run: () => app.show('share') },
        { label: 'Compare versions of users.acl', hint: 'and server versions', run: () => app.show('compare') },
        { label: 'Replay what an application ran', hint: 'MONITOR, ACL LOG', run: () => app.show('replay') },
        { label: 'Import and export', hint: 'users from and for elsewhere', run: () => app.show('exchange') },
        { label: 'Gallery', hint: 'examples', run: () => app.show('gallery') },
        {
          label: 'Start blank',
          hint: '#new',
          run: () => void app.replace(blankState(defaultTargetId), 'Started blank.', 'example'),
        },
        ...(app.keeper.earlierCount > 0
          ? [{ label: 'Restore earlier work', hint: 'what others replaced', run: () => app.show('earlier') }]
          : []),
        ...themes
          .filter(({ id }) => id !== layout.theme)
          .map(({ id, label }) => ({ label: `Use the ${label}`, run: () => (layout.theme = id) })),
        { label: 'Keyboard shortcuts', keys: '?', run: () => app.show('shortcuts') },
      ],
    },
    { label: 'Files and memory', actions: file },
    { label: 'Connections', actions: connection },
    {
      label: 'Server version',
      actions: targetInfos.map((info) => ({
        label: `Use ${info.label}`,
        hint:
          info.id === playground.targetId
            ? 'in use'
            : info.evidence === 'documented'
              ? 'documented, not recorded'
              : info.version,
        run: () => void app.useTarget(info.id, playground.modules),
      })),
    },
  ]
}
