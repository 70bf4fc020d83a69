/** A user as far as dividing matters: what each of its own selectors grants, and the characters that a role of it saves. */
export interface Divisible {
  readonly costs: ReadonlyMap<string, number>
}

/** Selectors, by what they grant, and the users that get them from one role. */
export interface Share<User extends Divisible> {
  readonly grants: readonly string[]
  readonly users: readonly User[]
}

type Grants = readonly string[]

/** The characters of ` role=NAME` and of `role NAME` with its line end. */
interface Prices {
  readonly holding: number
  readonly defining: number
}

/** With names of usual length, and with short ones. */
const prices: readonly Prices[] = [
  { holding: 14, defining: 15 },
  { holding: 10, defining: 11 },
]
/** The sets of selectors whose pairs are intersected. */
const MOST_PAIRED = 150

/**
 * Divides users into roles in several ways. In each, the role that saves the most characters comes first, then the one that
 * saves the most of what is left. `candidates`: the selectors that users share wholly, those that the same users have, and what
 * pairs of users share. The best possible division is not always among them, and in some, a role with a long name saves nothing.
 */
export function divisions<User extends Divisible>(users: readonly User[]): readonly (readonly Share<User>[])[] {
  const whole = distinct(users.map(({ costs }) => [...costs.keys()]))
  const alone = grantsOfSameUsers(users)
  const shared = whole.length > MOST_PAIRED ? [] : whole.flatMap((a, i) => whole.slice(i + 1).map((b) => common(a, b)))
  return [whole, alone, distinct([...whole, ...alone, ...shared])].flatMap((candidates) =>
    prices.map((price) => divide(users, candidates, price)),
  )
}

const common = (a: Grants, b: Grants): Grants => a.filter((one) => b.includes(one))

function distinct(all: readonly Grants[]): readonly Grants[] {
  const found = new Map<string, Grants>()
  for (const grants of all) if (grants.length > 0) found.set(JSON.stringify(grants.toSorted()), grants)
  return [...found.values()]
}

function byGrant<User extends Divisible>(users: readonly User[]): ReadonlyMap<string, readonly User[]> {
  const found = new Map<string, User[]>()
  for (const user of users)
    for (const grant of user.costs.keys()) {
      const known = found.get(grant)
      if (known === undefined) found.set(grant, [user])
      else known.push(user)
    }
  return found
}

/** Puts what exactly the same users have together. */
function grantsOfSameUsers<User extends Divisible>(users: readonly User[]): readonly Grants[] {
  const numbers = new Map(users.map((user, i) => [user, i]))
  const groups = new Map<string, string[]>()
  for (const [grant, holders] of byGrant(users)) {
    const key = holders.map((user) => numbers.get(user)).join()
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [grant])
    else group.push(grant)
  }
  return [...groups.values()]
}

interface Candidate<User extends Divisible> extends Share<User> {
  /** The characters saved when they were last computed: later they are no more. */
  saved: number
}

function divide<User extends Divisible>(
  users: readonly User[],
  candidates: readonly Grants[],
  { holding, defining }: Prices,
): readonly Share<User>[] {
  const holders = byGrant(users)
  const left = new Map(users.map((user) => [user, new Set(user.costs.keys())]))
  const savedFor = (user: User, grants: Grants): number => {
    const open = left.get(user)
    return grants.reduce((sum, one) => sum + (open?.has(one) === true ? (user.costs.get(one) ?? 0) : 0), -holding)
  }
  const taking = ({ grants, users: all }: Share<User>): Share<User> & { readonly saved: number } => {
    const takers = all.filter((user) => savedFor(user, grants) > 0)
    const rules = grants.reduce((sum, one) => sum + Math.min(...all.map(({ costs }) => costs.get(one) ?? 0)), defining)
    return { grants, users: takers, saved: takers.reduce((sum, user) => sum + savedFor(user, grants), -rules) }
  }
  const open = candidates.flatMap((grants): Candidate<User>[] => {
    const [rarest = [], ...others] = grants.map((one) => holders.get(one) ?? []).sort((a, b) => a.length - b.length)
    const able = others.length === 0 ? rarest : rarest.filter(({ costs }) => grants.every((one) => costs.has(one)))
    const candidate = { grants, users: able }
    const { saved } = taking(candidate)
    return able.length > 1 && saved > 0 ? [{ ...candidate, saved }] : []
  })
  const chosen: Share<User>[] = []
  for (;;) {
    open.sort((a, b) => b.saved - a.saved)
    const [first, second] = open
    if (first === undefined || first.saved <= 0) return chosen
    const now = taking(first)
    if (now.saved <= 0) open.shift()
    else if (now.saved < (second?.saved ?? 0)) first.saved = now.saved
    else {
      open.shift()
      chosen.push({ grants: now.grants, users: now.users })
      for (const user of now.users) for (const grant of now.grants) left.get(user)?.delete(grant)
    }
  }
}
