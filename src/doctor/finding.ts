/** What an examination finds. */

export interface Finding {
  /** What was looked at. */
  readonly name: string;
  /** `bad`: no film can be made as things are. `note`: worth knowing. */
  readonly state: 'ok' | 'note' | 'bad';
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The same for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
}
