import { ambientEffects } from './ambient-effects.ts';
import { layerImports } from './layer-imports.ts';

/** The rules of this project's design, for oxlint. */
export default {
  meta: { name: 'arus' },
  rules: { 'layer-imports': layerImports, 'ambient-effects': ambientEffects },
};
