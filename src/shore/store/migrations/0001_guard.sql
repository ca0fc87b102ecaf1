CREATE FUNCTION arus_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('arus.context', true), '') = '' THEN
    RAISE EXCEPTION 'ARUS: this write did not go through recordAndPublish'
      USING ERRCODE = 'insufficient_privilege', DETAIL = format('%s on %s', TG_OP, TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION arus_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ARUS: the journal only grows'
    USING ERRCODE = 'insufficient_privilege', DETAIL = format('%s on %s', TG_OP, TG_TABLE_NAME);
END
$$;
--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "equipment" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "crew_member" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "work_order" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "sync_versions" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "sync_journal" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "sync_outbox" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "sync_conflicts" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "sync_head" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "vessel" EXECUTE FUNCTION arus_guard();--> statement-breakpoint
CREATE TRIGGER arus_guard_append_only BEFORE DELETE OR TRUNCATE ON "sync_journal" EXECUTE FUNCTION arus_append_only();--> statement-breakpoint
CREATE TRIGGER arus_guard_append_only_update BEFORE UPDATE OF "vessel_id", "origin", "number", "feed", "time", "at", "seen", "entity", "record_id", "operation", "fields", "before", "actor_id", "actor_name", "device", "lane", "version", "stored_at" ON "sync_journal" EXECUTE FUNCTION arus_append_only();
