import { openDatabase } from '../../src/storage/database';

export interface Touched {
  /** Error of the database about a loss. */
  said: string[];
  /** Bytes that the last call has put there. */
  bytes: number | undefined;
}

/** Opens the studio's database, reads a record of it and leaves another in its place. */
export async function touchDatabase(bytes: number): Promise<Touched> {
  const said: string[] = [];
  const database = await openDatabase('tagwerk', { onLost: (reason) => said.push(reason) });
  const adapter = 'a graphics card';
  const record = await database.get('adapters', adapter);
  await database.put('adapters', { adapter, memoryBytes: bytes });
  return { said, bytes: record?.memoryBytes };
}
