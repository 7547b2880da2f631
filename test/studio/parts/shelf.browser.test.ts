import { expect, test, vi } from 'vitest';
import { Shelf } from '../../../src/studio/parts/shelf.svelte';
import { describeTrouble, type Trouble } from '../../../src/studio/parts/trouble';

interface Item {
  id: string;
  name: string;
}

/** A shelf over an array, which can be told to refuse. */
class ArrayShelf extends Shelf<Item> {
  trouble: Trouble | undefined;

  constructor(stored: Item[], onChange: () => void, isRefusing: () => boolean) {
    const orRefuse = <Result>(result: () => Result): Promise<Result> =>
      isRefusing() ? Promise.reject(new Error('The disk is gone')) : Promise.resolve(result());
    super(
      {
        list: () => orRefuse(() => [...stored]),
        rename: (id, name) =>
          orRefuse(() => void (stored.find((item) => item.id === id)!.name = name)),
        delete: (id) =>
          orRefuse(
            () =>
              void stored.splice(
                stored.findIndex((item) => item.id === id),
                1,
              ),
          ),
      },
      onChange,
    );
  }

  protected override fail(error: unknown, next: string): void {
    this.trouble = describeTrouble(error, next);
  }
}

function openShelf() {
  const onChange = vi.fn();
  const refuses = { now: false };
  const stored = ['a', 'b', 'c'].map((id) => ({ id, name: `the ${id}` }));
  const shelf = new ArrayShelf(stored, onChange, () => refuses.now);
  return { shelf, stored, onChange, refuses };
}

test('a shelf chooses the first of its items, and keeps a choice that is still there', async () => {
  const { shelf } = openShelf();
  expect([shelf.ready, shelf.chosen]).toEqual([false, undefined]);
  await shelf.refresh();
  expect([shelf.ready, shelf.chosen?.id]).toEqual([true, 'a']);
  shelf.chosenId = 'b';
  await shelf.refresh();
  expect(shelf.chosen?.id).toBe('b');
});

test('what is renamed or deleted is read anew and told; a deleted choice falls to the first', async () => {
  const { shelf, onChange } = openShelf();
  await shelf.refresh();
  await shelf.rename('c', 'Cork');
  expect(shelf.list.map(({ name }) => name)).toEqual(['the a', 'the b', 'Cork']);
  await shelf.delete('a');
  expect([shelf.list.map(({ id }) => id), shelf.chosen?.id]).toEqual([['b', 'c'], 'b']);
  expect(onChange).toHaveBeenCalledTimes(2);
});

test('a failure is told with what stays as it was, and the list stays', async () => {
  const { shelf, onChange, refuses } = openShelf();
  await shelf.refresh();
  refuses.now = true;
  await shelf.delete('a');
  expect(shelf.trouble).toEqual({
    what: 'The disk is gone.',
    next: 'Nothing was changed.',
  });
  await shelf.refresh();
  expect(shelf.trouble?.next).toBe('What is stored stays where it is.');
  expect(shelf.list.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(onChange).not.toHaveBeenCalled();
});

test('a choice that another window deletes is told with what is chosen now; one that is deleted here is no news', async () => {
  const { shelf, stored } = openShelf();
  await shelf.refresh();
  stored.shift();
  await shelf.refresh();
  expect(shelf.news).toBe(
    '“the a” was deleted in another window of this browser. “the b” is chosen now.',
  );
  shelf.news = '';
  await shelf.delete('b');
  expect([shelf.chosen?.name, shelf.news]).toEqual(['the c', '']);
  stored.pop();
  await shelf.refresh();
  expect(shelf.news).toBe('“the c” was deleted in another window of this browser.');
});

test('a deletion that was refused here is news once another window makes it', async () => {
  const { shelf, stored, refuses } = openShelf();
  await shelf.refresh();
  refuses.now = true;
  await shelf.delete('a');
  refuses.now = false;
  stored.shift();
  await shelf.refresh();
  expect(shelf.news).toContain('“the a” was deleted in another window');
});

test('what is read again and has not changed stays the same object, so that nothing is drawn anew', async () => {
  const { shelf, stored } = openShelf();
  await shelf.refresh();
  const before = shelf.list;
  stored.splice(0, 3, ...stored.map((item) => ({ ...item })));
  await shelf.refresh();
  expect(shelf.list).toBe(before);
  stored[1] = { id: 'b', name: 'Berlin' };
  await shelf.refresh();
  expect(shelf.list.map((item, index) => item === before[index])).toEqual([true, false, true]);
});
