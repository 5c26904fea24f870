// The hunk logic of the gym, for the editor: where a hunk stands now, and what a text becomes with it.
export { applyHunks, locateHunk } from '../gym/hunks.ts';
