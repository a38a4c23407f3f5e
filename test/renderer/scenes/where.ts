/** Where from and where to. */
import { chooseSource, INSPECTED, ok, pickDestination, refused } from '../journeys.ts';
import { A_MILLION, NOTHING, ONE_OF_EACH, TYPICAL } from '../fixtures/offers.ts';
import {
  CONTACT_FILES,
  INTERRUPTED,
  LONG_DESTINATION,
  LONG_PLACE,
  NO_ROOM,
  ONE_MESSAGE_FILE,
  PHONE,
} from '../fixtures/places.ts';
import type { Scene } from './scene.ts';

export const WHERE_SCENES: readonly Scene[] = [
  {
    name: 'where-old',
    screen: 'where',
    play: async (visit) => {
      await visit.open(INSPECTED);
      await visit.begin('old');
    },
  },
  { name: 'where-old-chosen', screen: 'where', main: true, play: (visit) => chooseSource(visit) },
  {
    name: 'where-old-many',
    screen: 'where',
    play: async (visit) => {
      await chooseSource(visit, {
        'places.pick': [ok(PHONE), ok(CONTACT_FILES), ok(ONE_MESSAGE_FILE), ok(LONG_PLACE)],
        'places.inspect': [
          ok({ kinds: TYPICAL, apps: [] }),
          ok({ kinds: A_MILLION, apps: [] }),
          ok({ kinds: ONE_OF_EACH, apps: [] }),
          ok({ kinds: NOTHING, apps: [] }),
          refused('SOURCE_UNREADABLE'),
        ],
      });
      for (const type of ['device', 'contacts', 'messages', 'device'])
        await visit.click(`where.pick.${type}`);
    },
  },
  {
    name: 'where-old-nothing-suggested',
    screen: 'where',
    play: async (visit) => {
      await visit.open({}, { sources: [] });
      await visit.begin('old');
    },
  },
  {
    name: 'where-old-refused',
    screen: 'where',
    play: async (visit) => {
      await chooseSource(visit, { 'places.pick': refused('SOURCE_INVALID') });
      await visit.click('where.pick.device');
    },
  },
  {
    name: 'where-new',
    screen: 'where',
    main: true,
    play: async (visit) => {
      await visit.open();
      await visit.begin('new');
    },
  },
  {
    name: 'where-new-interrupted',
    screen: 'where',
    main: true,
    play: (visit) => pickDestination(visit, { 'places.pick': ok(INTERRUPTED) }),
  },
  {
    name: 'where-new-no-room',
    screen: 'where',
    play: (visit) => pickDestination(visit, { 'places.pick': ok(NO_ROOM) }),
  },
  {
    name: 'where-new-long-name',
    screen: 'where',
    play: (visit) => pickDestination(visit, { 'places.pick': ok(LONG_DESTINATION) }),
  },
  {
    name: 'where-new-denied',
    screen: 'where',
    play: (visit) => pickDestination(visit, { 'places.pick': refused('DESTINATION_UNWRITABLE') }),
  },
];
