import { deleteDB } from 'idb';
import { onTestFinished } from 'vitest';
import { openDatabase } from '../../src/storage/database';
import { createId } from '../../src/storage/ids';
import type { RunRecord } from '../../src/storage/records';
import type { Database } from '../../src/storage/schema';
import { defaultRecipe } from '../../src/train/recipe';

/** A database of its own for one test, deleted after it. */
export async function openFresh(): Promise<Database> {
  const database = await openDatabase(`test-${createId()}`);
  onTestFinished(() => discard(database));
  return database;
}

export async function discard(database: Database): Promise<void> {
  database.close();
  await deleteDB(database.name);
}

/** Bytes that differ from place to place and from seed to seed (a linear congruential generator, Numerical Recipes' constants). */
export function seededBytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed >>> 0;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, length).slice();
}

/** Equal bytes, compared fast: `toEqual` on megabytes takes seconds. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

export function someRun(id: string, name = 'a run'): RunRecord {
  return {
    id,
    name,
    createdAt: 1,
    corpusId: 'corpus',
    encoderId: 'encoder',
    recipe: defaultRecipe,
    labels: ['PER'],
    backend: 'wasm',
    state: 'running',
    steps: 0,
    losses: new Float32Array(),
    epochs: [],
    bestEpoch: -1,
    elapsedMs: 0,
    piecesPerSecond: 0,
  };
}
