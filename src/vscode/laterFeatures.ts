// The features that nothing shows and no run needs while a window comes up: in a bundle of their own, loaded in the turn after
// activation.
import { checkFeature } from './checkFeature.ts';
import type { Feature } from './feature.ts';
import { inlineFeature } from './inline/inlineFeature.ts';
import { investigateFeature } from './investigate/investigateFeature.ts';
import { policyFeature } from './policyFeature.ts';
import { restoreFeature } from './restoreFeature.ts';
import { reviewFeature } from './review/reviewFeature.ts';
import { rulesFeature } from './rulesFeature.ts';
import { steeringFeature } from './steeringFeature.ts';

export const laterFeatures: Readonly<Record<string, Feature>> = {
  review: reviewFeature,
  inline: inlineFeature,
  steering: steeringFeature,
  check: checkFeature,
  rules: rulesFeature,
  investigate: investigateFeature,
  policy: policyFeature,
  restore: restoreFeature,
};
