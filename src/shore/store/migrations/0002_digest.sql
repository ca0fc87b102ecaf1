ALTER TABLE "sync_versions" ADD COLUMN "digest" text;--> statement-breakpoint
ALTER TABLE "vessel" ADD COLUMN "digest" text;--> statement-breakpoint
ALTER TABLE "vessel_contact" ADD COLUMN "agreement" jsonb;