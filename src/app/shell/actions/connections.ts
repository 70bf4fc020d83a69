import { toText } from '../../../acl/bytes'
import type { App } from '../../state/App.svelte'
import type { Action, Group } from './action'

/** The most users that a connection is offered for. */
const mostUsers = 40

/** Actions of connections and the console. */
export const connections: Group = {
  title: 'Connections',
  actions: [
    {
      id: 'console',
      title: 'Go to the console',
      synonyms: ['redis-cli', 'terminal', 'commands'],
      shortcut: { keys: 'Alt 3', by: 'page' },
      run: (app) => app.input.focus(),
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
      run: (app) => app.dialogs.show('connect'),
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
      synonyms: ['clear'],
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

type CurrentConnection = NonNullable<App['playground']['connections']['current']>

/** Returns an action's function that needs the connection in view. */
function withConnection(run: (app: App, one: CurrentConnection) => void): (app: App) => void {
  return (app) => {
    const one = app.playground.connections.current
    if (one !== null) run(app, one)
  }
}
