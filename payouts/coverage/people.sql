-- Where each person stands on the way to a working account. Tables in: person, stopped, account, paid, trouble,
-- opt_out, dossier, said, stages, ages, reasons, known_causes, revealing; one parameter, today.
CREATE OR REPLACE TEMP TABLE now AS
WITH standing AS (
    SELECT beneficiary_id, string_agg(DISTINCT programme, ';' ORDER BY programme) AS programmes,
        any_value(citizen_id) AS citizen_id, any_value(date_of_birth) AS born,
        any_value(category_code) AS category, any_value(area_code) AS area, any_value(sex) AS told_sex,
        any_value(card_expires_on) AS card_expires_on
    FROM person
    WHERE citizen_id NOT IN (SELECT citizen_id FROM stopped)
    GROUP BY beneficiary_id
),
accounts AS (
    SELECT account.beneficiary_id, account.bank_code, paid.last_verdict, paid.last_reason, trouble.kind AS trouble,
        CASE
            WHEN said.says = 'fails' AND paid.first_paid IS NULL THEN 'refused'
            WHEN said.says = 'fails' THEN 'failed'
            WHEN said.says IS NULL AND paid.first_paid IS NULL THEN 'opened'
            WHEN trouble.kind IS NOT NULL THEN 'unusable'
            ELSE 'usable'
        END AS stage
    FROM account
    LEFT JOIN paid USING (beneficiary_id, programme, bank_code, account_no)
    LEFT JOIN said ON said.verdict = paid.last_verdict
    LEFT JOIN trouble ON trouble.beneficiary_id = account.beneficiary_id
),
best AS (
    SELECT accounts.*
    FROM accounts JOIN stages ON stages.stage = accounts.stage
    QUALIFY row_number() OVER (PARTITION BY beneficiary_id ORDER BY stages.rank DESC, bank_code) = 1
),
papers AS (
    SELECT * FROM dossier
    QUALIFY row_number() OVER (PARTITION BY beneficiary_id ORDER BY completed_on DESC, id DESC) = 1
),
staged AS (
    SELECT standing.*, date_part('year', age($today, born)) AS years,
        best.last_verdict, best.last_reason, best.trouble, papers.sent_on, papers.refused_on, opt_out.reason,
        opt_out.force_majeure,
        coalesce(nullif(best.bank_code, ''), nullif(papers.bank_code, ''), 'none') AS bank_code,
        CASE
            WHEN best.stage IS NOT NULL THEN best.stage
            WHEN papers.opened_on IS NOT NULL THEN 'opened'
            WHEN papers.completed_on IS NOT NULL AND papers.refused_on IS NULL THEN 'dossier'
            ELSE 'none'
        END AS stage,
        try_cast(substr(citizen_id, 4, 1) AS INTEGER) AS century_and_sex
    FROM standing
    LEFT JOIN best USING (beneficiary_id)
    LEFT JOIN papers USING (beneficiary_id)
    LEFT JOIN opt_out USING (beneficiary_id)
),
caused AS (
    SELECT staged.*,
        CASE
            WHEN stage = 'usable' THEN ''
            WHEN stage = 'unusable' THEN trouble
            WHEN stage IN ('refused', 'failed') THEN coalesce(
                CASE WHEN last_verdict = 'name_differs' THEN 'NAME_MISMATCH' END, reasons.kind, 'other_failure')
            WHEN stage = 'opened' THEN 'first_payment'
            WHEN stage = 'dossier' AND sent_on IS NOT NULL THEN 'dossier_at_bank'
            WHEN stage = 'dossier' THEN 'dossier_not_sent'
            WHEN reason IS NOT NULL THEN reason
            WHEN length(citizen_id) <> 12 THEN 'no_id'
            WHEN card_expires_on < $today THEN 'card_expired'
            WHEN refused_on IS NOT NULL THEN 'dossier_refused'
            WHEN years < 15 THEN 'child'
            WHEN years >= 80 OR category LIKE 'BTXH_5_6_DBN%' THEN 'frail'
            ELSE 'not_started'
        END AS cause
    FROM staged
    LEFT JOIN reasons ON reasons.code = staged.last_reason
)
SELECT beneficiary_id, programmes, coalesce(nullif(area, ''), 'none') AS area_code,
    CASE
        WHEN EXISTS (SELECT 1 FROM revealing WHERE starts_with(category, beginning)) THEN 'illness'
        ELSE coalesce(nullif(category, ''), 'none')
    END AS category,
    coalesce((SELECT arg_max(code, since) FROM ages WHERE ages.since <= years), 'none') AS age,
    CASE
        WHEN told_sex IS NOT NULL THEN told_sex
        WHEN length(citizen_id) <> 12 OR century_and_sex IS NULL THEN 'none'
        WHEN century_and_sex % 2 = 1 THEN 'female'
        ELSE 'male'
    END AS sex,
    bank_code, stage, cause,
    coalesce(force_majeure, false) AND stage IN ('none', 'dossier') AS force_majeure
FROM caused;
