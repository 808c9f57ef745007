-- The calls of one principal: which, in which Region, how often.
-- Parameters: the first day, as 2026/11/24; an ARN, a name, a principal id or a service.
WITH records AS (
  SELECT
    concat(regexp_replace(coalesce(eventsource, ''), '\.amazonaws\.com$', ''), ':', coalesce(eventname, '')) AS action,
    coalesce(awsregion, '') AS region,
    eventtime,
    CASE WHEN regexp_like(coalesce(errorcode, ''), 'AccessDenied|UnauthorizedOperation|UnauthorizedAccess|AuthorizationError|NotAuthorized|^Forbidden')
      THEN 1 ELSE 0 END AS refused,
    concat(coalesce(useridentity.username, ''), ' of ', coalesce(useridentity.identityprovider, '')) AS federated,
    concat('account ', coalesce(useridentity.accountid, ''), ' (', coalesce(useridentity.principalid, ''), ')') AS of_account,
    useridentity
  FROM cloudtrail_logs
  WHERE day >= ?
)
SELECT
  action,
  region,
  count(*) AS calls,
  sum(refused) AS refused,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM records
WHERE ? IN (
  useridentity.arn,
  useridentity.username,
  useridentity.principalid,
  useridentity.invokedby,
  useridentity.sessioncontext.sessionissuer.arn,
  useridentity.sessioncontext.sessionissuer.username,
  useridentity.sessioncontext.sessionissuer.principalid,
  coalesce(
    nullif(useridentity.arn, ''),
    CASE WHEN coalesce(useridentity.identityprovider, '') <> '' THEN federated END,
    nullif(useridentity.invokedby, ''),
    CASE WHEN coalesce(useridentity.accountid, '') <> '' THEN of_account END,
    nullif(useridentity.type, ''),
    'nobody named'
  )
)
GROUP BY action, region
ORDER BY action, region
