/**
 * The one built-in function that tells what is not decided by the program: a host has to grant it.
 */

import { errors } from '../errors';
import { thread } from '../thread';
import { builtin, type Family } from './builtin';

export const time: Family = {
  clock: builtin({
    takes: [],
    gives: 'a number',
    says: 'Gives the milliseconds since a moment of the past, which the host chooses; their difference tells how long something took. Only where the host grants it.',
    needs: 'clock',
    callsHost: true,
    body: () => {
      const { clock } = thread.vm;
      // Linking keeps programs from it; what reaches it all the same is refused.
      if (clock === undefined) throw errors.notGranted('clock');
      return clock();
    },
  }),
};
