-- Of which account, day, Region and service there are records, and whether of management events.
-- Parameters: the first day, as 2026/11/24.
WITH records AS (
  SELECT
    coalesce(
      nullif(useridentity.sessioncontext.sessionissuer.arn, ''),
      CASE WHEN useridentity.type = 'IAMUser' THEN useridentity.arn END
    ) AS who,
    coalesce(recipientaccountid, '') AS recipient,
    substr(eventtime, 1, 10) AS on_day,
    coalesce(awsregion, '') AS region,
    coalesce(eventsource, '') AS source,
    coalesce(readonly, '') AS only_reads,
    CASE WHEN coalesce(eventcategory, '') <> 'Data' AND coalesce(managementevent, '') <> 'false'
      THEN 1 ELSE 0 END AS management
  FROM cloudtrail_logs
  WHERE day >= ?
)
SELECT
  coalesce(nullif(recipient, ''), split_part(coalesce(who, ''), ':', 5)) AS account,
  on_day,
  region,
  source,
  only_reads,
  management,
  count(*) AS records
FROM records
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6
