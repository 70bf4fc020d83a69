import { draw, reference } from '../sketch'

const file = (admin: string, app: string, chat: string): string =>
  `user default off\nuser admin on ${admin} +@all >admin-password\n${app}user chat on ${chat} >chat-password\n`
const app = 'user app on ~app:* +get +set +del +lcs >app-password\n'
const oldApp = 'user app on ~app:* +get +set +stralgo >app-password\nuser app on +del\n'
const chat = '+publish +subscribe +psubscribe +unsubscribe +ping'

/** Upgrading from 6.2 to 7 and later. */
export const upgrade = draw({
  id: 'upgrade',
  part: 'proving-it',
  title: 'Upgrading from 6.2',
  needs: { has: ({ hasSelectors }) => hasSelectors, reason: 'This upgrade leads to Redis 7.0 or later, or Valkey.' },
  text: ({ label }) => [
    `Servers need updates, for their security too, and a file that was right for 6.2 can mean something else on ${label}. In 6.2 a new user has all channels; from 7.0 it has none: the server starts without a warning, and then denies pub/sub. \`acl-pubsub-default allchannels\` would bring that back, for every user.`,
    'Other lines stop the server: a user may have only one line now, and commands that are gone, such as STRALGO, are unknown. Its successor is LCS. New commands join the categories.',
    'Compare before you upgrade: the view Compare has a tab for server versions, and proves what stays the same.',
  ],
  task: 'This file comes from a server of 6.2. Make it load here, so that `app` can do what it could, with LCS for STRALGO; `chat` uses the channels under `chat:`, and `admin` all of them.',
  acl: file('~*', oldApp, chat),
  consoles: ['chat', 'app'],
  goals: [
    'app can run GET SET DEL LCS on keys app:*',
    'app can only access keys app:*',
    'chat can PUBLISH chat:lobby hello',
    'chat can SUBSCRIBE chat:lobby',
    'chat can only use channels chat:*',
    'admin can PUBLISH any:channel hello',
  ],
  idea: 'First make the server start: its message names the line. Then ask each user for its channels.',
  rule: ['Join the two lines of app, and add `&` rules to chat and admin.', 'channel'],
  answer: 'Write one line for app with `+get +set +del +lcs`, add `&chat:*` to chat, and `&*` to admin.',
  solution: file('~* &*', app, `&chat:* ${chat}`),
  wrong: {
    'brings the old default back': {
      acl: file('~*', app, chat),
      conf: 'bind 127.0.0.1\nprotected-mode yes\nport 6379\nacl-pubsub-default allchannels\naclfile users.acl\n',
    },
    'drops the second line of app': file('~* &*', app.replace(' +del', ''), `&chat:* ${chat}`),
    'forgets the administrator': file('~*', app, `&chat:* ${chat}`),
  },
  diagnostics: ['target-mismatch', 'repeated-user'],
  checklist: ['updates'],
  reference: [reference.playground, reference.acl],
})
