// What every tab is given besides the state: the layout a person chose, and the way to say something.
import type { PanelTab, PanelToHost } from '../src/protocol/messages.ts';

/** Kept over reloads: where a person was, never what a run did. */
export interface Layout {
  readonly tab: PanelTab;
  /** How many of the newest rows of a long list are drawn. */
  readonly rows: number;
  /** Ids of rows that are unfolded. */
  readonly expanded: readonly string[];
}

export interface Actions {
  readonly send: (message: PanelToHost) => void;
  readonly layout: Layout;
  readonly setLayout: (change: Partial<Layout>) => void;
}
