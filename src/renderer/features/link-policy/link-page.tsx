import { type ReactNode, useState } from 'react';
import { useAppServices } from '../../lib/app-services/context.ts';
import { ListProblem } from '../../ui/list-problem.tsx';
import { AttachmentPolicyPanel } from '../attachments/policy-panel.tsx';
import styles from './link-page.module.css';
import { PolicyFormPanel } from './policy-form.tsx';
import { useLinkPolicy } from './use-link-policy.ts';
import { UsagePanel } from './usage-panel.tsx';

/** How the link may be used, and what it took. */
export function LinkPage(): ReactNode {
  const services = useAppServices();
  const { view, usage, error, showMonth, retry, take } = useLinkPolicy();
  const [profileId, setProfileId] = useState<string | null>(null);
  if (view === null || usage === null) {
    if (error === null)
      return (
        <p className="visually-hidden" role="status">
          Reading…
        </p>
      );
    return (
      <ListProblem title="The link’s policy could not be read" error={error} onRetry={retry}>
        It holds as it was set, and the changes that wait are kept on this ship.
      </ListProblem>
    );
  }
  return (
    <div className={styles.page}>
      <div className={styles.section}>
        <UsagePanel
          view={view}
          usage={usage}
          profileId={profileId ?? view.profileId}
          onProfile={setProfileId}
          onMonth={showMonth}
          onLifted={(next) => {
            take(next);
            retry();
            services.notices.say('The stop is lifted to the end of the month.');
          }}
        />
        <AttachmentPolicyPanel />
      </div>
      <PolicyFormPanel
        // What was typed belongs to the policy it began with; one that somebody else sets meanwhile is told, not mixed in.
        view={view}
        onSaved={(next) => {
          take(next);
          retry();
        }}
      />
    </div>
  );
}
