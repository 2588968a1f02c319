import type { Cloud } from '../../core/keystone/clouds/configuration.ts';

/** Who a cloud's configuration logs in as: `alice in demo`. Names where it has them, else ids; `undefined` if it has neither. */
export function loginInWords({ auth }: Pick<Cloud, 'auth'>): string | undefined {
  const credential = auth.application_credential_name ?? auth.application_credential_id;
  const user = auth.username ?? auth.user_id;
  const who = credential === undefined ? user : `application credential ${credential}`;
  const project = auth.project_name ?? auth.project_id;
  if (project === undefined) return who;
  return who === undefined ? `project ${project}` : `${who} in ${project}`;
}
