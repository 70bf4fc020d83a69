import { draw, reference } from '../sketch'

const file = (role: string, bob: string): string =>
  `user default off\nrole reader ${role}\nuser alice on >alice-password role=reader\nuser bob on >bob-password ${bob}\n`

/** Roles: permissions that several users hold. */
export const roles = draw({
  id: 'roles',
  part: 'finer-rules',
  title: 'Roles: what users share',
  needs: { has: ({ hasRoles }) => hasRoles, reason: 'Roles need Valkey 9.2 or later.' },
  text: [
    'A `role` line holds rules that several users share, and `role=reader` gives them to a user: change the role, and all of them change. A role has no password, and nobody logs in as one.',
    'A command is allowed if one set of permissions allows all of it: the user’s own rules, or one of its roles. So a user can add to a role and take nothing away. `-set` in the line of a user denies nothing that its role allows.',
    'Rules of a user and of its role do not mix: `+lpush` of the user works on the keys of the user, not on those of the role. For the same reason, name the keys in each.',
  ],
  task: '`alice` and `bob` have the role `reader`, which may change every key; `-set` does not stop `bob`. Let readers run GET and MGET on `app:` and no more. `bob` alone also pushes to the list `jobs` with LPUSH.',
  acl: file('~* +get +mget +set', '-set role=reader'),
  consoles: ['alice', 'bob'],
  entries: ['0 GET app:1', '1 SET app:1 changed'],
  goals: [
    'role reader can run GET MGET on keys app:*',
    'role reader can only access keys app:*',
    'role reader can only run GET MGET',
    'bob can run GET MGET on keys app:*',
    'bob can run LPUSH on keys jobs',
    'bob can only write keys jobs',
    'alice cannot write keys *',
  ],
  idea: 'The role is too wide. What only bob may do belongs into the line of bob, with its own key.',
  rule: ['Limit the role to `app:` and to GET and MGET. Give `bob` `~jobs` and `+lpush` beside `role=reader`.', null],
  answer: 'Write the role as `%R~app:* +get +mget` and the rules of `bob` as `~jobs +lpush role=reader`.',
  solution: file('%R~app:* +get +mget', '~jobs +lpush role=reader'),
  wrong: {
    'denies in the user what the role allows': file('~app:* +get +mget +set', '~jobs +lpush -set role=reader'),
    'gives the list to every reader': file('~app:* ~jobs +get +mget +lpush', 'role=reader'),
    'takes the role from bob': file('~app:* +get +mget', '~jobs +lpush'),
  },
  diagnostics: ['role-undoes-deny', 'role-opens-all', 'unused-role', 'role-named-as-user'],
  reference: [{ title: 'Roles', href: '#docs/roles' }, reference.acl],
})
