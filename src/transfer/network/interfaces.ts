/** What the system says of an interface: which kind it is, and numbers of it. */
import { existsSync, readFileSync } from 'node:fs';
import type { InterfaceType } from './diagnosis.ts';

const VPN = /^(?:tun|tap|wg|ppp|utun|ipsec|vpn|zt|tailscale|nordlynx|proton)/i;
const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|vethernet|bridge|awdl|llw|anpi|ap\d)/i;
const WIFI = /^(?:wl|wifi|ath|Wi-?Fi|WLAN)/i;
const ETHERNET = /^(?:en|eth|Ethernet)/i;

export function interfaceType(name: string, internal: boolean): InterfaceType {
  if (internal) return 'loopback';
  const system = `/sys/class/net/${name}`;
  if (VPN.test(name) || existsSync(`${system}/tun_flags`)) return 'vpn';
  if (existsSync(`${system}/wireless`) || existsSync(`${system}/phy80211`) || WIFI.test(name)) return 'wifi';
  if (VIRTUAL.test(name)) return 'virtual';
  return ETHERNET.test(name) ? 'ethernet' : 'other';
}

export function systemNumber(name: string, file: string): number | undefined {
  const number = Number(systemText(name, file));
  return Number.isFinite(number) ? number : undefined;
}

/** Of Linux; elsewhere, and for what an interface has not, undefined. */
export function systemText(name: string, file: string): string | undefined {
  if (process.platform !== 'linux' || name.includes('/')) return undefined;
  try {
    return readFileSync(`/sys/class/net/${name}/${file}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
