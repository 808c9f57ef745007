-- When each user and role last made each call that was not refused.
-- Parameters: the first day, as 2026/11/24.
WITH records AS (
  SELECT
    coalesce(
      nullif(useridentity.sessioncontext.sessionissuer.arn, ''),
      CASE WHEN useridentity.type = 'IAMUser' THEN useridentity.arn END
    ) AS who,
    coalesce(eventsource, '') AS source,
    coalesce(eventname, '') AS event,
    CASE WHEN regexp_like(coalesce(errorcode, ''), 'AccessDenied|UnauthorizedOperation|UnauthorizedAccess|AuthorizationError|NotAuthorized|^Forbidden')
      THEN NULL ELSE eventtime END AS used_at
  FROM cloudtrail_logs
  WHERE day >= ?
)
SELECT who, source, event, coalesce(max(used_at), '') AS last_at
FROM records
WHERE coalesce(who, '') <> ''
GROUP BY who, source, event
ORDER BY who, source, event
