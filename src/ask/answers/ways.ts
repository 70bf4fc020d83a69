import { toText, type Bytes } from '../../acl/bytes'
import type { Rule } from '../../acl/decision'
import { commandRule } from '../../acl/reasons'
import { canLogIn, type User } from '../../acl/user'
import { callsFunctions } from '../../analysis/escalation'
import { escalationsTo } from '../../analysis/key-access/escalations'
import { disabledCommands } from '../../analysis/typed-line'
import { becoming, gettingEverything } from '../../analysis/ways/goals'
import { scriptText } from '../../analysis/ways/script'
import { waysOn, type Way } from '../../analysis/ways/search'
import type { SimulatedServer } from '../../server/server'
import { evidence, type Answer, type UserAnswer } from './answer'

/** Returns the lines of a way, one after the other. */
const scriptOf = (server: SimulatedServer, { lines }: Way): string =>
  lines.map((line) => scriptText(server, line)).join(', then ')

/** Returns the rules that allow the commands of a way. */
const rulesOf = ({ causes }: Way): Rule[] =>
  causes.flatMap((cause) => {
    if (cause.kind !== 'command') return []
    const selector = cause.user.selectors[cause.selector]
    const { command } = cause
    return selector === undefined ? [] : (commandRule(selector, command, command.name.split('|')) ?? [])
  })

/** Lists the users that can give themselves, or take, every permission, in any number of steps. */
export function answerAdmin(server: SimulatedServer): Answer {
  const hidden = disabledCommands(server)
  const all = [...server.users]
  const callers = (): User[] => all.filter(callsFunctions)
  const ways = waysOn(server)
  const everything = gettingEverything()
  const users = all.filter(canLogIn).flatMap((user): UserAnswer[] => {
    const name = toText(user.name)
    const own = escalationsTo(server, { user, target: server.target, hidden }, null, callers).filter(
      ({ escalation }) => escalation.reaches === 'everything',
    )
    if (own.length > 0) {
      const text = own.map(({ what, argv }) => `${what} (${argv.join(' ').toUpperCase()})`).join('; ')
      return [
        { name, verdict: 'yes', text: `${name} can ${text}.`, rules: evidence(own.flatMap(({ rule }) => rule ?? [])) },
      ]
    }
    const way = ways.from(user, everything)
    if (way === null) return []
    const text = `${name} can get every permission: ${scriptOf(server, way)}.`
    return [{ name, verdict: 'yes', text, rules: evidence(rulesOf(way)) }]
  })
  const text =
    users.length === 0
      ? 'No user that can log in may change rules (ACL SETUSER) or the configuration (CONFIG SET), make the server a replica, or load a module, nor log in as one who may.'
      : users.map((user) => user.text).join(' ')
  return { verdict: null, text, users }
}

/** Answers whether a user, or who, can become another in any number of steps. */
export function answerBecome(server: SimulatedServer, from: Bytes | null, to: Bytes): Answer {
  const other = server.users.get(to)
  if (other === undefined) return { verdict: null, text: `There is no user ${toText(to)}.` }
  const ways = waysOn(server)
  const goal = becoming(ways.graph, other, 'become')
  const askedOf = (user: User): UserAnswer => {
    const name = toText(user.name)
    const way = ways.from(user, goal)
    if (way === null)
      return {
        name,
        verdict: 'no',
        text: `No way for ${name} to become ${toText(to)} within these kinds of steps.`,
        rules: [],
      }
    return {
      name,
      verdict: 'yes',
      text:
        way.lines.length === 0
          ? `${name} logs in as itself.`
          : `${name} can become ${toText(to)}: ${scriptOf(server, way)}.`,
      rules: evidence(rulesOf(way)),
    }
  }
  if (from !== null) {
    const user = server.users.get(from)
    if (user === undefined) return { verdict: null, text: `There is no user ${toText(from)}.` }
    const { verdict, text, rules } = askedOf(user)
    return { verdict, text: `${verdict === 'yes' ? 'Yes.' : 'No.'} ${text}`, rules }
  }
  const users = [...server.users].map(askedOf).filter(({ verdict, name }) => verdict === 'yes' && name !== toText(to))
  const text =
    users.length === 0
      ? `No way for anybody else to become ${toText(to)} within these kinds of steps.`
      : users.map((user) => user.text).join(' ')
  return { verdict: null, text, users }
}
