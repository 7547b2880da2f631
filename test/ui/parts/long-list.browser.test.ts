import { createRawSnippet, mount, unmount } from 'svelte';
import { expect, onTestFinished, test } from 'vitest';
import LongList from '../../../src/ui/parts/LongList.svelte';

/** Shows a list whose rows are lines of text, in a view of 300 pixels. */
function openList(): { rows: () => HTMLElement[]; view: HTMLElement } {
  const target = document.body.appendChild(document.createElement('div'));
  const row = createRawSnippet((index: () => number) => ({
    render: () => `<p style="margin: 0">row ${index()}</p>`,
  }));
  const list = mount(LongList, {
    target,
    props: { label: 'Lines', count: 1000, estimatedHeight: 36, viewHeight: '300px', row },
  });
  onTestFinished(async () => {
    await unmount(list);
    target.remove();
  });
  return {
    rows: () => [...target.querySelectorAll('li')],
    view: target.querySelector<HTMLElement>('[role=region]')!,
  };
}

/** Largest gap or overlap between neighbouring rows, in pixels. */
function largestGap(rows: readonly HTMLElement[]): number {
  const boxes = rows.map((each) => each.getBoundingClientRect());
  return Math.max(...boxes.slice(1).map(({ top }, index) => Math.abs(top - boxes[index]!.bottom)));
}

test('a row that grows after it came moves the rows below it', async () => {
  const { rows } = openList();
  await expect.poll(() => rows().length).toBeGreaterThan(5);
  const [, second] = rows();
  const { height } = second!.getBoundingClientRect();
  second!.querySelector('p')!.style.height = '90px';
  await expect.poll(() => second!.getBoundingClientRect().height).toBeGreaterThan(height + 40);
  await expect.poll(() => largestGap(rows())).toBeLessThan(1);
  second!.querySelector('p')!.style.height = '';
  await expect.poll(() => largestGap(rows())).toBeLessThan(1);
});

test('what is read stays in its place while a row above the view grows', async () => {
  const { rows, view } = openList();
  await expect.poll(() => rows().length).toBeGreaterThan(5);
  view.scrollTop = 2000;
  const { top } = view.getBoundingClientRect();
  const boxOf = (each: HTMLElement) => each.getBoundingClientRect();
  const above = () => rows().find((each) => boxOf(each).bottom < top - 20);
  const inSight = () => rows().find((each) => boxOf(each).top >= top);
  await expect.poll(() => above() && inSight()).toBeDefined();
  const [grown, read] = [above()!, inSight()!];
  const before = read.getBoundingClientRect().top;
  grown.querySelector('p')!.style.height = '90px';
  await expect.poll(() => largestGap(rows())).toBeLessThan(1);
  expect(Math.abs(read.getBoundingClientRect().top - before)).toBeLessThan(2);
});
