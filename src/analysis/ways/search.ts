import type { Bytes } from '../../acl/bytes'
import { canLogIn, type User } from '../../acl/user'
import type { SimulatedServer } from '../../server/server'
import { disabledCommands } from '../typed-line'
import { Graph, type Cause, type Cursor, type Edge, type Held } from './graph'
import type { ScriptLine } from './script'

/** The end of a way. */
export interface Goal {
  /** Text to follow `Ways to`, `become admin`; the same for the same goal only. */
  readonly name: string
  /** A key to be reached; null where a user is. */
  readonly key: Bytes | null
  /** Returns the last step from something that is held; null where that is not enough. */
  readonly end: (held: Held) => End | null
  /** False once a search over some user's own rules was given up: then no way found is no proof. */
  isExact: boolean
}

export interface End {
  /** The number of lines that it adds. */
  readonly cost: number
  readonly write: (cursor: Cursor) => void
}

/** The shortest way to a goal. */
export interface Way {
  readonly lines: readonly ScriptLine[]
  /** The steps that are more than going on with what is held, as text to follow `can`. */
  readonly steps: readonly Pick<Edge, 'what' | 'tried'>[]
  /** The end that it reaches. */
  readonly last: Held
  /** The rules and credentials, each of which the way needs. */
  readonly causes: readonly Cause[]
}

interface Found {
  readonly cost: number
  readonly edges: readonly Edge[]
  readonly end: End
}

const nameOf = (held: Held): string =>
  'user' in held ? `${held.kind} ${held.user.name}` : held.kind === 'password' ? `password ${held.hash}` : held.kind

/** Finds ways on one server. What follows from a connection alone is the same for all users, and found once for each goal. */
export class Ways {
  readonly #connected = new Map<string, Found | null>()

  readonly #goals = new Map<string, Goal>()

  constructor(readonly graph: Graph) {}

  /** Returns the goal of a name, which is made once. */
  goal(name: string, make: (name: string) => Goal): Goal {
    const goal = this.#goals.get(name) ?? make(name)
    this.#goals.set(name, goal)
    return goal
  }

  /** Returns a way with the fewest lines by which a user gets to a goal, and null for no way within these kinds of steps. */
  from(user: User, goal: Goal): Way | null {
    if (!canLogIn(user)) return null
    const own = this.#search({ kind: 'user', user }, goal)
    let open = this.#connected.get(goal.name)
    if (open === undefined) {
      open = this.#search({ kind: 'connection' }, goal)
      this.#connected.set(goal.name, open)
    }
    const found = own === null || (open !== null && open.cost < own.cost) ? open : own
    return found === null ? null : written(found, user, goal)
  }

  #search(start: Held, goal: Goal): Found | null {
    /** The holdings that are reached, by the number of lines. */
    const queue: { readonly held: Held; readonly edges: readonly Edge[] }[][] = [[{ held: start, edges: [] }]]
    const done = new Set<string>()
    let best: Found | null = null
    for (let cost = 0; cost < queue.length && (best === null || cost < best.cost); cost++) {
      for (const { held, edges } of queue[cost] ?? []) {
        const name = nameOf(held)
        if (done.has(name)) continue
        done.add(name)
        const end = goal.end(held)
        if (end !== null && (best === null || cost + end.cost < best.cost)) best = { cost: cost + end.cost, edges, end }
        for (const edge of this.graph.from(held)) {
          for (let i = queue.length; i <= cost + edge.cost; i++) queue.push([])
          queue[cost + edge.cost]?.push({ held: edge.to, edges: [...edges, edge] })
        }
      }
    }
    return best
  }
}

function written({ edges, end }: Found, user: User, goal: Goal): Way {
  const cursor: Cursor = { lines: [], me: user.name, password: '', ruler: 'attacker', key: goal.key }
  for (const edge of edges) edge.write(cursor)
  end.write(cursor)
  const steps = edges.filter(({ causes, cost }) => causes.length > 0 || cost > 0)
  const last = edges.at(-1)?.to ?? { kind: 'user', user }
  return { lines: cursor.lines, steps, last, causes: edges.flatMap(({ causes }) => causes) }
}

/** Returns the ways between the users of a server, as they are now. */
export function waysOn(server: SimulatedServer): Ways {
  const { users, target, config } = server
  return new Ways(new Graph({ users, target, config, hidden: disabledCommands(server) }))
}
