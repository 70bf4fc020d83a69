import { targetInfos } from '../../targets/infos'
import { safestRelease } from '../known-defects'
import type { Product } from '../../targets/named-release'
import { fix, item, setDirectives } from './edits'
import { directiveEvidence, type Facts } from './facts'
import type { ChecklistItem, ChecklistState, Evidence } from './types'

/** Returns the items about operating the server: protected directives, logs, monitoring and updates. */
export function operationsItems(facts: Facts): ChecklistItem[] {
  return [aclLog(facts), updates(facts), protectedDirectives(facts), logLevel(facts), loginFailures(facts)]
}

/** Maps an answer of the user to a state: yes to `pass`, no to `fail`, no answer to `unknown`. */
const stateOf = (answer: boolean | null): ChecklistState => (answer === null ? 'unknown' : answer ? 'pass' : 'fail')

function aclLog(facts: Facts): ChecklistItem {
  const title = 'ACL LOG is reviewed regularly'
  const evidence = [directiveEvidence(facts, 'acllog-max-len')]
  if (facts.config.number('acllog-max-len') === 0) {
    return item(
      'acl-log',
      title,
      'fail',
      'It keeps no entries.',
      evidence,
      fix('Keep the last 128 entries.', setDirectives(facts, { 'acllog-max-len': '128' })),
    )
  }
  const state = stateOf(facts.client.auditsAclLog)
  const summary = {
    pass: 'Yes, by your answer.',
    fail: 'No, by your answer.',
    unknown: 'These files do not show whether it is.',
  }[state]
  return item(
    'acl-log',
    title,
    state,
    summary,
    evidence,
    fix('Schedule a job that reads and resets it, and review every entry.', null, [
      { label: 'Read and reset', text: 'redis-cli ACL LOG 128\nredis-cli ACL LOG RESET' },
    ]),
  )
}

/** The first release of the target's line with the fixes of all known defects that concern access control. */
function safest(product: Product, id: string): Evidence[] {
  const line = id.slice(product.length + 1)
  const release = safestRelease(product, line)
  return release === null
    ? []
    : [{ text: `${release} or later has all fixes of ACL defects that are known for ${line}`, span: null }]
}

function updates(facts: Facts): ChecklistItem {
  const title = 'The server is kept up to date'
  const { target } = facts
  const later = targetInfos.filter(({ product }) => product === target.product)
  const newer = later.slice(later.findIndex(({ id }) => id === target.id) + 1)
  const evidence = [
    {
      text:
        newer.length === 0
          ? `${target.label} is the newest release in this list`
          : `${target.label} was followed by ${newer.map(({ label }) => label).join(', ')}`,
      span: null,
    },
    ...safest(target.product, target.id),
  ]
  const state = stateOf(facts.client.updates)
  const summary = {
    pass: 'Yes, by your answer.',
    fail: 'No, by your answer.',
    unknown: 'These files do not show which release is running, or when it was updated.',
  }[state]
  return item(
    'updates',
    title,
    state,
    summary,
    evidence,
    fix('Follow the security announcements of the release, and install its patches.', null, [
      { label: 'What runs', text: 'redis-cli INFO server' },
    ]),
  )
}

const guards = ['enable-protected-configs', 'enable-debug-command', 'enable-module-command']

function protectedDirectives(facts: Facts): ChecklistItem {
  const title = 'Debugging, modules and protected directives are disabled'
  if (!facts.target.behaviours.hasProtectedActions) {
    return item(
      'protected-directives',
      title,
      'fail',
      `${facts.target.label} has no directives that disable them: users who may run DEBUG, MODULE and CONFIG can use them.`,
      [],
      fix('Allow these commands to administrators only, or update to a release that has the directives (7.0).'),
    )
  }
  const evidence = guards.map((name) => directiveEvidence(facts, name))
  const open = guards.filter((name) => facts.config.get(name) === 'yes')
  const local = guards.filter((name) => facts.config.get(name) === 'local')
  if (open.length > 0) {
    return item(
      'protected-directives',
      title,
      'fail',
      `Enabled for every connection: ${open.join(', ')}.`,
      evidence,
      fix(
        'Disable them. The value local enables them for connections from this host only.',
        setDirectives(facts, Object.fromEntries(open.map((name) => [name, 'no']))),
      ),
    )
  }
  return item(
    'protected-directives',
    title,
    'pass',
    local.length > 0 ? `Enabled for connections from this host only: ${local.join(', ')}.` : 'All are disabled.',
    evidence,
  )
}

function logLevel(facts: Facts): ChecklistItem {
  const title = 'The server’s log is detailed enough'
  const evidence = [directiveEvidence(facts, 'loglevel')]
  const level = facts.config.get('loglevel')
  if (level !== 'warning' && level !== 'nothing')
    return item('log-level', title, 'pass', `The level is ${level}.`, evidence)
  return item(
    'log-level',
    title,
    'fail',
    `At the level ${level}, most events are not logged.`,
    evidence,
    fix('Set it to notice.', setDirectives(facts, { loglevel: 'notice' })),
  )
}

function loginFailures(facts: Facts): ChecklistItem {
  const title = 'Failed log-ins are monitored'
  const state = stateOf(facts.client.watchesLog)
  const summary = {
    pass: 'Yes, by your answer.',
    fail: 'No, by your answer.',
    unknown: 'These files do not show whether they are.',
  }[state]
  const diagnostics = fix(
    'Failed log-ins are in ACL LOG with the reason auth, not in the server’s log file. Count them, and alert when the count rises.',
    null,
    [{ label: 'Failed log-ins', text: 'redis-cli ACL LOG | grep -A 5 auth' }],
  )
  return item('login-failures', title, state, summary, [directiveEvidence(facts, 'acllog-max-len')], diagnostics)
}
