/**
 * Runs on a host: joins the mDNS group beside the program under test and prints every packet it hears as one line of
 * hex, `ready` first. Ends with its standard input.
 */
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

const socket = createSocket({ type: 'udp4', reuseAddr: true });
socket.on('message', (packet) => console.log(packet.toString('hex')));
socket.bind(5_353, () => {
  for (const infos of Object.values(networkInterfaces())) {
    const address = infos?.find(({ family }) => family === 'IPv4')?.address;
    if (address !== undefined) socket.addMembership('224.0.0.251', address);
  }
  console.log('ready');
});
process.stdin.on('end', () => socket.close()).resume();
