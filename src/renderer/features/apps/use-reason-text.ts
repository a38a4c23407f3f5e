/**
 * The sentence for a reason of the compatibility table, with the facts of the case where there are any; the other device
 * may be newer and know other reasons.
 */
import { useTranslation } from 'react-i18next';
import type { ReasonFacts } from '../../../main/ipc/contract.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { FEATURE_NAMES } from './feature-names.ts';

export function useReasonText(): (reason: string, facts?: readonly ReasonFacts[]) => string {
  const { t, i18n } = useTranslation();
  const formats = useFormats();

  const withFacts = (facts: ReasonFacts): string | undefined => {
    switch (facts.reason) {
      case 'OLDER_SDK':
        return t('apps.facts.OLDER_SDK', { needs: facts.needs, has: facts.has });
      case 'DEPRECATED_SDK':
        return t('apps.facts.DEPRECATED_SDK', { madeFor: facts.madeFor, has: facts.has });
      case 'NO_SPACE':
        return t('apps.facts.NO_SPACE', {
          needs: formats.bytes(facts.needsBytes),
          has: formats.bytes(facts.hasBytes),
        });
      case 'MISSING_FEATURE': {
        const names = facts.features.map((feature) => FEATURE_NAMES.get(feature));
        // What has no name that people know says less than the plain sentence.
        if (names.includes(undefined)) return undefined;
        const known = names.filter((name) => name !== undefined).map((name) => t(`apps.features.${name}`));
        return t('apps.facts.MISSING_FEATURE', { features: formats.list([...new Set(known)]) });
      }
    }
  };

  return (reason, facts = []) => {
    const found = facts.find((each) => each.reason === reason);
    const told = found && withFacts(found);
    if (told !== undefined) return told;
    return /^[A-Z][A-Z0-9_]*$/.test(reason) && i18n.exists(`reasons.${reason}`)
      ? t(`reasons.${reason}`)
      : t('apps.unknownReason');
  };
}
