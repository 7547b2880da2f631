import { onnx } from 'onnx-proto';
import { expect, test } from 'vitest';
import { exportOnnx } from '../../../src/export/export-onnx';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import { renameModelFile } from '../../../src/infer/onnx/renamed-file';
import { formulaWeights, tinyConfig, tinyMetadata } from '../../export/tiny-bert';
import { withoutChecksums } from '../../export/without-checksums';

const weights = formulaWeights(tinyConfig, tinyMetadata.tags.length);
const parts = await exportOnnx({ config: tinyConfig, weights, metadata: tinyMetadata });
const ours = new Uint8Array(Buffer.concat(parts));
const named = (name: string) => ({ ...tinyMetadata, card: { ...tinyMetadata.card, name } });
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

test('a renamed file opens under its new name and is else the file that is exported under that name', async () => {
  for (const name of ['letters 2', 'Straßenzüge 🙂', 'x'.repeat(300)]) {
    const renamed = await renameModelFile(new Blob([ours]), name);
    const { metadata, hasChecksums } = await readOnnxFile(renamed);
    expect(metadata).toEqual(named(name));
    expect(hasChecksums).toBe(true);
    const exported = await exportOnnx({ config: tinyConfig, weights, metadata: named(name) });
    expect(Buffer.compare(await bytesOf(renamed), Buffer.concat(exported))).toBe(0);
  }
});

test('a name that stands there already changes nothing', async () => {
  const blob = new Blob([ours]);
  expect(await renameModelFile(blob, tinyMetadata.card.name)).toBe(blob);
});

test('a file from before checksums gets the name, and no checksums that nobody can vouch for', async () => {
  const renamed = await renameModelFile(new Blob([Uint8Array.from(withoutChecksums(ours))]), 'old');
  const { metadata, hasChecksums } = await readOnnxFile(renamed);
  expect(metadata).toEqual(named('old'));
  expect(hasChecksums).toBe(false);
});

test('what a newer version added to the card stays in it', async () => {
  const model = onnx.ModelProto.decode(withoutChecksums(ours));
  const card = model.metadataProps.find(({ key }) => key === 'tagwerk.card')!;
  card.value = JSON.stringify({ ...(JSON.parse(card.value!) as object), optimiser: 'lion' });
  const newer = Uint8Array.from(onnx.ModelProto.encode(model).finish());
  const renamed = onnx.ModelProto.decode(
    await bytesOf(await renameModelFile(new Blob([newer]), 'new')),
  );
  const value = renamed.metadataProps.find(({ key }) => key === 'tagwerk.card')!.value!;
  expect(JSON.parse(value)).toMatchObject({ name: 'new', optimiser: 'lion' });
});

test('damage in a file stays known after it was renamed', async () => {
  const damaged = Uint8Array.from(ours);
  const vocabulary = Buffer.from(ours).indexOf('[PAD]\n[UNK]');
  damaged[vocabulary + 30]! ^= 1;
  const renamed = await renameModelFile(new Blob([damaged]), 'damaged');
  await expect(readOnnxFile(renamed)).rejects.toThrow(/its vocabulary should have the SHA-256/u);
});
