import { nameOf, type Listening } from './nodes'

/** The users of servers before they are changed. */
export const before = `user default on >secret ~* &* +@all
user ops on >secret ~* &* +@all
user app on >app-password ~app:* resetchannels +@read
user old on >old-password ~old:* resetchannels +@all
`

/** Grants and takes away: `app` changes in both phases, `new` in the first one, `old` in the second one. */
export const after = `user default on >secret ~* &* +@all
user ops on >secret ~* &* +@all
user app on >app-password ~other:* resetchannels +@write
user new on >new-password ~new:* resetchannels +get
`

/** The address of a server for the user who applies. */
export const at = (server: Listening): string => nameOf(server).replace('//', '//ops:secret@')
