import { benchFairness } from './fairness.ts';

await benchFairness();
