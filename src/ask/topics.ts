/** A part of the documentation that a question can open. */
export interface Topic {
  readonly name: string
  readonly title: string
  /** A file of docs, with a heading. */
  readonly doc: string
  /** Words that ask for it: one of each group. */
  readonly groups: readonly (readonly string[])[]
  readonly also?: readonly string[]
}

const change = ['change', 'changes', 'version', 'versions', 'file', 'files', 'two']

export const topics: readonly Topic[] = [
  {
    name: 'passwords',
    title: 'Change passwords',
    doc: 'docs/live.md#deploy-a-file',
    groups: [
      ['rotate', 'rotating', 'rotation', 'change', 'replace', 'renew'],
      ['password', 'passwords', 'secret', 'secrets'],
    ],
  },
  {
    name: 'links',
    title: 'Share a policy as a link',
    doc: 'docs/playground.md#import-export-share',
    groups: [['share', 'send', 'link', 'links', 'sharing']],
    also: ['policy', 'colleague', 'colleagues', 'team', 'link', 'links', 'somebody', 'work', 'make', 'create'],
  },
  {
    name: 'import',
    title: 'Import users from other formats',
    doc: 'docs/playground.md#import-export-share',
    groups: [['import', 'importing']],
    also: ['users', 'from', 'kubernetes', 'terraform', 'acl', 'list'],
  },
  {
    name: 'export',
    title: 'Export users to other formats',
    doc: 'docs/playground.md#import-export-share',
    groups: [['export', 'exporting']],
    also: ['users', 'kubernetes', 'terraform', 'helm', 'ansible', 'as'],
  },
  {
    name: 'compare',
    title: 'Compare two versions of a file',
    doc: 'docs/playground.md#compare-upgrade-replay',
    groups: [
      ['compare', 'comparing', 'comparison'],
      [...change, 'compare'],
    ],
    also: change,
  },
  {
    name: 'upgrade',
    title: 'See what an upgrade of the server changes',
    doc: 'docs/playground.md#compare-upgrade-replay',
    groups: [['upgrade', 'upgrading', 'migrate']],
    also: ['redis', 'valkey', 'server', 'newer', 'version'],
  },
  {
    name: 'simplify',
    title: 'Find shorter rules',
    doc: 'docs/playground.md#simplify-rules',
    groups: [['simplify', 'shorten', 'shorter']],
    also: ['rules', 'make', 'write'],
  },
  {
    name: 'expectations',
    title: 'State what must hold',
    doc: 'docs/expectations.md',
    groups: [['test', 'tests', 'testing', 'expectations', 'expectation']],
    also: ['write', 'rules', 'state', 'add', 'policy'],
  },
  {
    name: 'lessons',
    title: 'Learn access control step by step',
    doc: 'docs/playground.md#learn',
    groups: [['lesson', 'lessons', 'course', 'tutorial', 'learn']],
    also: ['acl', 'acls', 'redis', 'start'],
  },
  {
    name: 'continuous integration',
    title: 'Check files in CI',
    doc: 'docs/ci.md',
    groups: [['ci', 'github', 'gitlab', 'pre-commit', 'pipeline']],
    also: ['check', 'actions', 'use', 'run', 'set', 'up'],
  },
  {
    name: 'live servers',
    title: 'Plan, deploy and watch on a server that runs',
    doc: 'docs/live.md',
    groups: [['deploy', 'live', 'production', 'watch', 'pull']],
    also: ['server', 'servers', 'policy', 'changes', 'denials'],
  },
  {
    name: 'editors',
    title: 'Use the language server in an editor',
    doc: 'docs/editors.md',
    groups: [['vscode', 'neovim', 'emacs', 'helix', 'zed', 'editor', 'editors', 'lsp']],
    also: ['use', 'set', 'up', 'language', 'server'],
  },
]
