CREATE OR REPLACE FUNCTION arus_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A new epoch gives shore's own entries that nobody else holds their place in another journal (`new-epoch.ts`).
  IF TG_OP = 'UPDATE' AND current_setting('arus.context', true) = 'epoch' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'ARUS: the journal only grows'
    USING ERRCODE = 'insufficient_privilege', DETAIL = format('%s on %s', TG_OP, TG_TABLE_NAME);
END
$$;
