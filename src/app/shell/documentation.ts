import type { Action, ActionGroup } from './actions/action'
import { site } from '../../workspace/site'

/** Pages of the documentation that are found by their subjects. */
const docsPages: readonly { readonly name: string; readonly title: string; readonly synonyms: readonly string[] }[] = [
  { name: 'playground', title: 'the page', synonyms: ['help', 'guide', 'manual'] },
  { name: 'diagnostics', title: 'diagnostics', synonyms: ['warnings', 'errors', 'codes'] },
  { name: 'expectations', title: 'expectations', synonyms: ['tests', 'assertions', 'language'] },
  { name: 'proof', title: 'what is proved', synonyms: ['proof', 'equality'] },
  { name: 'ci', title: 'continuous integration', synonyms: ['github actions', 'gitlab', 'pre-commit', 'command line'] },
  { name: 'server', title: 'the simulated server', synonyms: ['limits', 'what is simulated', 'serve'] },
]

/** Documentation of the servers, by the beginning of their names. */
const serverDocs: readonly { readonly title: string; readonly url: string; readonly synonyms: readonly string[] }[] = [
  {
    title: 'Redis: ACL',
    url: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/',
    synonyms: ['redis documentation', 'help', 'rules', 'selectors'],
  },
  {
    title: 'Redis: security',
    url: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
    synonyms: ['redis documentation', 'help', 'protected mode'],
  },
  {
    title: 'Redis: commands',
    url: 'https://redis.io/docs/latest/commands/',
    synonyms: ['redis documentation', 'help', 'categories'],
  },
  {
    title: 'Valkey: ACL',
    url: 'https://valkey.io/topics/acl/',
    synonyms: ['valkey documentation', 'help', 'rules', 'selectors'],
  },
  {
    title: 'Valkey: security',
    url: 'https://valkey.io/topics/security/',
    synonyms: ['valkey documentation', 'help', 'protected mode'],
  },
  {
    title: 'Valkey: commands',
    url: 'https://valkey.io/commands/',
    synonyms: ['valkey documentation', 'help', 'categories'],
  },
]

const source = site.repository

/** Actions about the documentation, this page's and the servers'. They have no shortcuts, so that they can load late. */
export const documentation: ActionGroup = {
  title: 'Documentation',
  actions: [
    ...docsPages.map(({ name, title, synonyms }): Action => ({
      id: `docs-${name}`,
      title: `Read about ${title}`,
      synonyms: ['documentation', ...synonyms],
      run: (app) => app.dialogs.read(name),
    })),
    ...serverDocs.map(({ title, url, synonyms }, i): Action => ({
      id: `server-docs-${i}`,
      title,
      hint: `opens ${new URL(url).host}`,
      synonyms,
      run: () => openOutside(url),
    })),
    ...(source === null
      ? []
      : [
          {
            id: 'source',
            title: 'Source code',
            hint: 'opens its repository',
            synonyms: ['github', 'repository', 'contribute', 'report a bug', 'issues'],
            run: () => openOutside(source),
          },
        ]),
  ],
}

/** Opens another site's page in a tab of its own. */
function openOutside(url: string): void {
  window.open(url, '_blank', 'noopener,noreferrer')
}
