-- Who became which role, and what was done in the sessions of that role and name.
-- Parameters: the first day, as 2026/11/24; the role's ARN or name, or nothing for all roles.
WITH records AS (
  SELECT
    coalesce(
      nullif(useridentity.arn, ''),
      CASE WHEN coalesce(useridentity.identityprovider, '') <> ''
        THEN concat(coalesce(useridentity.username, ''), ' of ', useridentity.identityprovider) END,
      nullif(useridentity.invokedby, ''),
      CASE WHEN coalesce(useridentity.accountid, '') <> ''
        THEN concat('account ', useridentity.accountid, ' (', coalesce(useridentity.principalid, ''), ')') END,
      nullif(useridentity.type, ''),
      'nobody named'
    ) AS caller,
    concat(regexp_replace(coalesce(eventsource, ''), '\.amazonaws\.com$', ''), ':', coalesce(eventname, '')) AS action,
    eventtime,
    CASE WHEN regexp_like(coalesce(errorcode, ''), 'AccessDenied|UnauthorizedOperation|UnauthorizedAccess|AuthorizationError|NotAuthorized|^Forbidden')
      THEN 1 ELSE 0 END AS refused,
    CASE WHEN coalesce(json_extract_scalar(requestparameters, '$.serialNumber'), '') <> ''
      OR coalesce(useridentity.sessioncontext.attributes.mfaauthenticated, '') = 'true'
      THEN 1 ELSE 0 END AS mfa,
    CASE WHEN useridentity.type = 'AssumedRole' THEN 1 ELSE 0 END AS in_session,
    coalesce(useridentity.sessioncontext.sessionissuer.arn, '') AS own_role,
    regexp_extract(coalesce(useridentity.arn, ''), '[^/]*$') AS own_name,
    coalesce(
      nullif(json_extract_scalar(requestparameters, '$.roleArn'), ''),
      json_extract_scalar(requestparameters, '$.targetPrincipal'),
      ''
    ) AS asked_role,
    coalesce(
      nullif(json_extract_scalar(requestparameters, '$.roleSessionName'), ''),
      regexp_extract(coalesce(json_extract_scalar(responseelements, '$.assumedRoleUser.arn'), ''), '[^/]*$')
    ) AS asked_name,
    coalesce(json_extract_scalar(additionaleventdata, '$.SwitchFrom'), '') AS switched_from
  FROM cloudtrail_logs
  WHERE day >= ?
),
asked AS (SELECT ? AS role),
begun AS (
  SELECT caller AS who, asked_role AS role, asked_name AS name, mfa, refused, eventtime
  FROM records
  WHERE action IN ('sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoot')
  UNION ALL
  SELECT switched_from, own_role, own_name, mfa, refused, eventtime
  FROM records
  WHERE action = 'signin:SwitchRole' AND in_session = 1
),
assumed AS (
  SELECT
    who,
    begun.role,
    name,
    mfa,
    count(*) AS calls,
    sum(refused) AS refused,
    min(eventtime) AS first_at,
    max(eventtime) AS last_at
  FROM begun CROSS JOIN asked
  WHERE asked.role IN ('', begun.role, regexp_extract(begun.role, '[^/]*$'))
  GROUP BY who, begun.role, name, mfa
),
did AS (
  SELECT own_role AS role, own_name AS name, action, count(*) AS calls, sum(refused) AS refused
  FROM records
  WHERE in_session = 1
  GROUP BY own_role, own_name, action
)
SELECT
  assumed.who,
  assumed.role,
  assumed.name,
  assumed.mfa,
  assumed.calls,
  assumed.refused,
  assumed.first_at,
  assumed.last_at,
  did.action AS did_action,
  did.calls AS did_calls,
  did.refused AS did_refused
FROM assumed
LEFT JOIN did ON did.role = assumed.role AND did.name = assumed.name
ORDER BY assumed.who, assumed.role, assumed.name, assumed.mfa, did.action
