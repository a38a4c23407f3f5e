import { it } from 'vitest';
import { HostileSender, LARGE_OFFER, fileEntry } from './hostile-sender.ts';
import { startVictim, usedFolder } from './victim.ts';
it('x', async () => {
  const victim = await startVictim(usedFolder());
  victim.receiving.then((r) => console.log('RECEIPT', r), (e) => console.log('REJ', e));
  const sender = await HostileSender.pair(victim.address, victim.code);
  sender.hello();
  sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 });
  sender.say({ type: 'page', first: 0, entries: [fileEntry(['0.txt'])] });
  const t = setInterval(() => console.log(sender.heard.map((m) => m.type), victim.events.map((e) => e.type)), 1500);
  await sender.ended();
  clearInterval(t);
  console.log('ended', sender.heard.at(-1));
}, 8000);
