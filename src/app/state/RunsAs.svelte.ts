/** The menu of the console's prompt, which chooses the user that commands run as. */
export class RunsAs {
  /** True while the menu is open. */
  isOpen = $state(false)
  /** True where the console's user follows the line at the cursor of users.acl. */
  follows = $state(false)
}
