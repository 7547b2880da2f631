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
  return { shelf: new ArrayShelf(stored, onChange, () => refuses.now), onChange, refuses };
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
