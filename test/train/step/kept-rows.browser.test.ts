import { describe, expect, test } from 'vitest';
import { tokenClassification } from '../../../src/model/heads/token-classification';
import { Model } from '../../../src/model/model';
import { readWordTable } from '../../../src/model/parameter-store';
import { joinSentences } from '../../../src/model/piece-batch';
import { changedRows, plainRows } from '../../../src/model/word-rows';
import { WORD_TABLE_KEY as key } from '../../../src/model/word-table';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { alignRows } from '../../../src/train/checkpoint/align-rows';
import { mapSlots } from '../../../src/train/step/kept-rows';
import { TapeTrainer } from '../../../src/train/step/tape-trainer';
import type { TrainerState } from '../../../src/train/step/trainer';
import { goldenSteps, tinyConfig, tinyTags, tinyWeights } from '../../reference/tiny-bert';
import { useBackend } from '../../reference/use-backend';

const corpus = goldenSteps().flatMap(({ batch }) => [...batch.pieceIds]);
const kept = [...new Set([0, ...corpus])].sort((a, b) => a - b);
const { hidden } = tinyConfig;
const keptOf = (whole: Float32Array) =>
  kept.flatMap((id) => [...whole.subarray(id * hidden, (id + 1) * hidden)]);

const head = tokenClassification(tinyTags);
const encoderRows = () => plainRows(tinyWeights().get(key)!);
const createWhole = () => Model.create(tinyConfig, tinyWeights(), head, 1);

/** Makes a model with the rows of the corpus only, of which some may have been trained. */
async function createKept(weights = tinyWeights(), rows?: Float32Array) {
  const source = rows
    ? changedRows(encoderRows(), { ids: Int32Array.from(kept), rows })
    : encoderRows();
  return Model.create(tinyConfig, weights, head, 1, await readWordTable(source, corpus));
}

/** Takes the golden steps from `first` to before `end`; without clipping, no sum goes over the whole table. */
async function train(model: Model, { first = 0, end = 3, state }: TrainFrom = {}) {
  const trainer = new TapeTrainer(model, { ...DEFAULT_RECIPE, frozenLayers: 0 });
  if (state) trainer.restore(state);
  const losses: number[] = [];
  for (const [step, { batch, labelIds, denominator }] of goldenSteps().entries()) {
    if (step < first || step >= end) continue;
    const dropout = { seed: 7, step };
    losses.push(await trainer.gather({ batch, labelIds, denominator, dropout }));
    await trainer.apply({ learningRate: 1e-3, clipNorm: 0 });
  }
  const result = { losses, weights: await model.weights(), state: await trainer.state() };
  for (const each of [trainer, model]) each.dispose();
  return result;
}
interface TrainFrom {
  first?: number;
  end?: number;
  state?: TrainerState;
}

describe.each(['cpu', 'wasm', 'wasm-plain'] as const)(
  'a word-embedding table with the pieces of the corpus only, on %s',
  (backend) => {
    test('trains as the whole table does, bit for bit in its rows', async () => {
      await useBackend(backend);
      const [whole, compact] = [await train(createWhole()), await train(await createKept())];
      expect(compact.losses).toEqual(whole.losses);
      expect(compact.weights.get(key)!.shape).toEqual([kept.length, hidden]);
      for (const [name, { data }] of compact.weights) {
        const expected = whole.weights.get(name)!.data;
        expect([...data], name).toEqual(name === key ? keptOf(expected) : [...expected]);
      }
      for (const slot of ['m', 'v']) {
        const [own, all] = [compact, whole].map(({ state }) =>
          state.optimizer.slots.get(slot)!.get(key)!,
        );
        expect([...own!], slot).toEqual(keptOf(all!));
      }
    });

    test('goes on bit for bit from its own checkpoint, and from one of an earlier build, which has the table whole', async () => {
      await useBackend(backend);
      const straight = await train(await createKept());
      const own = await train(await createKept(), { end: 1 });
      const older = await train(createWhole(), { end: 1 });
      for (const [before, ids] of [
        [own, Int32Array.from(kept)],
        [older, undefined],
      ] as const) {
        const table = before.weights.get(key)!.data;
        const rows = ids ? table : Float32Array.from(keptOf(table));
        const model = await createKept(before.weights, rows);
        const optimizer = mapSlots(before.state.optimizer, (numbers) =>
          alignRows(numbers, ids, model.words),
        );
        const resumed = await train(model, { first: 1, state: { ...before.state, optimizer } });
        expect(resumed.losses).toEqual(straight.losses.slice(1));
        expect(resumed.weights).toEqual(straight.weights);
        expect(resumed.state).toEqual(straight.state);
      }
    });

    test('reads a sentence with other pieces as the whole table does, again and again', async () => {
      await useBackend(backend);
      const [whole, compact] = [createWhole(), await createKept()];
      const strange = Array.from({ length: tinyConfig.vocabularySize }, (_, id) => id).filter(
        (id) => !kept.includes(id),
      );
      expect(strange.length).toBeGreaterThan(2);
      for (const pieces of [strange, [...strange].reverse(), [kept[1]!, strange[1]!]]) {
        const batch = joinSentences([pieces]);
        const [own, all] = await Promise.all([compact.score(batch), whole.score(batch)]);
        expect(own).toEqual(all);
      }
      // Two at once bring other strangers to the same spare rows.
      const batches = [strange.slice(0, 2), strange.slice(1)].map((each) => joinSentences([each]));
      const together = await Promise.all(batches.map((batch) => compact.score(batch)));
      for (const [i, batch] of batches.entries())
        expect(together[i]).toEqual(await whole.score(batch));
      for (const each of [whole, compact]) each.dispose();
    });
  },
);
