import type { AclBehaviours } from '../../acl/behaviours'
import type { Bytes } from '../../acl/bytes'

const oldest: readonly Bytes[] = [
  'ACL <subcommand> arg arg ... arg. Subcommands are:',
  'LOAD                             -- Reload users from the ACL file.',
  'SAVE                             -- Save the current config to the ACL file.',
  'LIST                             -- Show user details in config file format.',
  'USERS                            -- List all the registered usernames.',
  'SETUSER <username> [attribs ...] -- Create or modify a user.',
  'GETUSER <username>               -- Get the user details.',
  'DELUSER <username> [...]         -- Delete a list of users.',
  'CAT                              -- List available categories.',
  'CAT <category>                   -- List commands inside category.',
  'GENPASS [<bits>]                 -- Generate a secure user password.',
  'WHOAMI                           -- Return the current connection username.',
  'LOG [<count> | RESET]            -- Show the ACL log entries.',
]

const dryRun: readonly Bytes[] = [
  'DRYRUN <username> <command> [<arg> ...]',
  '    Returns whether the user can execute the given command without executing the command.',
]

const roles: readonly Bytes[] = [
  'SETROLE <rolename> <rule> [<rule> ...]',
  '    Create or modify a role with the specified rules.',
  'DELROLE <rolename> [<rolename> ...]',
  '    Delete one or more roles (each must not be assigned to any user).',
  'GETROLE <rolename>',
  "    Get the role's details.",
  'ROLES',
  '    List all the registered role names.',
]

/** Returns the lines of ACL HELP. */
export function aclHelp(form: AclBehaviours['aclHelp']): readonly Bytes[] {
  if (form === '6.0') return oldest
  const [attribute, attributes] = form === '9.1' || form === '9.2' ? ['rule', 'rules'] : ['attribute', 'attributes']
  return [
    'ACL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
    'CAT [<category>]',
    '    List all commands that belong to <category>, or all command categories',
    '    when no category is specified.',
    'DELUSER <username> [<username> ...]',
    '    Delete a list of users.',
    ...(form === '9.2' ? ['DIGEST', '    Return a fingerprint of the rules currently in effect.'] : []),
    ...(form === '6.2' ? [] : dryRun),
    'GETUSER <username>',
    "    Get the user's details.",
    'GENPASS [<bits>]',
    '    Generate a secure 256-bit user password. The optional `bits` argument can',
    '    be used to specify a different size.',
    ...(form === '9.2' ? roles : []),
    'LIST',
    '    Show users details in config file format.',
    'LOAD',
    '    Reload users from the ACL file.',
    'LOG [<count> | RESET]',
    '    Show the ACL log entries.',
    'SAVE',
    '    Save the current config to the ACL file.',
    `SETUSER <username> <${attribute}> [<${attribute}> ...]`,
    `    Create or modify a user with the specified ${attributes}.`,
    'USERS',
    '    List all the registered usernames.',
    'WHOAMI',
    '    Return the current connection username.',
    'HELP',
    form === '6.2' || form === '7.0' ? '    Prints this help.' : '    Print this help.',
  ]
}
