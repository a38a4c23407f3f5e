/** The short way to a source of one's own. */
import { FORMATS } from './formats.ts';
import type { Source } from './port.ts';
import { type DeviceReader, SpooledSource } from './spooled-source.ts';

/**
 * A source of a device that is read through a `DeviceReader`: records as vCard, iCalendar or the XML of SMS Backup &
 * Restore, files as paths, bytes or streams. Records are asked for once and wait encrypted until they are sent.
 */
export const readerSource = (reader: DeviceReader): Source => new SpooledSource(reader, FORMATS);
