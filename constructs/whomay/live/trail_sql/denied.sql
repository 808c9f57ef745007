-- Calls that were refused for want of permission: by whom, which, how often.
-- Parameters: the first day, as 2026/11/24.
WITH refused AS (
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
    ) AS who,
    concat(regexp_replace(coalesce(eventsource, ''), '\.amazonaws\.com$', ''), ':', coalesce(eventname, '')) AS action,
    errorcode AS code,
    eventtime,
    coalesce(errormessage, '') AS message
  FROM cloudtrail_logs
  WHERE day >= ?
    AND regexp_like(errorcode, 'AccessDenied|UnauthorizedOperation|UnauthorizedAccess|AuthorizationError|NotAuthorized|^Forbidden')
)
SELECT
  who,
  action,
  code,
  count(*) AS refused,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at,
  substr(max(concat(eventtime, message)), 21) AS message
FROM refused
GROUP BY who, action, code
ORDER BY who, action, code
