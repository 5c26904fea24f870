import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeServer } from '../src/http/server.ts';
import { QuoteStore } from '../src/store/quoteStore.ts';

describe('server', () => {
  const server = makeServer(new QuoteStore(), () => {});
  let url = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  after(() => server.close());

  const post = (body: string) => fetch(`${url}/quotes`, { method: 'POST', body });

  it('quotes a parcel and finds the quote again', async () => {
    const response = await post(JSON.stringify({ weightGrams: 1200, from: 'de', to: 'fr' }));
    assert.equal(response.status, 201);
    const quote = (await response.json()) as { id: string; total: string };
    assert.equal(quote.total, '10.50');
    assert.equal((await fetch(`${url}/quotes/${quote.id}`)).status, 200);
  });

  it('refuses what is not a parcel', async () => {
    assert.equal((await post('{')).status, 400);
    assert.equal((await post('{}')).status, 422);
    assert.equal((await fetch(`${url}/quotes/none`)).status, 404);
  });

  it('is healthy', async () => {
    assert.equal((await fetch(`${url}/health`)).status, 200);
  });
});
