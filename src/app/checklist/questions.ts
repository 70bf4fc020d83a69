import type { ClientSide } from '../../analysis/checklist/types'

/** The questions about the client side, which no file answers. */
export const questions: readonly { readonly name: Exclude<keyof ClientSide, 'network'>; readonly text: string }[] = [
  { name: 'committed', text: 'Are these files in version control?' },
  { name: 'secretsManaged', text: 'Do passwords come from the environment or a secrets manager?' },
  { name: 'sameHost', text: 'Do clients run on the server’s own host?' },
  { name: 'tls', text: 'Do clients connect with TLS?' },
  { name: 'firewall', text: 'Does a firewall let only the application’s network in?' },
  { name: 'auditsAclLog', text: 'Does somebody read ACL LOG at regular times?' },
  { name: 'watchesLog', text: 'Does somebody watch the server’s log for failed log-ins?' },
  { name: 'updates', text: 'Are security releases installed as they come?' },
]
