/** The Wi-Fi that this device has made, for the person at the other one: name, password and a code for a phone's camera. */
import { renderUnicodeCompact } from 'uqr';
import type { Hotspot } from '../../terminal/engine.ts';
import { codeOutput, type Io, NO_CODE } from '../../terminal/io.ts';
import { jsonLine } from '../../terminal/json-line.ts';

export function showHotspot(io: Io, { name, password, qr }: Hotspot, json: boolean): void {
  const output = codeOutput(io);
  if (output === undefined) {
    io.errors.write(`${NO_CODE.message} ${NO_CODE.action}\n`);
    return;
  }
  name.use((ssid) => {
    password.use((psk) => {
      if (json) {
        output.write(jsonLine({ event: 'hotspot', name: ssid, password: psk }));
        return;
      }
      const picture =
        output.isTTY === true ? `${qr.use((text) => renderUnicodeCompact(text, { border: 2 }))}\n` : '';
      output.write(
        `${picture}Join this Wi-Fi with your old device, then start the move there:\n  Name:      ${ssid}\n  Password:  ${psk}\nIt lives for this move only. There is no internet on it: that is right.\n`,
      );
    });
  });
}
