// Starts the service.
import { makeServer } from './http/server.ts';
import { QuoteStore } from './store/quoteStore.ts';

const store = new QuoteStore();
const port = Number(process.env.PORT ?? 8080);
const server = makeServer(store, (entry) => console.log(JSON.stringify(entry)));

server.listen(port, '127.0.0.1', () => console.log(JSON.stringify({ listening: port })));
setInterval(() => store.sweep(Date.now()), 60_000).unref();
