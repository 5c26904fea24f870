// The items of the feature contract by name. Pure but for what they are handed; what is asked for passes by evidence alone.
import type { ContractItemName } from '../../protocol/contract.ts';
import { endToEndTests, integrationTests, unitTests } from './behaviour.ts';
import type { Change } from './change.ts';
import { infrastructure, pipeline, rollback } from './deployment.ts';
import type { Judged, Surroundings } from './item.ts';
import { logging, metrics, tracing } from './physics.ts';
import { isReadable } from './signs.ts';

/** Whether every file of code is in a language that is read; others are named. */
export const unknownCode = ({ sources }: Change): string[] =>
  sources.filter(({ path }) => !isReadable(path)).map(({ path }) => path);

export const itemJudges: Readonly<Record<ContractItemName, (change: Change, around: Surroundings) => Judged>> = {
  ...{ unitTests, integrationTests, endToEndTests, tracing, metrics, logging, infrastructure, pipeline, rollback },
};
