// Makers by what describes them, which can be sent to another thread as a maker itself cannot.
import { callFacts } from './callFacts.ts';
import { exportFacts } from './exportFacts.ts';
import type { FactMaker, MakerSpec } from './factStore.ts';
import { importFacts } from './importFacts.ts';
import { selectFacts } from './selectFacts.ts';

export function makerBySpec(spec: MakerSpec): FactMaker<unknown> {
  switch (spec.of) {
    case 'imports':
      return importFacts;
    case 'exports':
      return exportFacts;
    case 'select':
      return selectFacts(spec.selectors);
    case 'calls':
      return callFacts(spec.sought);
  }
}
